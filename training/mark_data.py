"""Simulate pages of rows and store what the measures see of their cells.

python -m training.mark_data DIGITS.npz OUT.npz --rows 20000 --seed 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import cv2
import numpy as np

from ocr.ink import ink_of
from ocr.measures import cell_traces, inked_cells
from ocr.strokes import NAMES, own_ink, pictures, stroke_features
from ocr.traces import trace_windows
from training.hands import Pictures, Pool
from training.scenes import LABELS, page_of


@dataclass(frozen=True)
class Mix:
    """What the two cells of a row hold, in either order, and its share of the rows. ``crossed`` is
    the share of the rows through which runs a stroke that is no mark (more of the empty ones, see
    ``scenes``): only beside the other marks of the page can it be told from one."""

    rows: Mapping[tuple[str, str], float]
    crossed: float = 0.0


FIT = Mix(
    {
        ("plain", "empty"): 0.36,
        ("cancelled", "plain"): 0.13,
        ("cancelled", "empty"): 0.14,
        ("residue", "plain"): 0.10,
        ("residue", "empty"): 0.08,
        ("anew", "empty"): 0.03,
        ("plain", "plain"): 0.04,
        ("cancelled", "cancelled"): 0.02,
        ("written", "empty"): 0.02,
        ("written", "plain"): 0.01,
        ("empty", "empty"): 0.07,
    }
)
"""All that a cell may hold, for the first two measures."""

CONTEXT = Mix(
    {
        ("plain", "empty"): 0.65,
        ("cancelled", "empty"): 0.12,
        ("cancelled", "plain"): 0.03,
        ("residue", "plain"): 0.04,
        ("residue", "empty"): 0.02,
        ("anew", "empty"): 0.05,
        ("plain", "plain"): 0.01,
        ("empty", "empty"): 0.06,
        ("written", "empty"): 0.015,
        ("written", "plain"): 0.005,
    },
    crossed=0.12,
)
"""Mostly plain pages, from which it is learned how much a mark may differ from the others of its
hand, and a trace from what the page's empty cells show."""

TRACES = Mix(
    {
        ("plain", "empty"): 0.50,
        ("residue", "plain"): 0.20,
        ("residue", "empty"): 0.03,
        ("anew", "empty"): 0.12,
        ("cancelled", "empty"): 0.05,
        ("cancelled", "plain"): 0.03,
        ("empty", "empty"): 0.07,
    }
)
"""Many traces, for the network that looks for nothing else."""

MIXES = {"fit": FIT, "context": CONTEXT, "traces": TRACES}

ROWS_A_PAGE = 10

MNIST_TRAIN, BHMSDS = 0, 2

MARKS = {"cross": 20, "tick": 7, "slash": 21, "dash": 22, "ring": 0, "wave": 23}
"""What real pictures serve as -> their label in bhmsds (and the digits alike in MNIST)."""

SPLIT_SEED = 20261121


def fitting_pool(path: Path, with_bhmsds: bool) -> Pool:
    """Real strokes to fit on: sevens, ones and noughts of mnist-train, or half of bhmsds."""
    if with_bhmsds:
        return bhmsds_half(path, judging=False)
    data = np.load(path)
    mine = data["source"] == MNIST_TRAIN
    labels, images = data["label"][mine], data["image"][mine]
    pool = {"tick": images[labels == 7], "slash": images[labels == 1], "ring": images[labels == 0]}
    return {**pool, "cross": _crossed(pool["slash"])}


def _crossed(slashes: Pictures) -> Pictures:
    """Ones laid over one another as crosses, two neighbours in the file at a time."""
    rng = np.random.default_rng(SPLIT_SEED)
    crosses = np.empty_like(slashes[:-1])
    for index, (one, other) in enumerate(pairwise(slashes)):
        middle = rng.uniform(35, 55)
        arms = []
        for image, turn in ((one, middle), (other, -middle)):
            matrix = cv2.getRotationMatrix2D((13.5, 13.5), turn + rng.normal(0, 6), 1.0)
            arms.append(cv2.warpAffine(image, matrix, (28, 28), flags=cv2.INTER_CUBIC))
        crosses[index] = np.maximum(*arms)
    return crosses


def bhmsds_half(path: Path, judging: bool) -> Pool:
    """One of two halves of bhmsds, split by a fixed seed: to fit on, or to judge by."""
    data = np.load(path)
    mine = data["source"] == BHMSDS
    labels, images = data["label"][mine], data["image"][mine]
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    half = order[1::2] if judging else order[::2]
    labels, images = labels[half], images[half]
    pool = {name: images[labels == label] for name, label in MARKS.items()}
    pool["slash"] = np.concatenate([pool["slash"], images[labels == 1]])
    return pool


@click.command(help=__doc__)
@click.argument("digits", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--rows", default=20000)
@click.option("--seed", default=1)
@click.option("--bhmsds/--mnist", default=False, help="which real strokes half of the hands use")
@click.option("--mix", type=click.Choice(list(MIXES)), default="fit", help="what the rows hold")
def main(digits: Path, out: Path, rows: int, seed: int, bhmsds: bool, mix: str) -> None:
    """Simulate ``rows`` rows; two cells each."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    pool = fitting_pool(digits, bhmsds)
    chosen = MIXES[mix]
    pairs, shares = list(chosen.rows), np.array(list(chosen.rows.values()))
    features, seen, labels, kinds = [], [], [], []
    traces, inked, windows, bilevel = [], [], [], []
    for _ in range(rows // ROWS_A_PAGE):
        drawn = [pairs[k] for k in rng.choice(len(pairs), ROWS_A_PAGE, p=shares / shares.sum())]
        whats = [what if rng.random() < 0.5 else what[::-1] for what in drawn]
        sheet, page = page_of(rng, whats, pool, chosen.crossed)
        cells = [cell for row in page for cell in row.cells]
        ink = ink_of(cells, sheet.tone)
        own = own_ink(ink)
        features.append(stroke_features(ink, own, sheet.tone))
        shown = pictures(ink, own)
        seen.append(np.round(shown * 127).astype(np.int8))
        traces.append(cell_traces(ink).astype(np.float32))
        every = np.arange(len(cells))
        inked.append(np.isin(every, inked_cells(ink, traces[-1])))
        windows.append(trace_windows(ink, every))
        bilevel += [sheet.tone.bilevel] * len(cells)
        labels += [LABELS[content] for what in whats for content in what]
        kinds += [kind for row in page for kind in row.kinds]
    np.savez_compressed(
        out,
        features=np.vstack(features),
        pictures=np.vstack(seen),
        traces=np.vstack(traces),
        inked=np.concatenate(inked),
        windows=np.concatenate(windows),
        bilevel=np.array(bilevel),
        labels=np.array(labels, np.int64),
        kinds=np.array(kinds),
        names=np.array(NAMES),
        page=np.arange(len(labels)) // (2 * ROWS_A_PAGE),
        row=np.arange(len(labels)) // 2,
    )


if __name__ == "__main__":
    main()
