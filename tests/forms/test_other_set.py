"""Another regulation is another folder: built, printed and measured without a change of code."""

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from pipeline.errors import BadSet
from pipeline.forms.built import BuiltForm, load_built
from pipeline.forms.raster import raster_faults
from pipeline.forms.sets import load_set
from pipeline.forms.stamp import print_file
from pipeline.work.forms import build_form
from tests.forms.printing_cases import PERSON, SCHOOL, sheet
from tests.forms.tiny_set import PAIRS, make_tiny_set


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> BuiltForm:
    form_set = load_set(make_tiny_set(tmp_path_factory.mktemp("sets")))
    build_form(form_set, "T1")
    return load_built(form_set, "T1")


def test_its_layout_is_whole(tiny: BuiltForm) -> None:
    names = {box.name for page in tiny.layout.pages for box in page.boxes}
    pairs = [pair.replace(".", "/") for pair in PAIRS]
    expected = {f"A.{c}.{n}/{pair}" for c in (1, 2) for n in (1, 2, 3) for pair in pairs}
    expected |= {f"total/{pair}{part}" for pair in pairs for part in ("", "/tens", "/units")}
    expected |= {"overall/tot", "overall/kha", "overall/kem"}
    expected |= {"signature/ban_than", "signature/hoi_dong"}
    assert names == expected
    assert all(len(choice.cells) == 3 for choice in tiny.layout.choices())
    assert tiny.layout.key[:2] == ("TINY", "T1")


def test_its_sheets_are_printed(tiny: BuiltForm, tmp_path: Path) -> None:
    unit = replace(SCHOOL, header_style="custom")
    printed = print_file(tiny, [sheet(tiny, PERSON, unit, "Lê Văn Mẫu")])
    assert printed.refused == ()
    assert raster_faults(printed.pdf, tiny.layout) == []
    document = pypdfium2.PdfDocument(printed.pdf)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    wanted = ("HỘI MẪU VIỆT NAM", "Kỳ đánh giá: Quý IV/2026", PERSON.full_name, "Lê Văn Mẫu")
    assert [part for part in wanted if part not in text] == []


def test_lines_that_the_reader_would_confuse_are_refused_when_it_is_built(tmp_path: Path) -> None:
    """Two tables 1 mm apart print well, but no scan of them could be placed."""
    form_set = load_set(make_tiny_set(tmp_path, gap_pt=3.0))
    with pytest.raises(BadSet, match=r"overall/tot .*đường kẻ khác sát cạnh ô"):
        build_form(form_set, "T1")
    assert not (form_set.path / "built").exists()
