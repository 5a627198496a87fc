"""Judge the mark reader on real strokes it was not fitted on (bhmsds), in simulated paper.

python -m training.judge_marks DIGITS.npz --rows 4000 --seed 77

Prints, for every kind of row, how many were read right, flagged, and silently wrong.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import cv2
import numpy as np
import numpy.typing as npt

from ocr.marks import read_choice
from ocr.reading import MarkState
from training.scenes import (
    AROUND_MM,
    CANVAS_PX_PER_MM,
    Row,
    Scan,
    dirt,
    finish,
    neighbours,
    ruling,
    show_through,
)
from training.strokes import Canvas, random_pen

BHMSDS = 2
CROSS, SLASH, MINUS, SCRAWL = 20, 21, 22, 23

Image = npt.NDArray[np.uint8]
Draw = Callable[[Canvas, tuple[float, float], float], None]


class Hand:
    """Puts real strokes of the held-out source on a canvas."""

    def __init__(self, path: Path, rng: np.random.Generator) -> None:
        data = np.load(path)
        mine = data["source"] == BHMSDS
        labels = data["label"][mine]
        self.images = {int(k): data["image"][mine][labels == k] for k in np.unique(labels)}
        self.rng = rng

    def put(self, ink: Canvas, label: int, spot: tuple[float, float], size_mm: float) -> None:
        """One stroke picture of this label, ``size_mm`` long on its longer side."""
        pool = self.images[label]
        image = pool[int(self.rng.integers(len(pool)))]
        x, y, w, h = cv2.boundingRect((image > 60).astype(np.uint8))
        scale = size_mm / max(w, h) * CANVAS_PX_PER_MM
        middle = (x + (w - 1) / 2, y + (h - 1) / 2)
        matrix = cv2.getRotationMatrix2D(middle, float(self.rng.normal(0, 4)), scale)
        matrix[:, 2] += np.array(spot) * CANVAS_PX_PER_MM - middle
        pasted = cv2.warpAffine(image, matrix, ink.shape[::-1], flags=cv2.INTER_CUBIC)
        level = self.rng.uniform(0.3, 0.65)
        shade = self.opacity * np.clip((pasted.astype(np.float32) / 255 - level) * 4 + 0.5, 0, 1)
        ink += shade * (0.985 - ink).clip(0)

    def plain(self, ink: Canvas, spot: tuple[float, float], size: float) -> str:
        """A mark: mostly crosses; 1 and 7 pass for ticks and slashes."""
        label = int(
            self.rng.choice([CROSS, SLASH, MINUS, 1, 7, 0], p=[0.5, 0.15, 0.1, 0.1, 0.1, 0.05])
        )
        self.put(ink, label, spot, size)
        return {CROSS: "x", SLASH: "slash", MINUS: "minus", 1: "one", 7: "seven", 0: "ring"}[label]

    def cancelled(self, ink: Canvas, spot: tuple[float, float], size: float) -> str:
        """A mark withdrawn by more strokes."""
        self.put(ink, CROSS if self.rng.random() < 0.7 else 7, spot, size)
        how = str(self.rng.choice(["ringed", "struck", "scrawled", "lined"]))
        if how == "ringed":
            self.put(ink, 0, spot, size * self.rng.uniform(1.3, 1.7))
        elif how == "scrawled":
            for _ in range(2):
                near = (spot[0] + self.rng.normal(0, 0.4), spot[1] + self.rng.normal(0, 0.4))
                self.put(ink, SCRAWL, near, size * self.rng.uniform(0.9, 1.4))
        else:
            label = SLASH if how == "struck" else MINUS
            for shift in (-0.15, 0.0, 0.15):
                near = (
                    spot[0] + shift * size * (label == SLASH),
                    spot[1] + shift * size * (label == MINUS),
                )
                self.put(ink, label, near, size * self.rng.uniform(1.0, 1.3))
        return how

    opacity: float = 0.8


def judged_row(rng: np.random.Generator, hand: Hand, what: tuple[str, str], dirty: bool) -> Row:
    """A simulated row with real strokes; when dirty, with dirt and careless neighbours."""
    scan = replace(Scan.random(rng), dirty=dirty, bilevel=False)
    hand.opacity = float(rng.uniform(0.4, 0.95))
    width, height = rng.uniform(15, 17), rng.uniform(9, 20)
    size_mm = (AROUND_MM * 2 + width * 2, AROUND_MM * 2 + height)
    shape = (round(size_mm[1] * CANVAS_PX_PER_MM), round(size_mm[0] * CANVAS_PX_PER_MM))
    ink: Canvas = np.zeros(shape, np.float32)
    row = Row()
    for index, content in enumerate(what):
        size = float(np.clip(rng.normal(6.5, 1.8), 3.5, min(11, height)))
        spot = (
            AROUND_MM + width * (index + 0.5) + float(np.clip(rng.normal(0, 1.3), -4, 4)),
            AROUND_MM + height / 2 + float(np.clip(rng.normal(0, height * 0.1), -4, 4)),
        )
        kind = "empty"
        if content != "empty":
            kind = getattr(hand, content)(ink, spot, size)
        row.kinds.append(kind)
    rules = ruling(rng, shape, width, height, scan)
    neighbours(rng, ink, (width, height), random_pen(rng), scan.dirty)
    if scan.dirty:
        dirt(rng, ink)
        show_through(rng, ink)
    finish(rng, row, 1 - (1 - rules) * (1 - ink), scan, (width, height), 2.0)
    return row


ROWS = {
    ("plain", "empty"): "a",
    ("cancelled", "plain"): None,
    ("cancelled", "empty"): None,
    ("plain", "plain"): None,
    ("empty", "empty"): None,
}
"""What the cells hold -> the value that may be read silently."""


@click.command(help=__doc__)
@click.argument("digits", type=click.Path(exists=True, path_type=Path))
@click.option("--rows", default=2000, help="of each kind")
@click.option("--seed", default=77)
@click.option("--dirty/--clean", default=False)
@click.option("--bad", type=click.Path(path_type=Path), help="folder for silently wrong rows")
def main(digits: Path, rows: int, seed: int, dirty: bool, bad: Path | None) -> None:
    """Judge and print."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    hand = Hand(digits, rng)
    for what, may in ROWS.items():
        counts: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        flagged: Counter[str] = Counter()
        for number in range(rows):
            row = judged_row(rng, hand, what, dirty)
            cells = [("a", row.cells[0]), ("b", row.cells[1])]
            reading = read_choice("row", cells, row.tone)
            counts[str(reading.state)] += 1
            if reading.state is MarkState.CLEAR and reading.value != may:
                wrong[row.kinds[0]] += 1
                if bad is not None:
                    bad.mkdir(parents=True, exist_ok=True)
                    picture = np.hstack([cell.grey for cell in row.cells])
                    cv2.imwrite(str(bad / f"{'-'.join(what)}-{row.kinds[0]}-{number}.png"), picture)
            elif reading.state is not MarkState.CLEAR:
                flagged[row.kinds[0]] += 1
        click.echo(
            f"{'+'.join(what):18} {rows} rows: {dict(counts)}; "
            f"silently wrong {sum(wrong.values())} {dict(wrong)}; flagged by kind {dict(flagged)}"
        )


if __name__ == "__main__":
    main()
