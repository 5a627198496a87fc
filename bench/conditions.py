"""What scans the bench makes: settings of printer, office and scanner, by the goal they count for.

The physics is that of :mod:`samples.paper`; here stands how hard it is on the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from samples.mishaps import MISHAPS
from samples.paper import AVERAGE, BILEVEL, CLEAN, PHOTO, POOR, Condition


@dataclass(frozen=True, slots=True)
class Setting:
    """Scans of one kind. ``goal`` is the line of the goals that they count for, ``share`` their
    share of its pages. ``upside_down``, ``seal`` and each of ``mishaps`` are probabilities a page.
    """

    name: str
    goal: str
    condition: Condition
    share: float
    upside_down: float = 0.1
    seal: float = 0.0
    mishaps: tuple[tuple[str, float], ...] = ()


GOALS = ("clean", "average", "poor", "photo", "hard")
"""``hard`` is bilevel, 150 dpi and hostile: there nothing may be wrong in silence, all else is
allowed."""

_AVERAGE = replace(AVERAGE, jpeg=(60, 80))
_POOR = replace(POOR, jpeg=(45, 45))
_HOSTILE = replace(
    POOR,
    fold=0.8,
    punch=0.5,
    staple=0.7,
    streak=0.5,
    dirt=1.0,
    show_through=0.15,
    paper=(205, 240),
)
_EVERYTHING = tuple((name, 0.5) for name in MISHAPS)


def _colour(condition: Condition, dpi: int = 200) -> Condition:
    return replace(condition, mode="colour", dpi=dpi)


SETTINGS = (
    Setting("clean, 200 dpi grey", "clean", CLEAN, 0.55),
    Setting("clean, 200 dpi colour", "clean", _colour(CLEAN), 0.20),
    Setting("clean, 300 dpi grey", "clean", replace(CLEAN, dpi=300), 0.20),
    Setting("clean, 300 dpi colour", "clean", _colour(CLEAN, 300), 0.05),
    Setting("average, 200 dpi grey", "average", _AVERAGE, 0.5, seal=0.2),
    Setting("average, 200 dpi colour", "average", _colour(_AVERAGE), 0.3, seal=0.2),
    Setting("average, 300 dpi grey", "average", replace(_AVERAGE, dpi=300), 0.2, seal=0.2),
    Setting("poor, 200 dpi grey", "poor", _POOR, 0.7, upside_down=0.3, seal=0.1),
    Setting("poor, 200 dpi colour", "poor", _colour(_POOR), 0.3, upside_down=0.3, seal=0.1),
    Setting("phone photo", "photo", PHOTO, 1.0, seal=0.1),
    Setting("bilevel, 200 dpi", "hard", BILEVEL, 0.2, seal=0.1),
    Setting("bilevel, 300 dpi", "hard", replace(BILEVEL, dpi=300), 0.15, seal=0.1),
    Setting("150 dpi grey", "hard", replace(_AVERAGE, dpi=150), 0.25, seal=0.1),
    Setting(
        "hostile, 200 dpi grey",
        "hard",
        _HOSTILE,
        0.2,
        upside_down=0.3,
        seal=0.4,
        mishaps=_EVERYTHING,
    ),
    Setting(
        "hostile, 200 dpi colour",
        "hard",
        _colour(_HOSTILE),
        0.2,
        upside_down=0.3,
        seal=0.4,
        mishaps=_EVERYTHING,
    ),
)


BY_NAME = {setting.name: setting for setting in SETTINGS}


def of_goal(goal: str) -> Iterator[Setting]:
    """The settings that count for a goal."""
    return (setting for setting in SETTINGS if setting.goal == goal)
