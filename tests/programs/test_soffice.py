"""LibreOffice as it is, and stand-ins that fail, hang, lie and lose documents."""

import os
import time
from pathlib import Path

import pdfplumber
import pypdf
import pytest
from docx import Document

from pipeline.errors import MissingProgram, ProgramFailed
from pipeline.programs import fonts, soffice

READ_ARGUMENTS = """#!/bin/bash
here=$(dirname "$0"); echo run >> "$here/runs"
while [ $# -gt 0 ]; do
  case $1 in --outdir) out=$2; shift;; *.docx) documents+=("$1");; esac; shift
done
mkdir -p "$out"
result=one_page.pdf
convert() { cp "$here/$result" "$out/$(basename "${1%.docx}").pdf"; }
"""
ALL = 'for d in "${documents[@]}"; do convert "$d"; done'


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    """Two small documents in the typeface of the forms."""
    paths = [tmp_path / "một.docx", tmp_path / "hai.docx"]
    for path in paths:
        document = Document()
        document.styles["Normal"].font.name = "Times New Roman"
        document.add_paragraph(f"Phiếu đánh giá {path.stem}: ỦY BAN NHÂN DÂN, ngưỡng, quyết")
        document.save(str(path))
    return paths


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a shell script in LibreOffice's place; the folder it lies in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"{READ_ARGUMENTS}\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    pypdf.PdfWriter().write(folder / "no_pages.pdf")
    one_page = pypdf.PdfWriter()
    one_page.add_blank_page(width=200, height=200)
    one_page.write(folder / "one_page.pdf")
    (folder / "text.pdf").write_text("not a PDF")
    (folder / "empty.pdf").touch()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text().splitlines())


def test_real_documents_come_out_in_liberation_serif(documents: list[Path], tmp_path: Path) -> None:
    pdfs = soffice.convert_to_pdf(documents, tmp_path / "out")
    assert list(pdfs) == documents
    for document, path in pdfs.items():
        with pdfplumber.open(path) as pdf:
            assert document.stem in pdf.pages[0].extract_text()
            faces = {char["fontname"].split("+")[-1] for char in pdf.pages[0].chars}
        assert faces == {"LiberationSerif"}


def test_version_is_told() -> None:
    assert soffice.version().startswith("LibreOffice ")


def test_a_lost_document_is_tried_once_more(
    documents: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stand_in(tmp_path, monkeypatch, 'convert "${documents[0]}"')
    pdfs = soffice.convert_to_pdf(documents, tmp_path / "out")
    assert all(path.is_file() for path in pdfs.values())
    assert runs(folder) == 2


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo 'source file could not be loaded' >&2; exit 1", "could not be loaded"),
        ("exit 0", "không có tệp kết quả"),
        (f"result=text.pdf; {ALL}", "tệp PDF hỏng"),
        (f"result=empty.pdf; {ALL}", "tệp PDF hỏng"),
        (f"result=no_pages.pdf; {ALL}", "không có trang nào"),
    ],
)
def test_failures_and_lies_name_the_documents(
    documents: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    folder = stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(ProgramFailed) as error:
        soffice.convert_to_pdf(documents, tmp_path / "out")
    assert told in str(error.value)
    assert all(document.name in str(error.value) for document in documents)
    assert runs(folder) == 2
    assert list((tmp_path / "out").iterdir()) == []


def test_only_the_failing_document_is_named(
    documents: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'for d in "${documents[@]}"; do case $d in *hai*) ;; *) convert "$d";; esac; done'
    stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(ProgramFailed) as error:
        soffice.convert_to_pdf(documents, tmp_path / "out")
    assert "hai.docx" in str(error.value)
    assert "một.docx" not in str(error.value)


def test_a_hanging_program_is_killed_with_its_children(
    documents: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'sleep 600 & echo $! > "$here/child"; wait'
    folder = stand_in(tmp_path, monkeypatch, script)
    monkeypatch.setattr(soffice, "TIMEOUT_PER_DOCUMENT_S", 0.0)
    started = time.monotonic()
    with pytest.raises(ProgramFailed, match="đã bị dừng"):
        soffice.convert_to_pdf(documents, tmp_path / "out", timeout_base_s=1.0)
    assert time.monotonic() - started < 10
    assert not is_running(int((folder / "child").read_text()))


def is_running(pid: int) -> bool:
    """Whether a process still does something; killed ones may wait for their parent."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.1)
    return True


def test_missing_program_and_font_say_how_to_install_them(
    documents: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgram, match="apt-get install libreoffice-writer-nogui"):
        soffice.convert_to_pdf(documents, tmp_path / "out")
    monkeypatch.setattr(fonts, "FONT_FOLDER", tmp_path)
    with pytest.raises(MissingProgram, match="apt-get install fonts-liberation2"):
        fonts.font_folder()
