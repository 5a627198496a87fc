"""Where ``phieu`` and ``python -m pipeline.cli`` start.

Worker processes import the module that the program was started from. This one is empty, so that
they load the reader alone and not the database and every command.
"""


def run() -> None:
    """Run the command ``phieu``."""
    from pipeline.cli.main import main  # noqa: PLC0415 - see above

    main()


if __name__ == "__main__":
    run()
