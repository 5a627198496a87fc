"""``phieu forms``: build templates, print forms."""

from pathlib import Path

import click

from pipeline.cli.help import Group
from pipeline.cli.options import period_option, workspace_option
from pipeline.cli.show import put_table, say
from pipeline.errors import ExitCode
from pipeline.periods import Period
from pipeline.work.forms import build_form
from pipeline.work.office import open_office
from pipeline.work.printing import INDEX, Selection, print_forms


@click.group(cls=Group)
def forms() -> None:
    """Biểu mẫu: dựng từ tệp mẫu Word, in phiếu điền sẵn."""


@forms.command("build")
@click.option("--form", "form_id", metavar="MẪU", help="Chỉ mẫu này, ví dụ 03B; mặc định: tất cả.")
@workspace_option
def build(form_id: str | None, root: Path) -> None:
    """Dựng biểu mẫu: tệp mẫu .docx thành PDF gốc và sơ đồ ô, kèm tự kiểm tra (cần LibreOffice).

    Chạy lại sau khi sửa tệp mẫu hoặc nội dung tiêu chí.
    """
    form_set = open_office(root).form_set
    for each in [form_id] if form_id else list(form_set.paper_forms):
        built = build_form(form_set, each)
        boxes = sum(len(page.boxes) for page in built.layout.pages)
        say(
            f"Mẫu {each}: phiên bản {built.layout.version}, {len(built.layout.pages)} trang, "
            f"{boxes} ô; tự kiểm tra đạt."
        )


@forms.command("print")
@click.option("--form", "form_id", required=True, metavar="MẪU", help="Mẫu để in: 01, 03A, 03B.")
@period_option
@click.option("--unit", "units", multiple=True, metavar="MÃ", help="Chỉ đơn vị này; dùng lại được.")
@click.option(
    "--person", "people", multiple=True, metavar="MÃ", help="Chỉ người này; dùng lại được."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="THƯ_MỤC",
    help="Nơi ghi; mặc định: out/<kỳ>/<mẫu> trong thư mục làm việc.",
)
@workspace_option
def print_command(
    form_id: str,
    period: Period,
    units: tuple[str, ...],
    people: tuple[str, ...],
    out: Path | None,
    root: Path,
) -> ExitCode:
    """In phiếu điền sẵn: mỗi đơn vị một tệp PDF, kèm sổ in print-index.json.

    Đầu mỗi tệp là tờ bìa: danh sách phiếu theo thứ tự in, cách in, điền, quét và thời hạn. Bản cam
    kết (mẫu 01) in theo năm, mỗi người đủ số bản phải nộp.

    Người không in được (tên, chức vụ quá dài, chữ lạ) bị từ chối kèm lý do; người khác vẫn in.
    In lại cho ra đúng phiếu cũ, cùng mã.
    """
    report = print_forms(open_office(root), form_id, period, Selection(units, people), out)
    files = list(dict.fromkeys(place.file for place in report.sheets))
    put_table(
        f"Phiếu mẫu {form_id}, {period.words}",
        ("Tệp", "Phiếu", "Trang"),
        [
            (
                file,
                sum(place.file == file for place in report.sheets),
                sum(place.printed_pages for place in report.sheets if place.file == file),
            )
            for file in files
        ],
    )
    say(f"{len(report.sheets)} phiếu; tệp và {INDEX} nằm trong {report.folder}")
    for refused in report.refused:
        say(f"Không in: {refused.person_id} – {refused.reason}")
    return ExitCode.BAD_INPUT if report.refused else ExitCode.DONE
