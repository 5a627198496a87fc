"""The self-test of a build catches broken templates and says where."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipeline.errors import BadSet
from pipeline.forms.built import add_frame
from pipeline.forms.fill import fill, fill_form
from pipeline.forms.measure import measure, tokens
from pipeline.forms.raster import raster_faults
from pipeline.forms.sets import AnswerForm, FormSet
from pipeline.programs.soffice import convert_to_pdf
from tests.forms.broken_templates import broken_templates, move_first_mark


@dataclass(frozen=True, slots=True)
class Pdfs:
    """What LibreOffice made of a template."""

    form: AnswerForm
    clean: bytes
    calibration: bytes


def short(form: AnswerForm) -> AnswerForm:
    """The form with its first criterion alone: one page, which is measured fast."""
    section = form.sections[0]
    return replace(form, sections=(replace(section, criteria=section.criteria[:1]),))


@pytest.fixture(scope="module")
def broken(long_bien: FormSet, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Pdfs]:
    """All broken templates, converted in one call; ``sound`` is the committed one."""
    folder = tmp_path_factory.mktemp("broken")
    sound = short(long_bien.answer_forms["03B"])
    forms = {"sound": sound, "moved": sound}
    for name, spoil in broken_templates(sound.template).items():
        spoil(folder / f"{name}-template.docx")
        forms[name] = replace(sound, template=folder / f"{name}-template.docx")
    documents: dict[tuple[str, bool], Path] = {}
    for name, form in forms.items():
        for clean in (True, False):
            path = folder / f"{name}-{clean}.docx"
            filled = fill_form(long_bien, form, None if clean else tokens(long_bien, form))
            if name == "moved":
                filled = move_first_mark(filled, form.items[1].text)
            path.write_bytes(filled)
            documents[name, clean] = path
    pdfs = convert_to_pdf(list(documents.values()), folder / "pdf")
    return {
        name: Pdfs(
            form,
            pdfs[documents[name, True]].read_bytes(),
            pdfs[documents[name, False]].read_bytes(),
        )
        for name, form in forms.items()
    }


def test_the_committed_template_is_sound(broken: Mapping[str, Pdfs], long_bien: FormSet) -> None:
    pdfs = broken["sound"]
    layout = measure(pdfs.clean, pdfs.calibration, long_bien, pdfs.form)
    assert raster_faults(add_frame(pdfs.clean, "03B"), layout) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("duplicated", ["ô overall/dat: thẻ có 2 lần", "ô overall/chua_dat: không thấy thẻ"]),
        ("missing", ["ô signature/self: không thấy thẻ"]),
        ("no_borders", ["ô overall/dat (trang 1): không có đủ bốn cạnh kẻ"]),
        ("text_in_cell", ["I.1.1/self/dat (trang 1): phải để trống, nhưng có chữ"]),
        ("foreign_letter", ["trang 1: phông chữ in phiếu không có ký tự “☐” (U+2610)"]),
        ("moved", ["ô I.1.2/self/dat (trang 1): lệch khỏi cột của nó"]),
        ("swapped_marks", ["cột self/dat: tiêu đề phải là “Đạt”, trong mẫu là: Chưađạt"]),
        ("swapped_totals", ["ô total/self/dat/tens: không nằm trong cột của nó"]),
        ("swapped_results", ["ô overall/dat: chữ bên phải phải là “Đạt”, trong mẫu là “Chưađạt”"]),
        ("swapped_signatures", ["ô signature: không theo thứ tự các bên"]),
        ("swapped_sides", ["cột self: tiêu đề phải là “Cá nhân tự đánh giá”"]),
        ("narrow", ["ô I.1.1/self/dat (trang 1): ", "cần ít nhất 12 × 8.5 mm"]),
    ],
)
def test_measuring_names_the_fault(
    broken: Mapping[str, Pdfs], long_bien: FormSet, name: str, told: list[str]
) -> None:
    pdfs = broken[name]
    with pytest.raises(BadSet) as error:
        measure(pdfs.clean, pdfs.calibration, long_bien, pdfs.form)
    assert [part for part in told if part not in str(error.value)] == []
    assert pdfs.form.template.name in str(error.value)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("shaded", "ô I.1.1/self/dat (trang 1): bên trong phải trắng"),
        ("white_borders", "ô total/self/dat/tens (trang 1): phải có đường kẻ đen"),
    ],
)
def test_pixels_name_what_lines_do_not_show(
    broken: Mapping[str, Pdfs], long_bien: FormSet, name: str, told: str
) -> None:
    pdfs = broken[name]
    layout = measure(pdfs.clean, pdfs.calibration, long_bien, pdfs.form)
    assert told in "\n".join(raster_faults(add_frame(pdfs.clean, "03B"), layout))


def test_calibration_of_another_form_is_noticed(
    broken: Mapping[str, Pdfs], long_bien: FormSet
) -> None:
    sound, narrow = broken["sound"], broken["narrow"]
    with pytest.raises(BadSet, match="bản sạch và bản đo lệch nhau"):
        measure(sound.clean, narrow.calibration, long_bien, sound.form)


def test_lost_contents_are_named(broken: Mapping[str, Pdfs], long_bien: FormSet) -> None:
    sound = broken["sound"]
    form = replace(sound.form, footnote="Lưu ý: câu này không có trong mẫu.")
    with pytest.raises(BadSet, match="footnote: bản in không có đúng câu chữ này"):
        measure(sound.clean, sound.calibration, long_bien, form)


def test_a_template_with_a_wrong_tag_is_named(long_bien: FormSet) -> None:
    template = long_bien.answer_forms["03B"].template
    with pytest.raises(BadSet, match=r"mau_03b\.docx.*form"):
        fill(template, {})
    with pytest.raises(BadSet, match=r"set\.yaml"):
        fill(long_bien.path / "set.yaml", {})
