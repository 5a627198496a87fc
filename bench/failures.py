"""What failed, as pictures in a folder, the worst first.

    python -m bench.failures DIR FILE.jpg

puts the worst picture of each kind of failure on one sheet, ten at the most.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

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


TILE_PX = (460, 190)
"""Width and height of a picture on the sheet."""
CAPTION_PX = 40


def worst(folder: Path, count: int = 10) -> list[Path]:
    """The first picture of each kind: what was the truth, whatever was read."""
    kinds: dict[str, Path] = {}
    for path in sorted(folder.glob("*.png")):
        kinds.setdefault(re.sub(r"(_(dat|chua_dat|no_value))?_read_.*", "", path.stem[10:]), path)
    return list(kinds.values())[:count]


def sheet(paths: Iterable[Path], columns: int = 2) -> Image.Image:
    """The pictures side by side, each with what its name says under it."""
    paths = list(paths)
    width, height = TILE_PX
    rows = -(-len(paths) // columns)
    made = Image.new("RGB", (columns * width, rows * (height + CAPTION_PX)), "white")
    draw = ImageDraw.Draw(made)
    font = ImageFont.load_default(14)
    for at, path in enumerate(paths):
        left, top = at % columns * width, at // columns * (height + CAPTION_PX)
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((width - 10, height))
        made.paste(picture, (left, top))
        truth, _, read = path.stem[10:].replace("_", " ").partition(" read ")
        draw.text((left, top + height + 2), f"{at + 1}. {truth}", "black", font)
        draw.text((left, top + height + 19), f"read {read}", "#a00000", font)
    return made


if __name__ == "__main__":
    sheet(worst(Path(sys.argv[1]))).save(sys.argv[2], quality=80)
