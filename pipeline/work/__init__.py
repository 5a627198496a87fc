"""One function per task of the office; transactions and files live here."""
