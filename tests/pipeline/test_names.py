"""Vietnamese order of names."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pipeline.names import people_in_order, sort_key
from pipeline.people import Person

# The order of the specification (4.7); a pair in one tuple is equal.
IN_ORDER: list[tuple[str, ...]] = [
    ("Nguyễn Bá An",),
    ("Nguyễn Văn An",),
    ("Trần Thị Ánh",),
    ("Nguyễn Ăn",),
    ("Lê Ân",),
    ("Nguyễn Văn Ân",),
    ("Phan Ngọc Ân",),
    ("Phạm Thị Ấn",),
    ("Bùi Thị Dung",),
    ("Vũ Dũng",),
    ("Nguyễn Thị Dụng",),
    ("Đỗ Văn Đạt",),
    ("Hoàng Đức",),
    ("Nguyễn Thị Hoa",),
    ("Lê Thị Hoà", "Lê Thị Hòa"),
    ("Nguyễn Thị Hóa",),
    ("Lý Uyên",),
    ("Mai Ưng",),
    ("Dương Ước",),
    ("Ngô Yến",),
]


def person(number: int, name: str, order: int | None = None) -> Person:
    return Person(
        *(f"P{number}", name, "", "", "U", "vc"),
        party_member=False,
        managed_by="don_vi",
        manager_id="",
        evaluator_id="",
        order=order,
    )


def test_the_order_of_the_specification() -> None:
    keys = [[sort_key(name) for name in names] for names in IN_ORDER]
    assert all(len(set(equal)) == 1 for equal in keys)
    firsts = [equal[0] for equal in keys]
    assert firsts == sorted(firsts)
    assert len(set(firsts)) == len(firsts)


def in_order(names: list[str]) -> list[str]:
    """The names sorted from the wrong way round."""
    return sorted(names[::-1], key=sort_key)  # noqa: C415 - sorted() is stable: begin disordered


def test_letters_and_tones_in_the_order_of_cldr() -> None:
    letters = list("AĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ")
    assert in_order(letters) == letters
    tones = ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ"]
    assert in_order(tones) == tones


def test_surname_comes_before_middle_names() -> None:
    names = ["Lê Văn An", "Lê Thị Ngọc Bình", "Trần An Bình"]
    assert in_order(names) == names


NAMES = st.lists(
    st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạấẫợỳ", min_size=1, max_size=6),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(NAMES)
def test_case_form_and_blanks_do_not_count(name: str) -> None:
    assert sort_key(name.upper()) == sort_key(name)
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)
    assert sort_key(f"  {name.replace(' ', '   ')} ") == sort_key(name)


@given(st.text(max_size=30))
def test_any_text_has_one_key_whatever_its_unicode_form(text: str) -> None:
    forms = {sort_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert forms == {sort_key(text)}


def test_the_order_of_the_roster_rules_when_there_is_one() -> None:
    people = [person(1, "Lê An"), person(2, "Vũ Yến", 2), person(3, "Ngô Ý", 1), person(4, "Tạ Ái")]
    assert [one.person_id for one in people_in_order(people)] == ["P3", "P2", "P4", "P1"]


@given(st.permutations([name for names in IN_ORDER for name in names]))
def test_without_one_names_rule_and_equal_names_keep_their_order(names: list[str]) -> None:
    people = [person(number, name) for number, name in enumerate(names)]
    listed = people_in_order(people)
    assert [sort_key(one.full_name) for one in listed] == [
        sort_key(names[0]) for names in IN_ORDER for _ in names
    ]
    same = [one for one in listed if one.full_name in ("Lê Thị Hoà", "Lê Thị Hòa")]
    assert same == [one for one in people if one in same]
