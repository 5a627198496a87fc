"""The committed builds: complete, fresh, and their staleness is noticed and named."""

import io
import shutil
from collections import Counter
from pathlib import Path

import pypdf
import pytest

from ocr.layout import from_json, to_json
from pipeline.errors import BadSet, StaleBuild
from pipeline.forms.built import BuiltForm, check_build, load_built
from pipeline.forms.frame import reserved
from pipeline.forms.raster import raster_faults
from pipeline.forms.sets import Item, load_set
from pipeline.work.forms import build_form
from tests.forms.printing_cases import TEMPLATES


def items_of(built: BuiltForm) -> tuple[Item, ...]:
    return built.form_set.answer_forms[built.form.form_id].items


def test_layout_has_every_box_once(built: BuiltForm) -> None:
    names = [box.name for page in built.layout.pages for box in page.boxes]
    assert max(Counter(names).values()) == 1
    pairs = [f"{side}/{value}" for side in ("self", "evaluator") for value in ("dat", "chua_dat")]
    expected = {f"{item.item_id}/{pair}" for item in items_of(built) for pair in pairs}
    expected |= {f"total/{pair}{part}" for pair in pairs for part in ("", "/tens", "/units")}
    expected |= {"overall/dat", "overall/chua_dat", "signature/self", "signature/evaluator"}
    assert set(names) == expected


def test_pages_and_their_furniture(built: BuiltForm) -> None:
    assert len(built.layout.pages) == {"03A": 3, "03B": 2}[built.form.form_id]
    reader = pypdf.PdfReader(io.BytesIO(built.base_pdf))
    assert len(reader.pages) == len(built.layout.pages)
    for page, printed in zip(built.layout.pages, reader.pages, strict=True):
        assert f"Trang {page.number}/{len(reader.pages)}" in printed.extract_text()
        corners = {mark.corner: mark.hollow for mark in page.fiducials}
        assert [corner for corner, hollow in corners.items() if hollow] == ["bottom_right"]
        assert len(corners) == 4
        fields = {box.name for box in page.fields}
        assert {"footer/name", "footer/code"} <= fields
    first = {box.name for box in built.layout.pages[0].fields}
    assert {"letterhead/issuer", "letterhead/style", "title", "person/name", "person/post"} <= first
    last = {box.name for box in built.layout.pages[-1].fields}
    assert {"signer/self", "signer/evaluator"} <= last


def test_measures_that_hands_and_scanners_need(built: BuiltForm) -> None:
    marks = {f"{item.item_id}" for item in items_of(built)}
    for page in built.layout.pages:
        for choice in page.choices:
            for _, cell in choice.cells:
                if choice.name.split("/")[0] in marks:
                    assert 15.5 <= cell.w_mm <= 17.5
                    assert cell.h_mm >= 8.5
                assert min(cell.w_mm, cell.h_mm) >= 5
        for box in page.signatures:
            assert box.rect.h_mm >= 25
        for total in page.totals:
            assert min(total.tens.w_mm, total.units.w_mm) >= 5
            assert total.tens.right_mm < total.units.x_mm
        for keep_out in (area.rect for area in reserved()):
            for box in page.boxes:
                apart_x = box.rect.x_mm >= keep_out.right_mm or box.rect.right_mm <= keep_out.x_mm
                apart_y = box.rect.y_mm >= keep_out.bottom_mm or box.rect.bottom_mm <= keep_out.y_mm
                assert apart_x or apart_y


def test_result_boxes_stand_where_the_form_has_them(built: BuiltForm) -> None:
    """03B: two lines under the evaluator's columns; 03A: one line over the mark columns."""
    boxes = {box.name: box.rect for page in built.layout.pages for box in page.boxes}
    yes, no = boxes["overall/dat"], boxes["overall/chua_dat"]
    evaluator = boxes["total/evaluator/dat/tens"].x_mm - 0.5
    if built.form.form_id == "03B":
        assert yes.x_mm == pytest.approx(no.x_mm, abs=0.1)
        assert no.y_mm > yes.bottom_mm
        assert yes.x_mm >= evaluator
    else:
        assert yes.y_mm == pytest.approx(no.y_mm, abs=0.1)
        assert yes.x_mm < evaluator < no.right_mm


def test_boxes_are_ruled_and_empty_in_print(built: BuiltForm) -> None:
    assert raster_faults(built.base_pdf, built.layout) == []


def test_layout_survives_its_file(built: BuiltForm) -> None:
    assert from_json(to_json(built.layout)) == built.layout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the committed set, built files included, to be changed."""
    folder = tmp_path / "long_bien_2021"
    shutil.copytree(TEMPLATES / "long_bien_2021", folder)
    return folder


def replace_text(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_committed_builds_are_fresh(copy: Path) -> None:
    form_set = load_set(copy)
    for form_id in form_set.paper_forms:
        check_build(form_set, form_id)


def test_changes_that_do_not_reach_the_paper_leave_a_build_fresh(copy: Path) -> None:
    replace_text(copy / "set.yaml", "# Bộ mẫu phiếu", "# Một bộ mẫu phiếu")
    replace_text(copy / "set.yaml", "points: 20", "points: 19")
    check_build(load_set(copy), "03B")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("criteria_03b.yaml", "Đủ sức khỏe", "Có sức khỏe", "tiêu chí"),
        ("set.yaml", "'Tổng số: 18 nội dung'", "'Tổng cộng: 18 nội dung'", "set.yaml"),
        ("built/03B.layout.json", '"page', '"Page', "03B.layout.json"),
    ],
)
def test_a_stale_build_is_named(copy: Path, file: str, old: str, new: str, told: str) -> None:
    replace_text(copy / file, old, new)
    form_set = load_set(copy)
    with pytest.raises(StaleBuild) as error:
        load_built(form_set, "03B")
    assert told in str(error.value)
    assert "phieu forms build --form 03B" in str(error.value)
    check_build(form_set, "03A")


def test_a_changed_template_or_missing_file_is_named(copy: Path) -> None:
    form_set = load_set(copy)
    shutil.copy(copy / "mau_03a.docx", copy / "mau_03b.docx")
    with pytest.raises(StaleBuild, match=r"mau_03b\.docx"):
        check_build(form_set, "03B")
    (copy / "built" / "03A.pdf").unlink()
    with pytest.raises(StaleBuild, match="03A"):
        check_build(form_set, "03A")
    with pytest.raises(BadSet, match="04"):
        check_build(form_set, "04")


def test_building_again_gives_the_same_form(copy: Path) -> None:
    """A rebuild must not make the sheets already on paper unreadable."""
    form_set = load_set(copy)
    before = load_built(form_set, "03B")
    shutil.rmtree(copy / "built")
    after = build_form(form_set, "03B")
    assert after.layout == before.layout
    assert after.base_pdf == before.base_pdf
    check_build(form_set, "03B")
