"""``phieu results``: verdicts and notices."""

from pathlib import Path

import click

from pipeline.cli.help import Group, vietnamese_choice
from pipeline.cli.options import json_option, period_option, workspace_option
from pipeline.cli.show import put_json, put_table, say
from pipeline.errors import ExitCode
from pipeline.periods import Period
from pipeline.results.verdict import Verdict, VerdictStatus, to_json
from pipeline.work.office import open_office
from pipeline.work.results import decide_period, publish_notices

STATUS_WORDS = {
    VerdictStatus.DAT: "đạt",
    VerdictStatus.CHUA_DAT: "chưa đạt",
    VerdictStatus.TAM_TINH: "tạm tính",
    VerdictStatus.CHUA_CO_KET_QUA: "chưa có kết quả",
}


@click.group(cls=Group)
def results() -> None:
    """Kết quả: ai đạt, ai chưa đạt, vì sao; thông báo của đơn vị."""


@results.command("decide")
@period_option
@json_option
@workspace_option
def decide(period: Period, as_json: bool, root: Path) -> ExitCode:
    """Tính kết quả từng người của một kỳ, kèm lý do.

    Người có phiếu còn chỗ phải xem thì chưa có kết quả. Lý do chỉ dùng trong đơn vị, không công
    bố.
    """
    office = open_office(root)
    verdicts = decide_period(office, period)
    if as_json:
        put_json(to_json(verdicts, office.form_set, period))
    else:
        show_verdicts(period, verdicts)
    waits = any(verdict.status is VerdictStatus.CHUA_CO_KET_QUA for verdict in verdicts)
    return ExitCode.NEEDS_PERSON if waits else ExitCode.DONE


def show_verdicts(period: Period, verdicts: tuple[Verdict, ...]) -> None:
    """Every person who has not plainly passed, with reasons; then the counts."""
    if not verdicts:
        say("Chưa có người nào trong danh sách. Nhập bằng: phieu people import TỆP")
        return
    put_table(
        f"Chưa đạt hoặc chưa xong, {period.words}",
        ("Mã", "Mẫu", "Kết quả", "Lý do"),
        [
            (
                verdict.person_id,
                verdict.form_id or "",
                STATUS_WORDS[verdict.status],
                "\n".join(reason.message for reason in verdict.reasons),
            )
            for verdict in verdicts
            if verdict.status is not VerdictStatus.DAT
        ],
    )
    put_table(f"Kết quả {period.words}", ("", "Số người"), count_rows(verdicts))


def count_rows(verdicts: tuple[Verdict, ...]) -> list[tuple[str, int]]:
    """How many people have each status, in words."""
    return [
        (words, sum(verdict.status is status for verdict in verdicts))
        for status, words in STATUS_WORDS.items()
    ]


@results.command("publish")
@period_option
@click.option(
    "--form",
    "forms",
    type=vietnamese_choice(("04",)),
    multiple=True,
    default=("04",),
    metavar="MẪU",
    help="Mẫu cần lập; hiện có: 04 (thông báo).",
)
@workspace_option
def publish(period: Period, forms: tuple[str, ...], root: Path) -> ExitCode:  # noqa: ARG001 - one form so far; the choice refuses others
    """Lập thông báo mẫu 04 của từng đơn vị, tệp DOCX và PDF.

    Chỉ người có kết quả cuối cùng là đạt mới có tên trong thông báo.
    """
    published = publish_notices(open_office(root), period)
    if not published:
        say("Chưa có đơn vị nào có người. Nhập bằng: phieu people import TỆP")
        return ExitCode.DONE
    put_table(
        f"Thông báo mẫu 04, {period.words}",
        ("Đơn vị", "Số người đạt", "Chưa xong", "Tệp"),
        [(each.unit_id, each.listed, each.waiting, each.pdf.name) for each in published],
    )
    say(f"Các tệp nằm trong {published[0].pdf.parent}")
    waiting = sum(each.waiting for each in published)
    if waiting:
        say(f"Còn {waiting} người chưa có kết quả cuối cùng: xong thì lập lại thông báo.")
        return ExitCode.NEEDS_PERSON
    return ExitCode.DONE
