"""The committed set, and invented people to print for."""

from dataclasses import replace
from pathlib import Path

from pipeline.forms.built import BuiltForm
from pipeline.forms.compose import SheetToPrint
from pipeline.forms.sheets import page_codes, sheet_id
from pipeline.people import Person, Unit
from pipeline.periods import Period

TEMPLATES = Path(__file__).parents[2] / "templates"
KEY = b"a key of the tests only, 32 byte"
PERIOD = Period.parse("2026-Q4")

SCHOOL = Unit(
    unit_id="THCS01",
    name="Trường Trung học cơ sở Hoa Mẫu",
    parent_name="Ủy ban nhân dân quận Long Biên",
    block="truong_hoc",
    level="quận",
    header_style="state",
    place="Long Biên",
    head_title="Hiệu trưởng",
)
PARTY = replace(
    SCHOOL, unit_id="BTC", name="Ban Tổ chức", parent_name="Quận ủy", header_style="party"
)
YOUTH = replace(
    SCHOOL,
    unit_id="QD",
    name="Ban Thường vụ Quận đoàn Mẫu",
    parent_name="BCH Đoàn thành phố Mẫu",
    header_style="youth_union",
)
PERSON = Person(
    person_id="GV0001",
    full_name="Nguyễn Thị Hương",
    birth_date="1980-05-17",
    position="Giáo viên hạng II",
    unit_id="THCS01",
    group="vc",
    party_member=False,
    managed_by="don_vi",
    manager_id="",
    evaluator_id="",
    order=1,
)


def person(number: int, full_name: str = PERSON.full_name, **changes: str) -> Person:
    """An invented person with the id GV<number>."""
    return replace(PERSON, person_id=f"GV{number:04d}", full_name=full_name, **changes)  # type: ignore[arg-type] # only texts are changed


def sheet(
    built: BuiltForm, somebody: Person = PERSON, unit: Unit = SCHOOL, evaluator: str = ""
) -> SheetToPrint:
    """A sheet to print, with its codes."""
    identity = sheet_id(KEY, built.layout, PERIOD, somebody.person_id)
    codes = page_codes(KEY, built.layout, identity)
    return SheetToPrint(somebody, unit, evaluator, PERIOD, codes)
