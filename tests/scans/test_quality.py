"""The report of a batch: figures, the archive's standard, streaks of a dirty scanner."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scans.quality import (
    ScanFacts,
    Streak,
    judge,
    recurring_streaks,
    skew_of,
    streak_warning,
)
from pipeline.scans.sort import STATE_OF_CODE, PageState

PAGE = ScanFacts("a.pdf", 1, 300.0, "colour", 0.4, 0.02, flagged=False, streaks=())


def test_the_worst_page_is_named() -> None:
    pages = [
        PAGE,
        replace(PAGE, number=2, dpi=200.0, skew_deg=-2.5, flagged=True),
        replace(PAGE, source="b.pdf", number=1, residual_mm=0.11, mode="grey"),
    ]
    report = judge(pages, [PageState.KNOWN] * 3 + [PageState.BLANK])
    assert (report.read, report.flagged, report.states[PageState.BLANK]) == (3, 1, 1)
    assert report.dpi == 300.0
    assert report.least_dpi is not None
    assert (report.least_dpi.value, report.least_dpi.number) == (200.0, 2)
    assert report.worst_skew is not None
    assert (report.worst_skew.value, report.worst_skew.number) == (2.5, 2)
    assert report.worst_residual is not None
    assert (report.worst_residual.value, report.worst_residual.source) == (0.11, "b.pdf")
    assert (report.below_archive, report.meets_archive) == (1, False)


@pytest.mark.parametrize(
    ("mode", "dpi", "fit"),
    [
        ("colour", 300, True),
        ("colour", 200, True),
        ("colour", 197, True),  # measured on paper that the printer shrank
        ("colour", 150, False),
        ("grey", 300, False),
        ("bilevel", 300, False),
    ],
)
def test_the_standard_of_the_archive(mode: str, dpi: float, fit: bool) -> None:
    report = judge([replace(PAGE, mode=mode, dpi=dpi)], [PageState.KNOWN])
    assert report.meets_archive is fit


def test_a_batch_without_a_readable_page_meets_nothing() -> None:
    report = judge([], [PageState.BLANK])
    assert (report.dpi, report.worst_skew, report.meets_archive) == (None, None, False)


def test_a_streak_counts_when_pages_share_it() -> None:
    def at(number: int, *places_mm: float, edge: str = "left") -> ScanFacts:
        streaks = tuple(Streak(edge, mm) for mm in places_mm)
        return replace(PAGE, number=number, streaks=streaks)

    assert recurring_streaks([at(1, 60.0), at(2, 62.0), at(3, 60.0, edge="top")]) == ()
    assert recurring_streaks([at(1, 60.0, 60.4)]) == ()
    pages = [at(1, 60.0, 120.0), at(2, 60.8), at(3, 61.2, 119.5), at(4)]
    first, second = recurring_streaks(pages)
    assert (first.at_mm, first.pages) == (60.8, (("a.pdf", 1), ("a.pdf", 2), ("a.pdf", 3)))
    assert second.pages == (("a.pdf", 3), ("a.pdf", 1))
    assert streak_warning(first) == (
        "Hãy vệ sinh máy quét: vệt cách mép trái ảnh 61 mm lặp lại trên 3 trang (a.pdf trang "
        "1, 2, 3)."
    )


@given(st.floats(-44, 44), st.integers(-2, 2))
def test_skew_knows_no_quarter_turns(skew: float, turns: int) -> None:
    assert skew_of(skew + 90 * turns) == pytest.approx(skew, abs=1e-9)


def test_every_code_of_the_contract_about_pages_has_a_state() -> None:
    assert set(STATE_OF_CODE.values()) == set(PageState)
