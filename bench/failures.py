"""What failed, as pictures in a folder, the worst first."""

import re
from collections.abc import Iterable
from pathlib import Path

from bench.judge import ORDER, Failure

KEPT = 200
"""Pictures kept of each outcome: the surest readings. The counts have them all."""


class Gallery:
    """Keeps the pictures of failures as they come, and names them by rank at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, setting: str, failures: Iterable[Failure]) -> None:
        """Store the pictures of one chunk; the name sorts the worst first."""
        for failure in failures:
            rank = ORDER.index(failure.outcome)
            words = f"{failure.outcome}--truth {failure.truth}--read {failure.reading}--{setting}"
            doubt = round(1e6 * (1 - failure.confidence))
            name = f"{rank}-{doubt:07}-{re.sub(r'[^0-9A-Za-z]+', '_', words)}"
            self._free(name).write_bytes(failure.picture)
        for rank in range(len(ORDER)):
            for path in sorted(self.folder.glob(f"{rank}-*.png"))[KEPT:]:
                path.unlink()

    def _free(self, name: str) -> Path:
        """A path of this name that is not taken yet."""
        number = 1
        while (path := self.folder / f"{name}-{number}.png").exists():
            number += 1
        return path
