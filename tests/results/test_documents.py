"""Who is on which list of a period, in which order, and where the lists go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from pipeline.people import Person, Unit
from pipeline.periods import Period
from pipeline.results.awards import Eligibility, Proposal
from pipeline.results.documents import PeriodFacts, documents_of
from pipeline.results.lists import ListDocument
from pipeline.results.namesakes import notes_for_namesakes
from pipeline.results.routing import load_routing
from pipeline.results.verdict import Verdict, VerdictStatus
from tests.results.results_cases import LONG_BIEN, Q4, UNIT, person

PARTY = replace(UNIT, unit_id="DU", name="Đảng ủy phường Mẫu", block="dang", header_style="party")
EMPTY = replace(UNIT, unit_id="KO", name="Đơn vị không người")
YEAR = Period.parse("2026")


def _facts(
    people: Sequence[Person],
    statuses: Mapping[str, VerdictStatus] | None = None,
    *,
    signed: Sequence[str] = (),
    period: Period = Q4,
    units: Sequence[Unit] = (UNIT, EMPTY, PARTY),
    **more: Mapping[str, str] | Mapping[str, Mapping[str, Proposal]],
) -> PeriodFacts:
    passed = VerdictStatus.DAT
    verdicts = {
        who.person_id: Verdict(
            who.person_id,
            who.unit_id,
            "03B",
            "dat",
            (statuses or {}).get(who.person_id, passed),
            (),
            (),
        )
        for who in people
    }
    proposals = {
        who.person_id: Proposal(
            who.person_id,
            "R-000-23",
            Eligibility.PROPOSED
            if verdicts[who.person_id].status is passed
            else Eligibility.NOT_PROPOSED,
            (),
            f"Việc của {who.person_id}",
        )
        for who in people
    }
    facts = PeriodFacts(
        form_set=LONG_BIEN,
        period=period,
        units=units,
        people=people,
        verdicts=verdicts,
        signed=frozenset(signed),
        routing=load_routing(LONG_BIEN),
        quarters_passed={},
        proposals={"05A": proposals, "05B": proposals},
    )
    return replace(facts, **more)  # type: ignore[arg-type]  # the test names real fields


def _lists(form_id: str, facts: PeriodFacts) -> dict[str, ListDocument]:
    documents = documents_of(LONG_BIEN.list_forms[form_id], facts)
    assert len({document.name for document in documents}) == len(documents)
    return {document.name: document for document in documents}


def _ids(document: ListDocument) -> list[str]:
    return [row.person.person_id for row in document.rows]


def test_04_lists_only_final_passes_of_the_unit_in_the_order_given() -> None:
    people = [person(f"P{n}") for n in (3, 1, 2, 4, 5)]
    people.append(person("X1", unit_id="DU"))
    statuses = {
        "P2": VerdictStatus.TAM_TINH,
        "P4": VerdictStatus.CHUA_DAT,
        "P5": VerdictStatus.CHUA_CO_KET_QUA,
    }
    lists = _lists("04", _facts(people, statuses, signed=("P1", "P2", "P3", "X1")))
    assert list(lists) == ["04-THM-2026-Q4", "04-DU-2026-Q4"]  # none of a unit without people
    notice = lists["04-THM-2026-Q4"]
    assert _ids(notice) == ["P3", "P1"]
    counts = notice.counts
    assert (counts.total, counts.signed, counts.passed, notice.n_waiting) == (5, 3, 2, 2)
    assert notice.addressees[0].startswith("Phòng Nội vụ Quận")
    assert lists["04-DU-2026-Q4"].header.style_id == "party"


def test_04_of_a_year_says_how_many_quarters() -> None:
    """A10."""
    words = {"P1": "03/4 quý", "P2": "02/4 quý"}
    people = [person("P1"), person("P2")]
    twins = [replace(who, full_name="Lê An", birth_date=f"198{n}") for n, who in enumerate(people)]
    facts = _facts(people, period=YEAR, quarters_passed=words)
    (notice,) = _lists("04", facts).values()
    assert [row.note for row in notice.rows] == ["03/4 quý", "02/4 quý"]
    (notice,) = _lists("04", replace(facts, people=twins)).values()
    assert [row.note for row in notice.rows] == [
        "03/4 quý; Sinh năm 1980",
        "02/4 quý; Sinh năm 1981",
    ]


def test_02_lists_who_has_signed_whatever_the_verdict() -> None:
    """R-000-07, R-000-10: as many rows as have signed; the position alone."""
    people = [person("P1"), person("P2"), person("P3")]
    facts = _facts(people, {"P3": VerdictStatus.CHUA_DAT}, signed=("P1", "P3"), period=YEAR)
    (document,) = _lists("02", facts).values()
    assert _ids(document) == ["P1", "P3"]
    assert (document.counts.total, document.counts.signed) == (3, 2)
    assert {row.post for row in document.rows} == {"Giáo viên"}
    assert document.n_waiting == 0


def test_award_lists_go_to_one_office_by_block_and_are_gathered() -> None:
    """R-000-23, R-000-26, R-000-27."""
    people = [person("P1"), person("D1", unit_id="DU"), person("P2"), person("P3")]
    lists = _lists("05A", _facts(people, {"P2": VerdictStatus.CHUA_DAT}))
    assert {name: _ids(document) for name, document in lists.items()} == {
        "05A-THM-2026-Q4": ["P1", "P3"],
        "05A-DU-2026-Q4": ["D1"],
        "05A-tong-hop-ban_to_chuc-2026-Q4": ["D1"],
        "05A-tong-hop-phong_noi_vu-2026-Q4": ["P1", "P3"],
        "05A-tong-hop-2026-Q4": ["P1", "P3", "D1"],
    }
    assert lists["05A-THM-2026-Q4"].addressees == ("Phòng Nội vụ Quận",)
    assert lists["05A-DU-2026-Q4"].addressees == ("Ban Tổ chức Quận ủy",)
    party = lists["05A-tong-hop-ban_to_chuc-2026-Q4"]
    assert party.addressees == ("Phòng Nội vụ Quận",)
    assert (party.header.style_id, party.title[-1]) == ("party", "Khối Đảng, MTTQ, đoàn thể")
    whole = lists["05A-tong-hop-2026-Q4"]
    assert whole.addressees[0] == "Hội đồng thi đua khen thưởng Quận"
    assert [section.heading for section in whole.sections] == [
        "Trường Tiểu học Hoa Mẫu: 02 người",
        "Đảng ủy phường Mẫu: 01 người",
    ]


def test_a_unit_with_nobody_proposed_has_an_empty_list_and_no_part_in_the_gathered_one() -> None:
    people = [person("P1"), person("D1", unit_id="DU")]
    lists = _lists("05A", _facts(people, {"P1": VerdictStatus.CHUA_DAT}))
    assert _ids(lists["05A-THM-2026-Q4"]) == []
    assert lists["05A-tong-hop-phong_noi_vu-2026-Q4"].sections == ()
    assert [s.heading for s in lists["05A-tong-hop-2026-Q4"].sections] == [
        "Đảng ủy phường Mẫu: 01 người"
    ]


def test_05b_is_for_units_where_somebody_has_an_achievement() -> None:
    facts = _facts([person("P1"), person("P2"), person("D1", unit_id="DU")])
    only = {"05B": {"P2": facts.proposals["05B"]["P2"]}}
    lists = _lists("05B", replace(facts, proposals=only))
    assert list(lists) == [
        "05B-THM-2026-Q4",
        "05B-tong-hop-phong_noi_vu-2026-Q4",
        "05B-tong-hop-2026-Q4",
    ]
    assert [row.achievement for row in lists["05B-THM-2026-Q4"].rows] == ["Việc của P2"]
    assert _lists("05B", replace(facts, proposals={"05B": {}})) == {}


def test_somebody_without_a_verdict_is_never_left_out_silently() -> None:
    with pytest.raises(KeyError):
        _lists("04", replace(_facts([person("P1")]), verdicts={}))


# --- namesakes --------------------------------------------------------------------------------


def _notes(*people: Person, born: bool = False) -> list[str]:
    notes = notes_for_namesakes(people, birth_dates_are_shown=born)
    return [notes.get(who.person_id, "") for who in people]


def test_namesakes_are_told_apart_by_the_least_that_does() -> None:
    hoa = person("P1", full_name="Lê Thị Hoà", birth_date="1985-01-05")
    same_year = person("P2", full_name="LÊ THỊ HÒA", birth_date="1985-12-31")
    assert _notes(hoa, person("P3", full_name="Lê Thị Hóa")) == ["", ""]
    assert _notes(hoa, replace(same_year, position="Văn thư")) == ["", ""]
    assert _notes(hoa, replace(same_year, birth_date="1968")) == ["Sinh năm 1985", "Sinh năm 1968"]
    assert _notes(hoa, same_year) == ["Sinh ngày 05/01/1985", "Sinh ngày 31/12/1985"]
    for unknown in ("", "1985", "1985-01-05"):
        assert _notes(hoa, replace(same_year, birth_date=unknown)) == ["Mã số P1", "Mã số P2"]


def test_birth_dates_that_are_shown_tell_apart_by_themselves() -> None:
    hoa = person("P1", full_name="Lê Thị Hoà", birth_date="1985-01-05")
    other = person("P2", full_name="Lê Thị Hoà", birth_date="1985-12-31")
    assert _notes(hoa, other, born=True) == ["", ""]
    assert _notes(hoa, replace(hoa, person_id="P2"), born=True) == ["Mã số P1", "Mã số P2"]


def test_a_namesake_who_is_not_listed_still_counts() -> None:
    people = [person("P1", full_name="Lê An"), person("P2", full_name="Lê An", birth_date="1990")]
    (notice,) = _lists("04", _facts(people, {"P2": VerdictStatus.CHUA_DAT})).values()
    assert [row.note for row in notice.rows] == ["Sinh năm 1985"]
