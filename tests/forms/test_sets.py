"""A set is data: the committed one is whole, and a faulty one is named by file and key."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from pipeline.errors import BadSet
from pipeline.forms.sets import FormSet, find_set, load_set, paper_form
from tests.forms.printing_cases import TEMPLATES


def test_contents_of_the_long_bien_forms(long_bien: FormSet) -> None:
    leaders, staff = long_bien.answer_forms["03A"], long_bien.answer_forms["03B"]
    counts = [
        (len(f.sections), sum(len(s.criteria) for s in f.sections), len(f.items))
        for f in (leaders, staff)
    ]
    assert counts == [(3, 9, 27), (2, 6, 18)]
    # Specification, ten facts, no. 2: 03B is not the first 18 rows of 03A.
    same = [a.item_id for a, b in zip(leaders.items, staff.items, strict=False) if a.text == b.text]
    assert " ".join(same) == (
        "I.1.1 I.1.2 I.1.3 I.2.1 I.2.2 I.2.3 II.1.1 II.1.2 II.2.5 II.4.1 II.4.2"
    )
    assert [item.seq for item in leaders.items] == list(range(1, 28))
    assert "luôn mỉm cười" in staff.items[6].text


def test_rules_of_the_long_bien_set(long_bien: FormSet) -> None:
    rules = {condition.rule: condition for condition in long_bien.conditions}
    assert set(rules) == {f"R-000-{number}" for number in (13, 14, 15, 16, 17)}
    assert rules["R-000-16"].points == Decimal(20)
    assert rules["R-000-17"].excused_reasons == ("nghi_phep", "om_dau")
    assert [level.letter for level in long_bien.levels] == ["A", "B", "C", "D"]
    assert [f.passes.needs for f in long_bien.answer_forms.values()] == [27, 18]
    assert long_bien.headers["youth_union"].issuer_mark == "***"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the committed set to be spoilt."""
    folder = tmp_path / "long_bien_2021"
    shutil.copytree(TEMPLATES / "long_bien_2021", folder)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("set.yaml", "needs: 27", "needs: 28", ["set.yaml", "03A.passes.needs", "28"]),
        ("set.yaml", "side: evaluator", "side: judge", ["set.yaml", "passes.side", "judge"]),
        ("set.yaml", "code: LB21", "code: lb 21", ["set.yaml", "code"]),
        ("set.yaml", "level: hoan_thanh_tot", "level: tot", ["set.yaml", "R-000-15", "tot"]),
        ("set.yaml", "groups: [lanh_dao] #", "groups: [cc] #", ["answer_forms.groups", "cc"]),
        ("set.yaml", "template: mau_03b.docx", "template: no.docx", ["template", "no.docx"]),
        ("set.yaml", "list_forms:", "logo: x.png\nlist_forms:", ["set.yaml", "logo"]),
        ("set.yaml", "id: long_bien_2021", "id: other", ["set.yaml", "id", "other"]),
        ("set.yaml", "  youth_union:", "  pirates:", ["set.yaml", "headers", "pirates"]),
        ("set.yaml", "  side: self", "  side: boss", ["commitment_form.side", "boss", "self"]),
        ("set.yaml", "template: mau_01.docx", "template: no.docx", ["template", "no.docx"]),
        ("set.yaml", "id: '01'", "id: '04'", ["commitment_form.id", "04"]),
        ("set.yaml", "sides:", "sides: [", ["set.yaml", "YAML"]),
        (
            "criteria_03b.yaml",
            "expected_contents: 18",
            "expected_contents: 19",
            ["criteria_03b.yaml", "expected_contents", "19", "18"],
        ),
        ("criteria_03b.yaml", "id: I.1.2", "id: I.1.1", ["criteria_03b.yaml", "I.1.1"]),
        ("criteria_03b.yaml", "form: 03B", "form: 03A", ["criteria_03b.yaml", "03A", "03B"]),
    ],
)
def test_contradictions_are_named(
    copy: Path, file: str, old: str, new: str, told: list[str]
) -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadSet) as error:
        load_set(copy)
    assert [part for part in told if part not in str(error.value)] == []


def test_missing_criteria_file_is_named(copy: Path) -> None:
    (copy / "criteria_03a.yaml").unlink()
    with pytest.raises(BadSet, match=r"criteria_03a\.yaml"):
        load_set(copy)


def test_unknown_set_and_form_list_what_there_is(long_bien: FormSet) -> None:
    with pytest.raises(BadSet, match="long_bien_2021"):
        find_set(TEMPLATES, "ha_noi_2025")
    with pytest.raises(BadSet, match="01, 03A, 03B"):
        paper_form(long_bien, "03C")


def test_a_pass_rule_may_ask_for_less_than_all(copy: Path) -> None:
    file = copy / "set.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["answer_forms"][0]["passes"]["needs"] = 20
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    assert load_set(copy).answer_forms["03A"].passes.needs == 20
