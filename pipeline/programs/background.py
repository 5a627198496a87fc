"""This program itself, started to run on its own in the background."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path


def start(words: Sequence[str], log: Path, lock: int) -> None:
    """Start ``phieu`` with these words in a session of its own: it outlives whoever starts it.

    What it writes goes to ``log``. It inherits ``lock``, the descriptor of a locked file, which
    thereby stays locked until it ends, however it ends.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", *words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
        )
    # Somebody has to take note of its end, or it stays in the table of processes.
    threading.Thread(target=process.wait, daemon=True).start()
