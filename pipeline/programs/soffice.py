"""LibreOffice, the only place that starts it: docx -> PDF.

Its exit code says nothing (0 in 9 of 10 fault cases measured), documents get lost when two calls
share a profile, and killing the parent leaves ``soffice.bin`` running. Hence: a private profile a
call, one call a batch, a process group that is killed as a whole, every expected PDF opened, and
one more try for those that are missing.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pypdf
from pypdf.errors import PyPdfError

from pipeline.errors import MissingProgram, ProgramFailed
from pipeline.programs.fonts import fontconfig

PROGRAM = "soffice"
INSTALL = "apt-get install libreoffice-writer-nogui"

TIMEOUT_BASE_S = 30.0
TIMEOUT_PER_DOCUMENT_S = 2.0
"""A cold start takes 3-8 s, a form 0.4 s on 2 cores: generous, yet no one waits for ever."""

_FILTER = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"false"}}'


def version() -> str:
    """What ``soffice --version`` says, such as ``LibreOffice 7.4.7.2``.

    Raises MissingProgram when it is not installed, ProgramFailed when it gives no version.
    """
    with tempfile.TemporaryDirectory(prefix="phieu-soffice-") as scratch:
        output = _run(["--version"], Path(scratch), TIMEOUT_BASE_S)
    found = re.search(r"LibreOffice [\d.]+", output)
    if found is None:
        raise ProgramFailed(f"{PROGRAM} --version không cho biết phiên bản. Cài lại: {INSTALL}")
    return found[0]


def convert_to_pdf(
    documents: Sequence[Path],
    out_dir: Path,
    *,
    timeout_base_s: float = TIMEOUT_BASE_S,
) -> Mapping[Path, Path]:
    """Convert documents (docx) to PDFs of the same stem in ``out_dir``; document -> PDF.

    All in one start of LibreOffice; those that fail are tried once more. The stems must differ.
    Raises MissingProgram when LibreOffice is not installed, ProgramFailed naming the documents
    that were not converted or the time-out. On failure nothing is left in ``out_dir``.
    """
    if len({document.stem for document in documents}) < len(documents):
        raise ValueError("documents of one call need different names")
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="phieu-soffice-") as scratch_name:
        scratch = Path(scratch_name)
        made = scratch / "out"
        reason = ""
        for attempt in ("1", "2"):
            missing = [document for document in documents if _fault(made / _name(document))]
            if not missing:
                break
            limit = timeout_base_s + TIMEOUT_PER_DOCUMENT_S * len(missing)
            home = scratch / attempt
            home.mkdir()
            options = ["--convert-to", _FILTER, "--outdir", str(made)]
            reason = _run([*options, *(str(document) for document in missing)], home, limit)
        faults = {
            document.name: fault
            for document in documents
            if (fault := _fault(made / _name(document)))
        }
        if faults:
            named = "; ".join(f"{name}: {fault}" for name, fault in faults.items())
            detail = f" LibreOffice báo: {reason.strip()[-300:]}" if reason.strip() else ""
            raise ProgramFailed(f"LibreOffice không chuyển được sang PDF: {named}.{detail}")
        return {
            document: Path(shutil.move(made / _name(document), out_dir / _name(document)))
            for document in documents
        }


def _name(document: Path) -> str:
    return f"{document.stem}.pdf"


def _fault(pdf: Path) -> str:
    """Why a file is no usable PDF; empty when it is one."""
    if not pdf.is_file():
        return "không có tệp kết quả"
    try:
        return "" if len(pypdf.PdfReader(pdf).pages) else "tệp PDF không có trang nào"
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        return f"tệp PDF hỏng ({type(error).__name__})"


def _run(arguments: Sequence[str], home: Path, timeout_s: float) -> str:
    """Start LibreOffice with a private profile under ``home``; what it printed, both streams.

    Raises MissingProgram, or ProgramFailed when the time is over (the whole group is killed).
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingProgram(f"Chưa cài LibreOffice. Cài đặt bằng lệnh: {INSTALL}")
    fonts_file = home / "fonts.conf"
    fonts_file.write_text(fontconfig(home / "fonts-cache"), encoding="utf-8")
    command = [
        program,
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
        *arguments,
    ]
    # One locale everywhere: the same document must come out the same on every desk.
    locale = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    environment = os.environ | locale | {"FONTCONFIG_FILE": str(fonts_file), "HOME": str(home)}
    environment.pop("LANGUAGE", None)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            raise ProgramFailed(
                f"LibreOffice chạy quá {timeout_s:.0f} giây và đã bị dừng. "
                "Hãy thử lại; nếu vẫn vậy, mở tệp mẫu bằng LibreOffice để xem có lỗi không."
            ) from None
        finally:
            _kill_group(process.pid)
    return output.decode("utf-8", errors="replace")


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
