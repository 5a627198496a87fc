"""Print files as their users meet them: text that can be found, codes that can be read, one
geometry for all, and nobody's sheet spoilt by another's name."""

import io
import subprocess
import unicodedata
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pdfplumber
import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.code import is_genuine, parse_code
from pipeline.forms.built import BuiltForm
from pipeline.forms.compose import Line, Piece, SheetToPrint, compose_page
from pipeline.forms.frame import PT_PER_MM, from_top_pt
from pipeline.forms.raster import raster_faults
from pipeline.forms.stamp import print_file
from pipeline.forms.typeface import Unprintable, width_pt
from tests.forms.printing_cases import KEY, PARTY, PERSON, SCHOOL, YOUTH, person, sheet

LONG_POST = (
    "Phó Trưởng phòng phụ trách công tác văn hóa, thông tin, thể dục thể thao và du lịch "
    "kiêm Bí thư chi bộ, Chủ tịch Công đoàn cơ sở"
)


def words(pdf: bytes, page: int) -> str:
    """The text of a page (1-based) as another program sees it, blanks evened out."""
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), "-", "-"]
    output = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    return " ".join(output.decode().split())


def pixels(pdf: bytes, page: int, dpi: int) -> npt.NDArray[np.uint8]:
    """A page (1-based) as grey pixels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page - 1].render(scale=dpi / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    finally:
        document.close()


def test_person_unit_and_period_stand_on_the_sheet(built: BuiltForm) -> None:
    printed = print_file(built, [sheet(built, evaluator="Trần Văn Mẫu")])
    first = words(printed.pdf, 1)
    wanted = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Long Biên, ngày ..... tháng ..... năm 2026",
        "TRƯỜNG TRUNG HỌC CƠ SỞ",
        f"{built.form.title[1].replace('{period}', 'Quý IV/2026')}",
        "Họ và tên: Nguyễn Thị Hương",
        "Chức vụ, đơn vị công tác: Giáo viên hạng II, Trường Trung học cơ sở Hoa Mẫu",
    )
    assert [text for text in wanted if text not in first] == []
    last = words(printed.pdf, len(built.layout.pages))
    assert "Trần Văn Mẫu" in last


def test_every_page_names_person_code_form_and_page(built: BuiltForm) -> None:
    wanted = sheet(built)
    printed = print_file(built, [wanted])
    n_pages = len(built.layout.pages)
    for number, code in enumerate(wanted.codes, start=1):
        text = words(printed.pdf, number)
        assert PERSON.full_name in text
        assert code.text in text
        assert f"Mẫu {built.form.form_id} – Trang {number}/{n_pages}" in text


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_codes_are_read_from_pixels(built: BuiltForm, dpi: int) -> None:
    wanted = [sheet(built, person(1)), sheet(built, person(2))]
    printed = print_file(built, wanted)
    codes = [code for one in wanted for code in one.codes]
    for number, code in enumerate(codes, start=1):
        (found,) = zxingcpp.read_barcodes(pixels(printed.pdf, number, dpi))
        assert found.text == code.text
        parsed = parse_code(found.text)
        assert parsed is not None
        assert is_genuine(parsed, KEY)
        page = built.layout.pages[code.page - 1]
        corner = found.position.top_left
        assert corner.x == pytest.approx(page.code.x_mm * dpi / 25.4, abs=2)
        assert corner.y == pytest.approx(page.code.y_mm * dpi / 25.4, abs=2)


def test_people_differ_only_where_texts_are_stamped(built: BuiltForm) -> None:
    long = person(2, "Tôn Nữ Thị Ngọc Hà", position=LONG_POST)
    printed = print_file(built, [sheet(built, person(1)), sheet(built, long, PARTY, "Lê Mẫu")])
    n_pages, dpi = len(built.layout.pages), 100
    for page in built.layout.pages:
        one, other = (pixels(printed.pdf, page.number + n_pages * i, dpi) for i in (0, 1))
        for area in (*(box.rect for box in page.fields), page.code):
            edges = (area.grown(0.5).corners * dpi / 25.4).astype(int)
            (x0, y0), (x1, y1) = edges[0], edges[2] + 1
            one[y0:y1, x0:x1] = other[y0:y1, x0:x1] = 255
        assert (one == other).all()
        assert (one < 128).any()


def test_nothing_is_stamped_into_an_answer_box(built: BuiltForm) -> None:
    printed = print_file(built, [sheet(built, person(1, position=LONG_POST), YOUTH, "Lê Văn Mẫu")])
    assert raster_faults(printed.pdf, built.layout) == []


def test_letterheads_by_block(built_03b: BuiltForm) -> None:
    printed = print_file(built_03b, [sheet(built_03b, unit=PARTY), sheet(built_03b, unit=YOUTH)])
    party, youth = words(printed.pdf, 1), words(printed.pdf, 3)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in party
    assert "BAN TỔ CHỨC" in party
    assert "CỘNG HÒA" not in party
    assert " * " in party
    assert "ĐOÀN TNCS HỒ CHÍ MINH" in youth
    assert "***" in youth


def test_long_post_is_shrunk_and_whole(built_03b: BuiltForm) -> None:
    printed = print_file(built_03b, [sheet(built_03b, person(1, position=LONG_POST))])
    assert printed.refused == ()
    with pdfplumber.open(io.BytesIO(printed.pdf)) as pdf:
        area = built_03b.layout.pages[0].field("person/post")
        assert area is not None
        x0, y0, x1, y1 = (
            float(value * PT_PER_MM) for value in (*area.corners[0], *area.corners[2])
        )
        cell = pdf.pages[0].crop((x0, y0, x1, y1))
        assert " ".join(cell.extract_text().split()) == f"{LONG_POST}, {SCHOOL.name}"
        assert 9 <= min(char["size"] for char in cell.chars) < 12


def test_who_cannot_be_printed_is_refused_and_the_others_are_not(built_03b: BuiltForm) -> None:
    people = [
        person(1),
        person(2, position="Ủy viên thường trực " * 12),
        person(3, "Y Mẫu ☐"),
        person(4, "Nguyễn" * 30),
        person(5, "K' Mẫu"),
    ]
    printed = print_file(built_03b, [sheet(built_03b, one) for one in people])
    reasons = {refusal.person_id: refusal.reason for refusal in printed.refused}
    assert set(reasons) == {"GV0002", "GV0003", "GV0004"}
    assert "chức vụ, đơn vị công tác quá dài" in reasons["GV0002"]
    assert "“☐” (U+2610)" in reasons["GV0003"]
    assert "họ và tên quá dài" in reasons["GV0004"]
    assert [(one.person_id, one.first_page, one.pages) for one in printed.sheets] == [
        ("GV0001", 1, 2),
        ("GV0005", 3, 2),
    ]
    assert "K' Mẫu" in words(printed.pdf, 3)


def test_everybody_refused_is_no_file(built_03b: BuiltForm) -> None:
    printed = print_file(built_03b, [sheet(built_03b, person(1, "Lê ☐"))])
    assert (printed.pdf, printed.sheets) == (b"", ())
    unknown = print_file(built_03b, [sheet(built_03b, unit=replace(SCHOOL, header_style="x"))])
    assert "tiêu ngữ" in unknown.refused[0].reason


def test_decomposed_names_are_printed_composed(built_03b: BuiltForm) -> None:
    decomposed = unicodedata.normalize("NFD", "Đỗ  Thị\u00a0Thuỳ")
    printed = print_file(built_03b, [sheet(built_03b, person(1, decomposed))])
    assert printed.refused == ()
    assert "Họ và tên: Đỗ Thị Thuỳ" in words(printed.pdf, 1)


def test_a_hundred_people_are_one_small_file(built: BuiltForm) -> None:
    sheets = [sheet(built, person(n, f"Nguyễn Thị Hương {n}")) for n in range(100)]
    printed = print_file(built, sheets)
    reader = pypdf.PdfReader(io.BytesIO(printed.pdf))
    assert len(reader.pages) == 100 * len(built.layout.pages)
    assert len(printed.pdf) <= 100 * 6_000
    assert print_file(built, sheets).pdf == printed.pdf


def test_all_faces_are_embedded(built_03b: BuiltForm) -> None:
    printed = print_file(built_03b, [sheet(built_03b)])
    command = ["pdffonts", "-"]
    output = subprocess.run(command, input=printed.pdf, capture_output=True, check=True).stdout
    rows = output.decode().splitlines()[2:]
    assert len(rows) >= 4
    assert [row for row in rows if "Liberation" not in row or " yes yes " not in row] == []


vietnamese = st.text(
    alphabet=st.sampled_from("aăâeêioôơuưyđạặậẹệịọộợụựỵ NguyễnTHƯỜNGĐẶNGwmWM'-"), max_size=90
)


def texts_outside_their_fields(built: BuiltForm, wanted: SheetToPrint) -> list[Piece]:
    """Pieces that leave the field they belong to; a refused page has none."""
    stray = []
    for page in built.layout.pages:
        try:
            pieces = compose_page(built.form_set, built.form, wanted, page)
        except Unprintable:
            continue
        fields = [box.rect.grown(0.3) for box in page.fields]
        for piece in pieces:
            if isinstance(piece, Line):
                x0, x1, low, high = piece.x0, piece.x1, piece.y, piece.y
            else:
                x0, x1 = piece.x, piece.x + width_pt(piece.text, piece.face, piece.size)
                low, high = piece.y - 0.22 * piece.size, piece.y + 0.891 * piece.size
            inside = (
                area.x_mm * PT_PER_MM <= x0
                and x1 <= area.right_mm * PT_PER_MM
                and from_top_pt(area.bottom_mm) <= low
                and high <= from_top_pt(area.y_mm)
                for area in fields
            )
            if not any(inside):
                stray.append(piece)
    return stray


def test_text_stays_inside_its_field_or_is_refused(built_03b: BuiltForm) -> None:
    # The built form is no argument of the inner test: hypothesis would print it.
    @settings(max_examples=60, deadline=None)
    @given(name=vietnamese, post=vietnamese, unit_name=vietnamese, place=vietnamese)
    def check(name: str, post: str, unit_name: str, place: str) -> None:
        unit = replace(SCHOOL, name=unit_name, place=place)
        wanted = sheet(built_03b, person(1, name, position=post), unit, name)
        assert texts_outside_their_fields(built_03b, wanted) == []

    check()
