"""Simulate rows and store what the two measures see of their cells.

python -m training.mark_data DIGITS.npz OUT.npz --rows 20000 --seed 1
"""

from pathlib import Path

import click
import cv2
import numpy as np

from ocr.ink import ink_of
from ocr.strokes import own_ink, pictures, stroke_features
from training.scenes import Glyphs, row_of

MIX = {
    ("plain", "empty"): 0.42,
    ("cancelled", "plain"): 0.14,
    ("cancelled", "empty"): 0.10,
    ("residue", "plain"): 0.12,
    ("residue", "empty"): 0.08,
    ("plain", "plain"): 0.04,
    ("cancelled", "cancelled"): 0.02,
    ("empty", "empty"): 0.08,
}
"""What the two cells of a row hold, in either order, and its share of the rows."""

MNIST_TRAIN = 0
SLASH_LIKE = (1, 7)
"""Digits whose strokes look like a slash and a tick; two of them crossing make an X."""


def stroke_glyphs(path: Path) -> Glyphs:
    """The real strokes used for fitting: ones and sevens of mnist-train, none of bhmsds."""
    data = np.load(path)
    chosen = (data["source"] == MNIST_TRAIN) & np.isin(data["label"], SLASH_LIKE)
    return Glyphs(data["image"][chosen])


@click.command(help=__doc__)
@click.argument("digits", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--rows", default=20000)
@click.option("--seed", default=1)
def main(digits: Path, out: Path, rows: int, seed: int) -> None:
    """Simulate ``rows`` rows; two cells each."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    glyphs = stroke_glyphs(digits)
    pairs, shares = list(MIX), np.array(list(MIX.values()))
    features, seen, labels, kinds = [], [], [], []
    for _ in range(rows):
        pair = pairs[int(rng.choice(len(pairs), p=shares / shares.sum()))]
        row = row_of(rng, pair if rng.random() < 0.5 else pair[::-1], glyphs)
        ink = ink_of(row.cells, row.tone)
        own = own_ink(ink)
        features.append(stroke_features(ink, own, row.tone))
        seen.append(np.round(pictures(ink, own, np.arange(2)) * 255).astype(np.uint8))
        labels += row.labels
        kinds += row.kinds
    np.savez_compressed(
        out,
        features=np.vstack(features),
        pictures=np.vstack(seen),
        labels=np.array(labels, np.int64),
        kinds=np.array(kinds),
    )


if __name__ == "__main__":
    main()
