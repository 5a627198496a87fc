"""``python -m pipeline.cli`` is ``phieu``."""

from pipeline.cli.main import main

main()
