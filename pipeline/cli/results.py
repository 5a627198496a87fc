"""``phieu results``: verdicts, notices and lists."""

from pathlib import Path
from typing import Any

import click

from pipeline.cli.help import Group
from pipeline.cli.options import json_option, period_option, workspace_option
from pipeline.cli.show import put_json, put_table, say
from pipeline.errors import ExitCode
from pipeline.periods import Period
from pipeline.results.awards import Eligibility
from pipeline.results.verdict import (
    STATUS_WORDS,
    Verdict,
    VerdictStatus,
    reason_json,
    to_json,
)
from pipeline.results.yearly import year_json
from pipeline.work.office import Office, open_office
from pipeline.work.results import (
    Decided,
    Published,
    award_proposals,
    decide_office,
    publish_lists,
)

ELIGIBILITY_WORDS = {
    Eligibility.PROPOSED: "đề nghị",
    Eligibility.NOT_PROPOSED: "không đề nghị",
    Eligibility.WAITING: "chưa đủ dữ liệu",
}


@click.group(cls=Group)
def results() -> None:
    """Kết quả: ai đạt, ai chưa đạt, vì sao; thông báo và danh sách của đơn vị."""


@results.command("decide")
@period_option
@json_option
@workspace_option
def decide(period: Period, as_json: bool, root: Path) -> ExitCode:
    """Tính kết quả từng người của một quý hoặc một năm, kèm lý do và điều cần lưu ý.

    Người có phiếu còn chỗ phải xem thì chưa có kết quả. Lý do chỉ dùng trong đơn vị, không công
    bố.
    """
    office = open_office(root)
    decided = decide_office(office, period)
    if as_json:
        put_json(results_json(office, decided))
    else:
        show_verdicts(period, decided.verdicts)
        show_warnings(decided.verdicts)
        show_awards(office, decided)
    waits = any(verdict.status is VerdictStatus.CHUA_CO_KET_QUA for verdict in decided.verdicts)
    return ExitCode.NEEDS_PERSON if waits else ExitCode.DONE


def results_json(office: Office, decided: Decided) -> dict[str, Any]:
    """The document of schema ``phieu.results/1``; ``awards`` says by form who is proposed."""
    if decided.is_evaluated:
        document = to_json(decided.verdicts, office.form_set, decided.period)
    else:
        document = year_json(decided.years, office.form_set, decided.period)
    document["awards"] = {
        form_id: [
            {
                "person_id": proposal.person_id,
                "rule": proposal.rule,
                "proposed": proposal.eligibility.value,
                "reasons": [reason_json(reason) for reason in proposal.reasons],
            }
            for proposal in proposals.values()
        ]
        for form_id, proposals in award_proposals(office, decided).items()
    }
    return document


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


def show_warnings(verdicts: tuple[Verdict, ...]) -> None:
    """What changes no result but somebody should know."""
    rows = [
        (verdict.person_id, "\n".join(reason.message for reason in verdict.warnings))
        for verdict in verdicts
        if verdict.warnings
    ]
    if rows:
        put_table("Lưu ý (không làm thay đổi kết quả)", ("Mã", "Nội dung"), rows)


def show_awards(office: Office, decided: Decided) -> None:
    """How many people are proposed on each award form."""
    counts = {
        form_id: [proposal.eligibility for proposal in proposals.values()]
        for form_id, proposals in award_proposals(office, decided).items()
    }
    if any(counts.values()):
        put_table(
            f"Đề nghị khen thưởng {decided.period.words}",
            ("Mẫu", *(words.capitalize() for words in ELIGIBILITY_WORDS.values())),
            [
                (form_id, *(found.count(eligibility) for eligibility in ELIGIBILITY_WORDS))
                for form_id, found in counts.items()
            ],
        )


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
    multiple=True,
    metavar="MẪU",
    help="Mẫu cần lập: 02, 04, 05A, 05B (nhắc lại được); mặc định: mọi mẫu của kỳ này.",
)
@workspace_option
def publish(period: Period, forms: tuple[str, ...], root: Path) -> ExitCode:
    """Lập danh sách ký cam kết, thông báo và danh sách đề nghị khen thưởng, tệp DOCX và PDF.

    Chỉ người có kết quả cuối cùng là đạt mới có tên. Danh sách đề nghị khen thưởng có thêm bản tổng
    hợp của từng đầu mối tiếp nhận và của toàn quận.
    """
    published = publish_lists(open_office(root), period, forms)
    if not published:
        say("Chưa có gì để lập: chưa có người nào, hoặc chưa có thành tích nào của kỳ này.")
        return ExitCode.DONE
    for form_id in dict.fromkeys(each.form_id for each in published):
        show_published(period, [each for each in published if each.form_id == form_id])
    waiting = sum(each.waiting for each in published if each.docx.parent.name == each.form_id)
    if waiting:
        say("Còn người chưa có kết quả cuối cùng (cột “Chưa xong”): xong thì lập lại.")
        return ExitCode.NEEDS_PERSON
    return ExitCode.DONE


def show_published(period: Period, lists: list[Published]) -> None:
    """The lists of one form."""
    put_table(
        f"Mẫu {lists[0].form_id}, {period.words}",
        ("Nơi lập", "Số người", "Chưa xong", "Tệp"),
        [(each.issuer_id, each.listed, each.waiting, each.pdf.name) for each in lists],
    )
    say(f"Các tệp nằm trong {lists[0].pdf.parent}")
