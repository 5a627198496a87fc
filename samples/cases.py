"""The cases: who filled in what how, and how it went through the scanner. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from samples.filling import Plan
from samples.paper import AVERAGE, BILEVEL, CLEAN, PHOTO, POOR, Condition

PageKey = tuple[str, int]
"""A person and a 1-based page number of that person's sheet."""


@dataclass(frozen=True)
class Feed:
    """How the pages come through the scanner.

    ``upside_down`` pages, drawn at random, lie the wrong way round. ``lost`` pages never come.
    ``repeated`` pages come once more at the end, as a ``copy`` (the same bytes) or a ``rescan`` of
    the same paper. The first ``blank_backs`` pages are followed by their empty backs.
    ``foreign`` pages (``minutes``, ``invoice``) lie between. The QR of ``covered`` pages is blotted
    out. ``strangers`` are people whose first page was printed by another office.
    """

    shuffled: bool = False
    upside_down: int = 0
    lost: frozenset[PageKey] = frozenset()
    repeated: Mapping[PageKey, str] = field(default_factory=dict)
    blank_backs: int = 0
    foreign: tuple[str, ...] = ()
    covered: frozenset[PageKey] = frozenset()
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Sheets that were scanned together. ``kind`` is ``pdf``, ``tif``, ``jpg`` or ``png``."""

    name: str
    purpose: str
    plans: Mapping[str, Plan]
    condition: Condition
    kind: str = "pdf"
    feed: Feed = Feed()


_PLAIN = Plan()
# Softer and more strongly compressed than the conditions, to keep the repository small; and no
# streaks, as a row with a streak through it is no plain row.
_CLEAN = replace(CLEAN, blur_mm=(0.07, 0.09), jpeg=(38, 48))
_CLEAN_COLOUR = replace(_CLEAN, mode="colour")
_USUAL = replace(AVERAGE, streak=0.0, blur_mm=(0.07, 0.10), noise=(1.5, 2.5), jpeg=(38, 48))
_BILEVEL_300 = replace(BILEVEL, dpi=300)
_USUAL_COLOUR = replace(_USUAL, mode="colour")


def _plain(unit: str, *numbers: int) -> dict[str, Plan]:
    return {f"{unit}{number:03d}": _PLAIN for number in numbers}


CASES: tuple[Case, ...] = (
    Case("th-giao-vien", "plain sheets, in order", _plain("TH", 3, 4, 6, 9), _CLEAN),
    Case(
        "th-nhan-vien",
        "pages shuffled, three upside down",
        _plain("TH", 10, 11, 12) | {"TH010": Plan(kinds={"self": ("dot",)})},
        _USUAL,
        feed=Feed(shuffled=True, upside_down=3),
    ),
    Case(
        "th-lanh-dao",
        "a leader (03A) in colour, the seal on the evaluator's signature",
        {"TH001": Plan(seal="signature")},
        _CLEAN_COLOUR,
    ),
    Case("cs-den-trang", "bilevel, fax group 4", _plain("CS", 2, 3, 4), BILEVEL, "tif"),
    Case(
        "th-den-trang",
        "bilevel at 300 dpi",
        _plain("TH", 5, 7, 8),
        _BILEVEL_300,
        "tif",
    ),
    Case(
        "cs-tiff",
        "multi-page TIFF with JPEG inside; one person rings, the other fills cells",
        {
            "CS007": Plan(kinds={"self": ("ring",)}),
            "CS008": Plan(kinds={"self": ("fill",)}),
        },
        _CLEAN,
        "tif",
    ),
    Case(
        "cs-tay-xoa",
        "a double mark, a missing mark, two struck-out marks, wrong totals",
        {
            "CS009": Plan(double=frozenset({"I.2.3/self"})),
            "CS010": Plan(missing=frozenset({"II.1.2/evaluator"})),
            "CS011": Plan(
                corrected={"I.1.3/self": "double_line", "II.2.2/evaluator": "ring"},
                rows={"II.2.2/evaluator": "dat"},
            ),
            "CS012": Plan(
                wrong_totals={"self/dat": 17, "evaluator/dat": 16, "evaluator/chua_dat": 2}
            ),
        },
        _CLEAN_COLOUR,
    ),
    Case("cs-hieu-truong", "a leader (03A) at 300 dpi", _plain("CS", 1), replace(_CLEAN, dpi=300)),
    Case(
        "pma-lan-nguoi",
        "three people mixed, one of them a leader, two pages upside down",
        _plain("PMA", 1, 5, 6) | {"PMA001": Plan(rows={"III.2.3/evaluator": "chua_dat"})},
        _USUAL,
        feed=Feed(shuffled=True, upside_down=2),
    ),
    Case(
        "pma-thieu-trang",
        "bilevel at 300 dpi: a page missing, a page twice as the same bytes, a page scanned twice",
        _plain("PMA", 7, 8, 9),
        _BILEVEL_300,
        "tif",
        feed=Feed(
            lost=frozenset({("PMA007", 1)}),
            repeated={("PMA008", 2): "copy", ("PMA009", 1): "rescan"},
        ),
    ),
    Case(
        "pma-chu-ky",
        "no signature of the evaluator, no result ticked, the wrong result ticked",
        {
            "PMA010": Plan(unsigned=frozenset({"evaluator"})),
            "PMA011": Plan(missing=frozenset({"overall"})),
            "PMA012": Plan(wrong_overall=True),
        },
        _USUAL_COLOUR,
    ),
    Case(
        "nv-to-la",
        "empty backs, two foreign pages, a blotted code, a sheet of another office",
        _plain("NV", 1, 2, 6),
        _CLEAN,
        feed=Feed(
            blank_backs=4,
            foreign=("minutes", "invoice"),
            covered=frozenset({("NV006", 2)}),
            strangers=("NV007",),
        ),
    ),
    Case(
        "nv-chua-dat",
        "contents marked chưa đạt by one or both sides",
        {
            "NV003": Plan(
                rows={
                    "I.2.1/evaluator": "chua_dat",
                    "II.2.3/evaluator": "chua_dat",
                    "II.2.3/self": "chua_dat",
                }
            ),
            "NV004": Plan(rows={"II.2.4/self": "chua_dat"}),
            "NV005": Plan(rows={"II.1.3/evaluator": "chua_dat"}),
        },
        _CLEAN,
        "jpg",
    ),
    Case(
        "btc-dau-do",
        "a red seal across marks of a leader's sheet, colour",
        {"BTC001": Plan(seal="marks")},
        _CLEAN_COLOUR,
    ),
    Case(
        "btc-kem",
        "poor scans: faded toner, skew, strong compression, a dirty scanner",
        _plain("BTC", 3),
        POOR,
    ),
    Case("qd-anh-chup", "photos by phone", _plain("QD", 2), replace(PHOTO, jpeg=(50, 60)), "jpg"),
    Case("qd-png", "grey PNG, one file a page", _plain("QD", 4), _CLEAN, "png"),
)
