"""From records to verdicts, notices and lists."""
