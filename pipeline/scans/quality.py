"""How good a batch of scans is as pictures: what to tell whoever runs the scanner."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.scans.sort import PageState

SAME_STREAK_MM = 1.5
"""Streaks of several pages this near to each other are one place on the scanner's glass: paper is
fed up to 1 mm aside, and a streak's place is known to 0.5 mm."""

ARCHIVE_DPI = 200.0
"""What the archive wants at least, in colour (Thông tư 05/2025/TT-BNV)."""

DPI_TOLERANCE = 0.02
"""Where a file does not say its resolution it is measured on the paper, which printers shrink: by
up to 2 % without anybody's doing."""


@dataclass(frozen=True, slots=True)
class Streak:
    """A line drawn by dirt: ``at_mm`` from the ``left`` or ``top`` edge of the picture."""

    edge: str
    at_mm: float


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """A page of a read scan. ``skew_deg`` is how far it lies askew, without whole quarter turns;
    ``flagged``: something on it waits for a person."""

    source: str
    number: int
    dpi: float
    mode: str
    """``colour``, ``grey`` or ``bilevel``."""
    skew_deg: float
    residual_mm: float
    flagged: bool
    streaks: tuple[Streak, ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """A figure of the page that is worst in it."""

    value: float
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class RecurringStreak:
    """A streak that several pages show at the same place: (file, page) each."""

    edge: str
    at_mm: float
    pages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class BatchQuality:
    """The quality report of a batch. ``states`` counts all its pages, everything else those that
    were read; without any the figures are None."""

    states: Counter[PageState]
    read: int
    flagged: int
    modes: Counter[str]
    dpi: float | None
    least_dpi: Worst | None
    skew_deg: float | None
    worst_skew: Worst | None
    residual_mm: float | None
    worst_residual: Worst | None
    streaks: tuple[RecurringStreak, ...]
    below_archive: int
    """Pages that are not in colour or have less than :data:`ARCHIVE_DPI`."""

    @property
    def meets_archive(self) -> bool:
        """Whether all pages may go to the archive as they are."""
        return self.read > 0 and self.below_archive == 0


def judge(pages: Sequence[ScanFacts], states: Iterable[PageState]) -> BatchQuality:
    """The report of a batch: ``pages`` that were read, ``states`` of all."""
    return BatchQuality(
        states=Counter(states),
        read=len(pages),
        flagged=sum(page.flagged for page in pages),
        modes=Counter(page.mode for page in pages),
        dpi=_median([page.dpi for page in pages]),
        least_dpi=_worst([(-page.dpi, page) for page in pages], sign=-1),
        skew_deg=_median([abs(page.skew_deg) for page in pages]),
        worst_skew=_worst([(abs(page.skew_deg), page) for page in pages]),
        residual_mm=_median([page.residual_mm for page in pages]),
        worst_residual=_worst([(page.residual_mm, page) for page in pages]),
        streaks=recurring_streaks(pages),
        below_archive=sum(not fit_for_archive(page) for page in pages),
    )


def fit_for_archive(page: ScanFacts) -> bool:
    """Whether a page is in colour and fine enough for the archive."""
    return page.mode == "colour" and page.dpi >= ARCHIVE_DPI * (1 - DPI_TOLERANCE)


def skew_of(rotation_deg: float) -> float:
    """How far a page lies askew, -45..45 degrees: its rotation without whole quarter turns."""
    return (rotation_deg + 45.0) % 90.0 - 45.0


def recurring_streaks(pages: Sequence[ScanFacts]) -> tuple[RecurringStreak, ...]:
    """The streaks that more than one page shows at the same place, the most frequent first."""
    by_edge: dict[str, list[tuple[float, tuple[str, int]]]] = defaultdict(list)
    for page in pages:
        for streak in page.streaks:
            by_edge[streak.edge].append((streak.at_mm, (page.source, page.number)))
    found = []
    for edge, places in by_edge.items():
        for group in _near(sorted(places)):
            where = tuple(dict.fromkeys(page for _, page in group))
            if len(where) > 1:
                found.append(RecurringStreak(edge, median(mm for mm, _ in group), where))
    return tuple(sorted(found, key=lambda streak: -len(streak.pages)))


def _near(
    places: list[tuple[float, tuple[str, int]]],
) -> list[list[tuple[float, tuple[str, int]]]]:
    """Places in groups that lie within :data:`SAME_STREAK_MM` of the first of each."""
    groups: list[list[tuple[float, tuple[str, int]]]] = []
    for place in places:
        if groups and place[0] - groups[-1][0][0] <= SAME_STREAK_MM:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _median(values: list[float]) -> float | None:
    return median(values) if values else None


def _worst(ranked: list[tuple[float, ScanFacts]], sign: int = 1) -> Worst | None:
    if not ranked:
        return None
    value, page = max(ranked, key=lambda one: one[0])
    return Worst(sign * value, page.source, page.number)


_EDGES = {"left": "mép trái", "top": "mép trên"}


def streak_warning(streak: RecurringStreak) -> str:
    """What to tell about a streak that recurs."""
    files: dict[str, list[int]] = defaultdict(list)
    for source, number in streak.pages:
        files[source].append(number)
    where = "; ".join(
        f"{source} trang {', '.join(map(str, sorted(numbers)))}"
        for source, numbers in files.items()
    )
    return (
        f"Hãy vệ sinh máy quét: vệt cách {_EDGES[streak.edge]} ảnh {streak.at_mm:.0f} mm lặp lại "
        f"trên {len(streak.pages)} trang ({where})."
    )
