"""Verdicts: the table of test vectors 2.D of the specification, and what must hold around it."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInput
from pipeline.forms.sets import (
    AnswerForm,
    Condition,
    Criterion,
    FormSet,
    Item,
    Level,
    Option,
    PassRule,
    Section,
)
from pipeline.people import Person
from pipeline.periods import Period
from pipeline.ratings import Commitment, MonthlyRating
from pipeline.results.calendar import load_calendar
from pipeline.results.commitments import late_signings
from pipeline.results.verdict import (
    Evidence,
    Verdict,
    VerdictStatus,
    decide,
    decide_all,
    to_json,
)
from pipeline.scans.record import Answer, SheetRecord, SheetStatus, SignatureRecord, TotalRecord
from tests.results.results_cases import LEVELS, LONG_BIEN, Q4, flagged, months, person, sheet

STAFF, LEADER = person(), person("HP", "lanh_dao", position="Phó Hiệu trưởng")
LAST = "II.4.2/evaluator"
Change = Callable[[SheetRecord], SheetRecord]


def _missing(record: SheetRecord) -> SheetRecord:
    return flagged(record, "mark_missing", LAST, "missing")


def _double(record: SheetRecord) -> SheetRecord:
    return flagged(record, "mark_double", LAST, "double")


def _total_26(record: SheetRecord) -> SheetRecord:
    totals = {**record.totals, ("evaluator", "dat"): TotalRecord(26, 27, flagged=True)}
    return flagged(replace(record, totals=totals), "total_mismatch", "total/evaluator/dat")


def _box_not_passed(record: SheetRecord) -> SheetRecord:
    overall = Answer("chua_dat", "clear", 0.99, flagged=True, decided_by=None)
    return flagged(replace(record, overall=overall), "overall_mismatch", "overall")


def _plain(record: SheetRecord) -> SheetRecord:
    return record


ALL_20 = "20,20,20"
VECTORS = [
    # n, group, evaluator short, self short, change, months, discipline, subordinates (levels,
    # reason; None: not asked), form result, status, code of the first reason
    (1, "vc", 0, 0, _plain, "T,T,X", ALL_20, None, "dat", "dat", None),
    (2, "vc", 0, 1, _plain, "T,T,T", ALL_20, None, "dat", "dat", None),
    (3, "vc", 1, 0, _plain, "T,T,T", ALL_20, None, "chua_dat", "chua_dat", "form_failed"),
    (4, "vc", 0, 0, _plain, "T,H,T", ALL_20, None, "dat", "chua_dat", "level_too_low"),
    (5, "vc", 0, 0, _plain, "T,T,T", "20,19,20", None, "dat", "chua_dat", "discipline_too_low"),
    (6, "vc", 0, 0, _plain, "T,T,–", "20,20,–", None, "dat", "tam_tinh", "level_missing"),
    (7, "vc", 0, 0, _missing, "T,T,T", ALL_20, None, None, "chua_co_ket_qua", "mark_missing"),
    (8, "vc", 0, 0, _double, "T,T,T", ALL_20, None, None, "chua_co_ket_qua", "mark_double"),
    (9, "lanh_dao", 0, 0, _plain, "X,T,T", ALL_20, [("T,X,T", "")], "dat", "dat", None),
    (10, "lanh_dao", 0, 0, _plain, "T,T,T", ALL_20, [("T,H,T", "om_dau")], "dat", "dat", None),
    *(
        (n, "lanh_dao", 0, 0, _plain, "T,T,T", ALL_20, [("T,T,T", ""), bad], "dat", "chua_dat", why)
        for n, bad, why in (
            (11, ("T,H,T", ""), "subordinate_level_too_low"),
            (12, ("T,K,T", "nghi_phep"), "subordinate_level_too_low"),
        )
    ),
    (13, "lanh_dao", 0, 0, _plain, "T,T,T", ALL_20, [], "dat", "dat", None),
    *(
        (n, "lanh_dao", 0, 0, change, "T,T,T", ALL_20, [("T,T,T", "")], None, *open_why)
        for n, change, open_why in (
            (14, _total_26, ("chua_co_ket_qua", "total_mismatch")),
            (15, _box_not_passed, ("chua_co_ket_qua", "overall_mismatch")),
        )
    ),
]


def _case(
    group: str,
    short: tuple[int, int],
    change: Change,
    ratings: tuple[str, str],
    subordinates: list[tuple[str, str]] | None,
) -> Verdict:
    who = STAFF if group == "vc" else LEADER
    record = change(sheet(who, {"evaluator": short[0], "self": short[1]}))
    monthly = months(who.person_id, *ratings)
    below = []
    for number, (levels, reason) in enumerate(subordinates or ()):
        below.append(person(f"S{number}", manager_id=who.person_id))
        monthly |= months(f"S{number}", levels, reason=reason)
    return decide(who, LONG_BIEN, Q4, Evidence([record], monthly, below, has_signed=True))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"vector-{vector[0]}")
def test_vectors_of_the_specification(vector: tuple) -> None:  # type: ignore[type-arg]  # a row
    _, group, evaluator, own, change, levels, points, below, result, status, why = vector
    verdict = _case(group, (evaluator, own), change, (levels, points), below)
    assert (verdict.form_result, verdict.status) == (result, status)
    assert next((reason.code for reason in verdict.reasons), None) == why
    assert all(reason.message for reason in verdict.reasons)


def test_reasons_name_month_subordinate_and_content() -> None:
    low = _case("vc", (0, 0), _plain, ("T,H,T", ALL_20), None).reasons
    assert [(str(r.month), r.rule) for r in low] == [("2026-11", "R-000-15")]
    assert low[0].message == (
        "Tháng 11/2026: xếp loại “Hoàn thành nhiệm vụ”, thấp hơn mức “Hoàn thành tốt nhiệm vụ”"
    )
    below = _case("lanh_dao", (0, 0), _plain, ("T,T,T", ALL_20), [("T,H,T", "")]).reasons
    assert [(str(r.month), r.about_person_id, r.rule) for r in below] == [
        ("2026-11", "S0", "R-000-17")
    ]
    assert "mã S0" in below[0].message
    assert "Nguyễn" not in below[0].message
    points = _case("vc", (0, 0), _plain, ("T,T,T", "20,19.5,20"), None).reasons
    assert points[0].message.endswith("đạt 19,5 điểm, yêu cầu 20 điểm")
    content = _case("vc", (1, 0), _plain, ("T,T,T", ALL_20), None).reasons
    assert content[0].message == (
        "Phiếu mẫu 03B có 17/18 nội dung được đánh giá “Đạt”, yêu cầu 18/18"
    )
    assert content[1].item == "I.1.1"
    assert "“Chưa đạt”" in content[1].message


def test_self_assessment_differs_is_a_warning_with_the_content() -> None:
    verdict = _case("vc", (0, 1), _plain, ("T,T,T", ALL_20), None)
    assert [(w.code, w.item) for w in verdict.warnings] == [("self_differs", "I.1.1")]


def test_leader_without_subordinates_passes_with_a_warning() -> None:
    verdict = _case("lanh_dao", (0, 0), _plain, ("T,T,T", ALL_20), [])
    assert [w.code for w in verdict.warnings] == ["no_subordinates"]


def test_leave_excuses_subordinates_only_not_the_person() -> None:
    monthly = months("P1", "T,H,T", reason="om_dau")
    verdict = decide(STAFF, LONG_BIEN, Q4, Evidence([sheet(STAFF)], monthly))
    assert verdict.status is VerdictStatus.CHUA_DAT


def test_a_failed_month_is_final_although_another_month_is_missing() -> None:
    verdict = _case("vc", (0, 0), _plain, ("K,T,–", "20,20,–"), None)
    assert verdict.status is VerdictStatus.CHUA_DAT
    assert {r.code for r in verdict.reasons} == {
        "level_too_low",
        "level_missing",
        "discipline_missing",
    }


def test_rating_without_discipline_points_is_provisional() -> None:
    monthly = months("P1", "T,T,T")
    key = ("P1", Q4.months[2])
    monthly[key] = replace(monthly[key], discipline=None)
    verdict = decide(STAFF, LONG_BIEN, Q4, Evidence([sheet(STAFF)], monthly))
    assert verdict.status is VerdictStatus.TAM_TINH


def test_passing_without_commitment_or_evaluator_is_a_warning() -> None:
    who = person(evaluator_id="")
    evidence = Evidence([sheet(who)], months("P1", "T,T,T"), has_signed=False)
    verdict = decide(who, LONG_BIEN, Q4, evidence)
    assert verdict.status is VerdictStatus.DAT
    assert {w.code for w in verdict.warnings} == {"no_commitment", "no_evaluator"}


def test_a_commitment_signed_late_is_a_warning_with_both_dates() -> None:
    """R-000-08 for 2021, R-000-09 from 2022; late signers still count (A7)."""
    calendar = load_calendar(LONG_BIEN)
    late = late_signings(
        [
            Commitment("P1", 2026, "2026-03-05"),
            Commitment("P2", 2026, "2026-01-30"),
            Commitment("P3", 2021, "2021-10-11"),
            Commitment("P4", 2026, ""),
        ],
        calendar,
    )
    assert {who: (reason.rule, reason.message) for who, reason in late.items()} == {
        "P1": ("R-000-09", "Ký cam kết ngày 05/03/2026, sau hạn 30/01/2026"),
        "P3": ("R-000-08", "Ký cam kết ngày 11/10/2021, sau hạn 10/10/2021"),
    }
    evidence = Evidence([sheet(STAFF)], months("P1", "T,T,T"), has_signed=True, late=late["P1"])
    verdict = decide(STAFF, LONG_BIEN, Q4, evidence)
    assert verdict.status is VerdictStatus.DAT
    assert [warning.code for warning in verdict.warnings] == ["late_commitment"]


# --- sheets that give no result --------------------------------------------------------------


def _open_codes(*records: SheetRecord, who: Person = STAFF) -> list[str]:
    evidence = Evidence(list(records), months(who.person_id, "T,T,T"))
    verdict = decide(who, LONG_BIEN, Q4, evidence)
    assert verdict.status is VerdictStatus.CHUA_CO_KET_QUA
    assert verdict.form_result is None
    return [reason.code for reason in verdict.reasons]


def test_no_sheet_or_only_printed_ones() -> None:
    assert _open_codes() == ["no_sheet"]
    assert _open_codes(replace(sheet(STAFF), pages=())) == ["no_sheet"]


def test_two_sheets_with_pages_wait_for_a_person_and_a_printed_one_does_not_count() -> None:
    other = sheet(STAFF, sheet_id="AAAAAAAAAA")
    assert _open_codes(sheet(STAFF), other) == ["several_sheets"]
    evidence = Evidence([sheet(STAFF), replace(other, pages=())], months("P1", "T,T,T"))
    assert decide(STAFF, LONG_BIEN, Q4, evidence).status is VerdictStatus.DAT


def test_sheet_of_the_other_form() -> None:
    assert _open_codes(replace(sheet(STAFF), person_id="HP"), who=LEADER)[0] == "wrong_form"


def test_empty_evaluator_side_is_one_reason() -> None:
    record = sheet(STAFF)
    for item in LONG_BIEN.answer_forms["03B"].items:
        record = flagged(record, "mark_missing", f"{item.item_id}/evaluator", "missing")
    assert _open_codes(record) == ["side_empty"]


def _found_blank(side: str) -> SheetRecord:
    record = sheet(STAFF)
    blank = Answer(None, "missing", 0.5, flagged=False, decided_by="reviewer")
    answers = {**record.answers, ("I.1.1", side): blank}
    return replace(record, answers=answers, status=SheetStatus.REVIEWED)


def test_a_row_that_a_person_found_blank_leaves_the_result_open_with_a_reason() -> None:
    verdict = decide(STAFF, LONG_BIEN, Q4, Evidence([_found_blank("evaluator")], {}))
    reasons = [(reason.code, reason.item) for reason in verdict.reasons if reason.item]
    assert reasons == [("answer_blank", "I.1.1")]


def test_a_row_blank_on_the_side_that_does_not_decide_is_a_warning() -> None:
    verdict = decide(STAFF, LONG_BIEN, Q4, Evidence([_found_blank("self")], months("P1", "T,T,T")))
    assert verdict.form_result == "dat"
    assert ("self_blank", "I.1.1") in [(w.code, w.item) for w in verdict.warnings]


def test_incomplete_sheet_names_the_page_and_not_each_row_of_it() -> None:
    record = sheet(STAFF)
    unseen = Answer(None, "missing", 0.0, flagged=True, decided_by=None)
    answers = dict.fromkeys(record.answers, unseen)
    record = flagged(replace(record, answers=answers), "page_missing", "page")
    assert _open_codes(replace(record, status=SheetStatus.INCOMPLETE)) == ["page_missing"]
    assert _open_codes(replace(record, status=SheetStatus.INCOMPLETE, flags=())) == ["page_missing"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: replace(r, status=SheetStatus.FLAGGED), "waiting"),
        (lambda r: flagged(r, "streak", "page"), "streak"),
        (lambda r: replace(flagged(r, "x", LAST, "doubtful"), flags=()), "answer_open"),
        (lambda r: replace(r, answers=dict(list(r.answers.items())[1:])), "items_differ"),
        (lambda r: replace(r, overall=replace(r.overall, flagged=True)), "answer_open"),
        (lambda r: replace(r, overall=replace(r.overall, value=None)), "overall_mismatch"),
        (lambda r: replace(r, overall=replace(r.overall, value="chua_dat")), "overall_mismatch"),
        (
            lambda r: replace(
                r, totals={**r.totals, ("self", "dat"): TotalRecord(17, 18, flagged=False)}
            ),
            "total_mismatch",
        ),
        (
            lambda r: replace(
                r,
                signatures={
                    **r.signatures,
                    "evaluator": SignatureRecord(present=False, flagged=False),
                },
            ),
            "signature_missing",
        ),
        (
            lambda r: replace(
                r,
                signatures={**r.signatures, "self": SignatureRecord(present=None, flagged=True)},
            ),
            "answer_open",
        ),
    ],
)
def test_anything_open_on_a_sheet_keeps_the_result_open(change: Change, code: str) -> None:
    """Also when a flag has been forgotten elsewhere."""
    assert code in _open_codes(change(sheet(STAFF)))


def test_reviewed_sheet_counts_although_its_box_contradicts_with_a_warning() -> None:
    record = sheet(STAFF)
    assert record.overall is not None
    overall = replace(record.overall, value="chua_dat", decided_by="reviewer")
    record = replace(record, overall=overall, status=SheetStatus.REVIEWED)
    verdict = decide(STAFF, LONG_BIEN, Q4, Evidence([record], months("P1", "T,T,T")))
    assert (verdict.status, verdict.form_result) == (VerdictStatus.DAT, "dat")
    assert [w.code for w in verdict.warnings] == ["overall_mismatch"]


# --- the whole office -------------------------------------------------------------------------


def _office() -> tuple[list[Person], list[SheetRecord], list[MonthlyRating]]:
    people = [LEADER, *(person(f"P{n}", manager_id="HP") for n in range(4))]
    records = [sheet(who, sheet_id=f"SHEET0000{n}") for n, who in enumerate(people)]
    monthly = [
        rating
        for who in people
        for rating in months(who.person_id, "T,T,–" if who.person_id == "P2" else "T,X,T").values()
    ]
    return people, records, monthly


def test_all_verdicts_in_roster_order_and_as_json() -> None:
    people, records, monthly = _office()
    stray = replace(sheet(people[1]), period="2026-Q3", sheet_id="OTHERPERIO")
    verdicts = decide_all(people, LONG_BIEN, Q4, [*records, stray], monthly, None)
    document = json.loads(json.dumps(to_json(verdicts, LONG_BIEN, Q4)))
    assert [p["person_id"] for p in document["people"]] == ["HP", "P0", "P1", "P2", "P3"]
    assert (document["schema"], document["set"], document["period"]) == (
        "phieu.results/1",
        "long_bien_2021",
        "2026-Q4",
    )
    assert document["counts"] == {
        "total": 5,
        "dat": 3,
        "chua_dat": 0,
        "tam_tinh": 2,
        "chua_co_ket_qua": 0,
    }
    leader = document["people"][0]
    assert (leader["form"], leader["form_result"], leader["status"]) == ("03A", "dat", "tam_tinh")
    assert leader["reasons"] == [
        {
            "rule": "R-000-17",
            "code": "subordinate_level_missing",
            "message": "Tháng 12/2026: chưa có kết quả xếp loại của người thuộc quyền quản lý "
            "trực tiếp, mã P2",
            "month": "2026-12",
            "about_person_id": "P2",
            "item": None,
        }
    ]


def test_commitments_of_another_year_or_after_the_period_do_not_count() -> None:
    people, records, monthly = _office()
    commitments = [
        Commitment("HP", 2026, "2026-01-20"),
        Commitment("P0", 2025, "2025-01-20"),
        Commitment("P1", 2026, "2027-01-02"),
        Commitment("P3", 2026, ""),
    ]
    verdicts = decide_all(people, LONG_BIEN, Q4, records, monthly, commitments)
    without = {v.person_id for v in verdicts if "no_commitment" in {w.code for w in v.warnings}}
    assert without == {"P0", "P1"}  # P2 is provisional


@given(st.randoms(use_true_random=False))
def test_the_order_of_inputs_does_not_matter(random: Random) -> None:
    people, records, monthly = _office()
    records[1] = flagged(_double(records[1]), "streak", "page")
    expected = {v.person_id: v for v in decide_all(people, LONG_BIEN, Q4, records, monthly, [])}
    for inputs in (people, records, monthly):
        random.shuffle(inputs)
    found = decide_all(people, LONG_BIEN, Q4, records, monthly, [])
    assert [v.person_id for v in found] == [p.person_id for p in people]
    assert {v.person_id: v for v in found} == expected


def test_refused_inputs() -> None:
    people, records, monthly = _office()
    with pytest.raises(BadInput, match="2021-Q4"):
        decide_all(people, LONG_BIEN, Period.parse("2021-Q3"), [], [], None)
    double = [*monthly, replace(monthly[0], level=LEVELS["K"])]
    with pytest.raises(ValueError, match="two ratings"):
        decide_all(people, LONG_BIEN, Q4, records, double, None)
    with pytest.raises(ValueError, match="not on the roster"):
        decide_all(people[1:], LONG_BIEN, Q4, records, monthly, None)
    with pytest.raises(ValueError, match="no condition"):
        decide(person(group="khac"), LONG_BIEN, Q4, Evidence())


# --- a better rating is never worse -----------------------------------------------------------

_POINTS = st.sampled_from(["15", "19.5", "20"])
_QUARTER = st.tuples(
    st.lists(st.sampled_from("KHTX"), min_size=3, max_size=3),
    st.lists(_POINTS, min_size=3, max_size=3),
    st.sampled_from(["", "om_dau", "nghi_phep"]),
)
_GOOD_QUARTER = st.tuples(
    st.lists(st.sampled_from("TX"), min_size=3, max_size=3), st.just(["20"] * 3), st.just("")
)


@given(
    quarters=st.lists(_QUARTER | _GOOD_QUARTER, min_size=2, max_size=3),
    who=st.integers(0, 2),
    month=st.integers(0, 2),
    better=st.sampled_from("HTX"),
)
def test_raising_a_rating_never_takes_the_status_away(
    quarters: list[tuple[list[str], list[str], str]], who: int, month: int, better: str
) -> None:
    """``who`` 0 is the leader himself, the others are his subordinates."""
    ids = ["HP", "S1", "S2"][: len(quarters)]
    below = [person(person_id, manager_id="HP") for person_id in ids[1:]]
    monthly: dict[tuple[str, Period], MonthlyRating] = {}
    for person_id, (levels, points, reason) in zip(ids, quarters, strict=True):
        monthly |= months(person_id, ",".join(levels), ",".join(points), reason)
    key = (ids[who % len(ids)], Q4.months[month])
    rank = {level.code: level.rank for level in LONG_BIEN.levels}
    raised = replace(
        monthly[key],
        level=max(LEVELS[better], monthly[key].level, key=rank.__getitem__),
        discipline=Decimal(20),
    )
    before, after = (
        decide(LEADER, LONG_BIEN, Q4, Evidence([sheet(LEADER)], ratings, below)).status
        for ratings in (monthly, {**monthly, key: raised})
    )
    if before is VerdictStatus.DAT:
        assert after is VerdictStatus.DAT


# --- another regulation is other data ---------------------------------------------------------


def _invented_set() -> FormSet:
    """6 contents, three values, one side; 4 of 6 pass; two levels; nobody asks for discipline."""
    items = tuple(Item(f"A.{n}", n, n, f"Việc {n}") for n in range(1, 7))
    form = AnswerForm(
        "P1",
        ("PHIẾU",),
        LONG_BIEN.path / "none.docx",
        ("vc",),
        (Section("A", "MỤC", (Criterion("A.", 1, "Tiêu chí", items),)),),
        PassRule("truong_phong", "tot", "kem", needs=4),
        "Tổng số:",
        "",
        "Kết luận:",
        "",
    )
    values = (Option("tot", "Tốt"), Option("kha", "Khá"), Option("kem", "Kém"))
    return replace(
        LONG_BIEN,
        set_id="bo_mau_khac",
        sides=(Option("truong_phong", "Trưởng phòng"),),
        values=values,
        levels=(Level("kem", "2", "Kém", 1), Level("tot", "1", "Tốt", 2)),
        answer_forms={"P1": form},
        conditions=(
            Condition("R-1", "form_passed", ("vc",)),
            Condition("R-2", "monthly_level_at_least", ("vc",), level="tot"),
        ),
    )


@pytest.mark.parametrize(("short", "result"), [(0, "tot"), (2, "tot"), (3, "kem")])
def test_another_set_with_another_pass_rule(short: int, result: str) -> None:
    form_set = _invented_set()
    monthly = {
        ("P1", month): MonthlyRating("P1", month.year, month.month or 0, "tot", None, "")
        for month in Q4.months
    }
    record = sheet(STAFF, {"truong_phong": short}, form_set=form_set)
    verdict = decide(STAFF, form_set, Q4, Evidence([record], monthly))
    assert verdict.form_result == result
    assert (verdict.status is VerdictStatus.DAT) == (result == "tot")
    if result == "kem":
        assert verdict.reasons[0].message.endswith(
            "có 3/6 nội dung được đánh giá “Tốt”, yêu cầu 4/6"
        )
        assert verdict.reasons[0].rule == "R-1"
