"""From counts to the figures of the table: by goal, with one-sided 95 % bounds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.conditions import GOALS, of_goal
from pipeline.bounds import upper_bound

Settings = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Counts by setting, then source (``dense``, ``sheet``), then key (see :mod:`bench.judge`)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    part: int
    whole: int

    @property
    def bound(self) -> float:
        """The one-sided upper 95 % bound of the rate, 0..1."""
        return upper_bound(self.part, self.whole)

    def __str__(self) -> str:
        if self.whole == 0:
            return "–"
        share = f", {100 * self.part / self.whole:.2g} %" if self.part else ""
        return f"{self.part:,} of {self.whole:,}{share} (< {100 * self.bound:.2g} %)"


@dataclass(frozen=True)
class GoalFigures:
    """What was measured for one line of the goals. ``spoilt`` by kind: not flagged, of shown;
    ``plain_by_kind``: flagged, of shown; signatures by what the scan shows of them (``colour``,
    ``grey``, ``sealed``)."""

    goal: str
    identified: Rate
    rejected: Mapping[str, int]
    wrong_identity: Rate
    silent_wrong: Rate
    plain_flagged: Rate
    odd_flagged: Rate
    results_flagged: Rate
    spoilt_passed: Rate
    spoilt_swapped: Rate
    right_totals_flagged: Rate
    wrong_totals_passed: Rate
    signatures_wrong: Mapping[str, Rate]
    signatures_doubtful: Mapping[str, Rate]
    spoilt: Mapping[str, Rate]
    plain_by_kind: Mapping[str, Rate]


def goal_figures(settings: Settings) -> list[GoalFigures]:
    """The figures of all goals that something was measured for."""
    found = []
    for goal in GOALS:
        names = [setting.name for setting in of_goal(goal) if setting.name in settings]
        if names:
            found.append(figures(goal, _together(settings[name] for name in names)))
    return found


def setting_figures(settings: Settings) -> list[GoalFigures]:
    """The figures of every setting by itself."""
    return [figures(name, _together([sources])) for name, sources in settings.items()]


def figures(name: str, sources: Mapping[str, Mapping[str, int]]) -> GoalFigures:
    """The figures of some counts by source. Identity is that of real sheets only."""
    sheet = Counter(sources.get("sheet", {}))
    rows: Counter[str] = Counter()
    for counts in sources.values():
        rows.update(counts)
    pages = _some(sheet, "pages")
    plain, odd, result, spoilt = (
        _some(rows, f"row|{sort}") for sort in ("plain", "odd", "result", "spoilt")
    )
    return GoalFigures(
        goal=name,
        identified=Rate(pages["identified"], pages.total()),
        rejected={
            key.removeprefix("rejected "): count
            for key, count in _some(rows, "pages").items()
            if key.startswith("rejected ")
        },
        wrong_identity=Rate(rows["pages|wrong identity"], _some(rows, "pages").total()),
        silent_wrong=_add(_last(each, "wrong") for each in (plain, odd, result)),
        plain_flagged=_last(plain, "flagged"),
        odd_flagged=_last(odd, "flagged"),
        results_flagged=_last(result, "flagged"),
        spoilt_passed=_last(spoilt, "passed", "swapped"),
        spoilt_swapped=_last(spoilt, "swapped"),
        right_totals_flagged=_last(_some(sheet, "total|right"), "flagged"),
        wrong_totals_passed=_last(_some(sheet, "total|off by one"), "passed"),
        signatures_wrong=_by_kind(_some(sheet, "signature"), "wrong"),
        signatures_doubtful=_by_kind(_some(sheet, "signature"), "doubtful"),
        spoilt=_by_kind(spoilt, "passed", "swapped"),
        plain_by_kind=_by_kind(plain, "flagged"),
    )


def spoilt_by_kind(settings: Settings) -> dict[str, Rate]:
    """All spoilt rows of all settings by kind: not flagged, of shown."""
    rows = _together(settings.values())
    everything: Counter[str] = Counter()
    for counts in rows.values():
        everything.update(counts)
    return _by_kind(_some(everything, "row|spoilt"), "passed", "swapped")


def _together(
    many: Iterable[Mapping[str, Mapping[str, int]]],
) -> dict[str, Counter[str]]:
    """Counts of several settings added up, by source."""
    added: dict[str, Counter[str]] = {}
    for sources in many:
        for source, counts in sources.items():
            added.setdefault(source, Counter()).update(counts)
    return added


def _some(counts: Mapping[str, int], start: str) -> Counter[str]:
    """The counts whose key starts with some words, by the rest of the key."""
    head = f"{start}|"
    return Counter(
        {key.removeprefix(head): count for key, count in counts.items() if key.startswith(head)}
    )


def _last(counts: Mapping[str, int], *outcomes: str) -> Rate:
    """How many of the counts ended so."""
    part = sum(count for key, count in counts.items() if key.rpartition("|")[2] in outcomes)
    return Rate(part, sum(counts.values()))


def _add(rates: Iterable[Rate]) -> Rate:
    listed = list(rates)
    return Rate(sum(rate.part for rate in listed), sum(rate.whole for rate in listed))


def _by_kind(counts: Mapping[str, int], *outcomes: str) -> dict[str, Rate]:
    kinds = sorted({key.partition("|")[0] for key in counts})
    return {kind: _last(_some(counts, kind), *outcomes) for kind in kinds}
