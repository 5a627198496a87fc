"""Judge the mark reader on real strokes it was not fitted on, in simulated paper.

python -m training.judge_marks DIGITS.npz --pages 500 --seed 77 --scans average

The strokes are the half of bhmsds that no fit uses. Pages of twelve rows by one hand (a picture and
those most like it), eight of them plain, are read as a whole. Prints, for every kind of row, how
many were flagged and how many were silently wrong, with one-sided 95 % bounds.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click
import cv2
import numpy as np

from ocr.marks import read_choice, read_choices
from ocr.reading import ChoiceReading, MarkState
from pipeline.bounds import upper_bound
from training.hands import Hand, any_hand, lay_picture
from training.mark_data import bhmsds_half
from training.paper import CANVAS_PX_PER_MM, Back, Scan
from training.scenes import Paper, Place, Row, Sheet, row_of, tone_of
from training.strokes import Canvas
from training.withdrawals import painted_over, rubbed_out

Spot = tuple[float, float]

PLAIN_ROWS, ODD_ROWS = 8, 4

WAYS = (
    "ringed",
    "ringed twice",
    "struck once",
    "struck twice",
    "struck three times",
    "lined once",
    "lined twice",
    "lined three times",
    "waved",
    "scrawled",
    "blackened",
    "overwritten",
)
"""How a mark is withdrawn: ``struck`` along an arm of a cross, ``lined`` level."""

OF_MORE_STROKES = ("struck once", "lined once", "overwritten")
"""Over a slash or a dash these make another plain mark."""

ROWS = {
    "plain": (("plain", "empty"), "a", 0.0),
    "faint": (("plain", "empty"), "a", 0.0),
    "half outside": (("outside", "empty"), "a", 0.06),
    "dot": (("dot", "empty"), "a", 0.04),
    "withdrawn": (("withdrawn", "empty"), None, 0.40),
    "withdrawn + plain": (("withdrawn", "plain"), None, 0.10),
    "erased": (("erased", "empty"), None, 0.06),
    "erased + plain": (("erased", "plain"), None, 0.08),
    "fluid + plain": (("fluid", "plain"), None, 0.08),
    "plain on fluid": (("anew", "empty"), "a", 0.06),
    "double": (("plain", "plain"), None, 0.06),
    "empty": (("empty", "empty"), None, 0.06),
}
"""Kind of row -> what its cells hold, the value that may be read silently, its share. A mark put
anew on the fluid that covers another is what the person means, but should be seen by somebody."""

FAINT_BELOW = 0.35
"""Opacity of a pen below which a page's plain rows are counted apart: a faint pencil."""


def any_scan(rng: np.random.Generator, quality: str) -> Scan:
    """A scan of this quality; never bilevel, of which everything odd is flagged anyway."""
    scan = replace(Scan.random(rng), bilevel=False, dirty=quality == "poor")
    if quality == "poor":
        return scan
    best = quality == "clean"
    return replace(
        scan,
        dpi=float(rng.choice([200, 300])),
        specks=0.0 if best else scan.specks,
        blur_mm=float(rng.uniform(0.02, 0.07 if best else 0.1)),
        noise=float(rng.uniform(0.5, 3 if best else 6)),
        jpeg=int(rng.integers(75, 96)) if best else int(rng.integers(60, 85)),
        toner=float(rng.uniform(0.75, 0.97)),
    )


def withdraw(rng: np.random.Generator, hand: Hand, ink: Canvas, spot: Spot, size: float) -> str:
    """A mark of the hand, and real strokes over it."""
    kind = _plain(rng, hand, ink, spot, size)
    ways = [way for way in WAYS if kind not in ("slash", "dash") or way not in OF_MORE_STROKES]
    how = str(rng.choice(ways))

    def lay(what: str, at: Spot, least: float, most: float) -> None:
        lay_picture(rng, ink, hand, what, at, size * rng.uniform(least, most))

    if how == "overwritten":
        lay("ring" if kind == "cross" else "cross", spot, 0.9, 1.3)
    elif how in ("ringed", "ringed twice"):
        for _ in range(1 + how.endswith("twice")):
            lay("ring", spot, 1.3, 1.8)
    elif how in ("waved", "scrawled", "blackened"):
        for _ in range({"waved": 1, "scrawled": 2, "blackened": 5}[how]):
            near = (spot[0] + rng.normal(0, 0.4), spot[1] + rng.normal(0, 0.4))
            lay("wave", near, 0.9, 1.4)
    else:
        count = {"once": 1, "twice": 2, "times": 3}[how.rsplit(maxsplit=1)[-1]]
        level = how.startswith("lined")
        for index in range(count):
            shift = 0.15 * size * (index - (count - 1) / 2) + (0.1 * size if count == 1 else 0.0)
            at = (spot[0] + shift * (not level), spot[1] + shift * level)
            lay("dash" if level else "slash", at, 1.0, 1.4)
    return how


def _plain(rng: np.random.Generator, hand: Hand, ink: Canvas, spot: Spot, size: float) -> str:
    kinds = ("cross", "tick", "slash", "dash", "ring")
    kind = hand.kind if rng.random() < 0.93 else str(rng.choice(kinds))
    lay_picture(rng, ink, hand, kind, spot, size)
    return kind


def write_judged(
    rng: np.random.Generator, hand: Hand, paper: Paper, content: str, place: Place
) -> str:
    """Put what a cell of :data:`ROWS` holds into it, with real strokes, and say how."""
    ink, rules = paper
    x, y, height = place.x, place.y, place.height
    size = float(np.clip(hand.size_mm * rng.lognormal(0, 0.12), 3.0, min(11, height)))
    spot = (x + float(np.clip(rng.normal(0, 1.3), -4, 4)), y + float(rng.normal(0, height * 0.07)))
    if content == "empty":
        return "empty"
    if content == "withdrawn":
        return withdraw(rng, hand, ink, spot, size)
    if content == "dot":
        size = float(rng.uniform(0.8, 1.6))
    if content == "outside":
        spot = (spot[0], y + float(rng.choice([1, -1])) * height * rng.uniform(0.38, 0.47))
    layer = np.zeros_like(ink)
    kind = _plain(rng, hand, layer, spot, size)
    middle = (round(spot[0] * CANVAS_PX_PER_MM), round(spot[1] * CANVAS_PX_PER_MM))
    if content == "erased":
        rubbed_out(rng, layer, middle)
    elif content in ("fluid", "anew"):
        painted_over(rng, layer, rules, middle, size * CANVAS_PX_PER_MM)
    np.copyto(ink, ink + layer * (0.985 - ink).clip(0))
    if content == "anew":
        _plain(rng, hand, ink, (spot[0] + rng.normal(0, 0.8), spot[1]), size)
    return kind


@click.command(help=__doc__)
@click.argument("digits", type=click.Path(exists=True, path_type=Path))
@click.option("--pages", default=300)
@click.option("--seed", default=77)
@click.option("--scans", type=click.Choice(["clean", "average", "poor"]), default="average")
@click.option("--alone", is_flag=True, help="read every row without the others of its page")
@click.option("--bad", type=click.Path(path_type=Path), help="folder for silently wrong rows")
def main(digits: Path, pages: int, seed: int, scans: str, alone: bool, bad: Path | None) -> None:
    """Judge and print."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    pool = bhmsds_half(digits, judging=True)
    rows: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    wrongly: Counter[str] = Counter()
    odd = [name for name in ROWS if ROWS[name][2] > 0]
    shares = np.array([ROWS[name][2] for name in odd])
    for number in range(pages):
        scan = any_scan(rng, scans)
        hand = any_hand(rng, pool, real=1.0)
        names = ["plain"] * PLAIN_ROWS + rng.choice(odd, ODD_ROWS, p=shares).tolist()
        thin = scans == "poor" or (scans == "average" and rng.random() < 0.4)
        back = Back.random(rng) if thin else None
        sheet = Sheet(hand, scan, tone_of(rng, scan), back)
        page = [row_of(rng, sheet, ROWS[name][0], write_judged) for name in names]
        if hand.pen.opacity < FAINT_BELOW:
            names = ["faint" if name == "plain" else name for name in names]
        for name, row, reading in zip(names, page, _read(sheet, page, alone), strict=True):
            rows[name] += 1
            flagged[name] += reading.state is not MarkState.CLEAR
            if reading.state is MarkState.CLEAR and reading.value != ROWS[name][1]:
                wrong[name] += 1
                wrongly[row.kinds[0]] += 1
                _keep(bad, f"{name}-{row.kinds[0]}-{number}", row)
    for name in ROWS:
        count, lost = rows[name], wrong[name]
        if count == 0:
            continue
        click.echo(
            f"{name:18} {count:6} rows  flagged {flagged[name]:5} ({flagged[name] / count:7.2%})  "
            f"silently wrong {lost:3} (<= {upper_bound(lost, count):.2%})"
        )
    click.echo(f"silently wrong by way: {dict(wrongly)}")


def _read(sheet: Sheet, page: list[Row], alone: bool) -> tuple[ChoiceReading, ...]:
    choices = [
        (f"{index}/self", list(zip("ab", row.cells, strict=True))) for index, row in enumerate(page)
    ]
    if alone:
        return tuple(read_choice(*choice, sheet.tone) for choice in choices)
    return read_choices(choices, sheet.tone)


def _keep(folder: Path | None, name: str, row: Row) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{name}.png"), np.hstack([cell.grey for cell in row.cells]))


if __name__ == "__main__":
    main()
