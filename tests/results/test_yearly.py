"""The year from its quarters, and awards: vectors 16-18 of the specification and what surrounds."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInput, BadSet
from pipeline.forms.sets import load_set
from pipeline.periods import Period
from pipeline.ratings import Achievement, AnnualRating
from pipeline.results.awards import (
    Eligibility,
    Merits,
    Proposal,
    award_rule,
    load_awards,
    propose,
)
from pipeline.results.verdict import Verdict, VerdictStatus, check_in_scope
from pipeline.results.yearly import (
    YearVerdict,
    decide_year,
    quarters_of,
    year_json,
    year_status,
)
from tests.results.results_cases import LEVELS, LONG_BIEN, Q4, TEMPLATES, person

RULES = load_awards(LONG_BIEN)
YEAR = Period.parse("2026")
WHO = person()
LETTERS = {
    "đ": VerdictStatus.DAT,
    "c": VerdictStatus.CHUA_DAT,
    "t": VerdictStatus.TAM_TINH,
    "?": VerdictStatus.CHUA_CO_KET_QUA,
}
STATUSES = st.sampled_from(list(VerdictStatus))


def _verdict(status: VerdictStatus, form_result: str | None = "dat") -> Verdict:
    return Verdict(WHO.person_id, WHO.unit_id, "03B", form_result, status, (), ())


def _year(letters: str, year: Period = YEAR) -> YearVerdict:
    """The year of quarters written as letters: đ đạt, c chưa đạt, t tạm tính, ? no result."""
    quarters = quarters_of(year, LONG_BIEN.first_period)
    verdicts = (_verdict(LETTERS[letter]) for letter in letters)
    return decide_year(
        RULES.year, WHO.person_id, WHO.unit_id, dict(zip(quarters, verdicts, strict=True))
    )


def _award(letters: str, annual: str) -> Proposal:
    rule = award_rule(RULES, "05A", YEAR)
    assert rule is not None
    ratings = {WHO.person_id: AnnualRating(WHO.person_id, 2026, LEVELS[annual])} if annual else {}
    merits = Merits(YEAR, {WHO.person_id: _year(letters).verdict}, {}, ratings, {})
    return propose(rule, LONG_BIEN, WHO, merits)


VECTORS = [
    (16, "đcđc", "X", "dat", "proposed"),
    (17, "đccc", "X", "chua_dat", "not_proposed"),
    (18, "đđđđ", "T", "dat", "not_proposed"),
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"vector-{vector[0]}")
def test_vectors_of_the_specification(vector: tuple[int, str, str, str, str]) -> None:
    """R-000-24: on mẫu 04 of the year (A10), and proposed on mẫu 05A of the year (A11)."""
    _, letters, annual, status, proposed = vector
    assert _year(letters).verdict.status == status
    assert _award(letters, annual).eligibility == proposed


@pytest.mark.parametrize(
    ("letters", "status"),
    [
        ("đđ??", "dat"),  # what is open cannot take it away
        ("đc?c", "chua_co_ket_qua"),
        ("đctc", "tam_tinh"),
        ("đt??", "tam_tinh"),
        ("tttt", "tam_tinh"),
        ("ccc?", "chua_dat"),
        ("cct?", "chua_co_ket_qua"),
        ("????", "chua_co_ket_qua"),
    ],
)
def test_a_year_with_quarters_that_are_not_final(letters: str, status: str) -> None:
    assert _year(letters).verdict.status == status


def test_reasons_name_the_quarters_and_the_notice_says_how_many() -> None:
    year = _year("đc?c")
    assert [reason.message for reason in year.verdict.reasons] == [
        "Có 01/4 quý đạt, yêu cầu từ 02 quý",
        "Quý II/2026: chưa đạt",
        "Quý III/2026: chưa có kết quả",
        "Quý IV/2026: chưa đạt",
    ]
    assert {reason.rule for reason in year.verdict.reasons} == {"R-000-24"}
    assert _year("đđcđ").words == "03/4 quý"
    assert _year("đđcđ").verdict.reasons == ()


def test_nobody_can_pass_2021_of_which_one_quarter_is_in_scope() -> None:
    """R-000-04, R-000-24."""
    start = Period.parse("2021")
    assert [str(q) for q in quarters_of(start, LONG_BIEN.first_period)] == ["2021-Q4"]
    for letter in LETTERS:
        assert _year(letter, start).verdict.status is VerdictStatus.CHUA_DAT
    check_in_scope(LONG_BIEN, start)
    for early in ("2020", "2021-Q3", "2020-Q4"):
        with pytest.raises(BadInput, match="2021-Q4"):
            check_in_scope(LONG_BIEN, Period.parse(early))


@given(st.lists(STATUSES, min_size=4, max_size=4), st.integers(0, 3), st.randoms())
def test_a_quarter_more_is_never_worse_and_order_does_not_matter(
    quarters: list[VerdictStatus], which: int, random: object
) -> None:
    before = year_status(RULES.year, quarters)
    better = [*quarters[:which], VerdictStatus.DAT, *quarters[which + 1 :]]
    if before is VerdictStatus.DAT:
        assert year_status(RULES.year, better) is VerdictStatus.DAT
    assert year_status(RULES.year, quarters[::-1]) is before


@given(st.lists(STATUSES, min_size=4, max_size=4))
def test_a_final_year_stays_as_it_is_however_open_quarters_end(
    quarters: list[VerdictStatus],
) -> None:
    status = year_status(RULES.year, quarters)
    open_ones = {VerdictStatus.TAM_TINH, VerdictStatus.CHUA_CO_KET_QUA}
    ends = {
        year_status(RULES.year, [end if quarter in open_ones else quarter for quarter in quarters])
        for end in (VerdictStatus.DAT, VerdictStatus.CHUA_DAT)
    }
    if status not in open_ones:
        assert ends == {status}
    else:
        assert ends == {VerdictStatus.DAT, VerdictStatus.CHUA_DAT}


def test_year_json_has_the_quarters() -> None:
    document = json.loads(json.dumps(year_json([_year("đcđ?")], LONG_BIEN, YEAR)))
    (who,) = document["people"]
    assert (document["schema"], document["period"]) == ("phieu.results/1", "2026")
    assert (who["status"], who["quarters_passed"]) == ("dat", 2)
    assert who["quarters"]["2026-Q2"] == "chua_dat"
    assert document["counts"]["dat"] == 1


# --- awards -----------------------------------------------------------------------------------


def test_a_missing_annual_rating_waits_and_says_so() -> None:
    proposal = _award("đđcc", "")
    assert proposal.eligibility is Eligibility.WAITING
    assert [reason.message for reason in proposal.reasons] == [
        "Năm 2026: chưa có kết quả xếp loại năm"
    ]
    assert _award("đccc", "").eligibility is Eligibility.NOT_PROPOSED
    assert _award("đc??", "X").eligibility is Eligibility.WAITING
    assert _award("đc??", "T").eligibility is Eligibility.NOT_PROPOSED
    low = _award("đđđđ", "T").reasons[0].message
    assert low == (
        "Năm 2026: xếp loại “Hoàn thành tốt nhiệm vụ”, yêu cầu “Hoàn thành xuất sắc nhiệm vụ”"
    )


@pytest.mark.parametrize(
    ("letter", "proposed"),
    [("đ", "proposed"), ("c", "not_proposed"), ("t", "waiting"), ("?", "waiting")],
)
def test_a_quarterly_award_is_the_status_of_the_quarter(letter: str, proposed: str) -> None:
    """R-000-23."""
    rule = award_rule(RULES, "05A", Q4)
    assert rule is not None
    assert rule.rule == "R-000-23"
    merits = Merits(Q4, {WHO.person_id: _verdict(LETTERS[letter])}, {}, {}, {})
    assert propose(rule, LONG_BIEN, WHO, merits).eligibility == proposed


def _ad_hoc(period: Period, results: Sequence[str | None], *quarters: int) -> Proposal:
    """Form results of the quarters in order; achievements of these quarters."""
    rule = award_rule(RULES, "05B", period)
    assert rule is not None
    assert rule.rule == "R-000-25"
    verdicts = {
        Period(2026, quarter=number): {WHO.person_id: _verdict(VerdictStatus.CHUA_DAT, result)}
        for number, result in enumerate(results, 1)
    }
    texts = [Achievement(WHO.person_id, 2026, number, f"Việc {number}") for number in quarters]
    merits = Merits(period, {}, verdicts, {}, {WHO.person_id: texts})
    return propose(rule, LONG_BIEN, WHO, merits)


def test_an_ad_hoc_award_needs_the_form_result_and_the_text_of_one_quarter() -> None:
    """R-000-25: the form result counts, not the professional status."""
    first = Period.parse("2026-Q1")
    passed = _ad_hoc(first, ["dat"], 1)
    assert (passed.eligibility, passed.achievement) == (Eligibility.PROPOSED, "Việc 1")
    assert _ad_hoc(first, ["chua_dat"], 1).eligibility is Eligibility.NOT_PROPOSED
    assert _ad_hoc(first, [None], 1).eligibility is Eligibility.WAITING
    assert _ad_hoc(first, ["dat"]).eligibility is Eligibility.NOT_PROPOSED


def test_ad_hoc_awards_of_a_year_take_the_quarters_that_meet_the_rule() -> None:
    both = _ad_hoc(YEAR, ["dat", "chua_dat", "dat"], 3, 1, 2)
    assert both.achievement == "Quý I/2026: Việc 1\nQuý III/2026: Việc 3"
    assert _ad_hoc(YEAR, ["chua_dat", None], 1, 2).eligibility is Eligibility.WAITING
    assert _ad_hoc(YEAR, ["chua_dat", "chua_dat"], 1, 2).eligibility is Eligibility.NOT_PROPOSED


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("form: 05A, period: quarter", "form: 09, period: quarter", "09"),
        ("hoan_thanh_xuat_sac", "rat_tot", "rat_tot"),
        ("period: year, needs: [status]", "period: quarter, needs: [status]", "05A"),
        ("needs: [form_result, achievement]", "needs: [form_result]", "R-000-25"),
        ("quarters_needed: 2", "quarters_needed: 5", "quarters_needed"),
        ("year:", "nam:", "nam"),
    ],
)
def test_faulty_award_rules_are_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    folder = tmp_path / "long_bien_2021"
    copytree(TEMPLATES / "long_bien_2021", folder)
    file = folder / "awards.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadSet, match=named) as caught:
        load_awards(load_set(folder))
    assert "awards.yaml" in str(caught.value)


def test_another_regulation_asks_for_three_quarters() -> None:
    rule = replace(RULES.year, quarters_needed=3)
    two = [VerdictStatus.DAT, VerdictStatus.DAT, VerdictStatus.CHUA_DAT, VerdictStatus.CHUA_DAT]
    assert year_status(rule, two) is VerdictStatus.CHUA_DAT
    assert year_status(RULES.year, two) is VerdictStatus.DAT
