"""A set of forms: one regulation as a folder of data under ``templates/<set>/``.

Code knows kinds of answer and kinds of condition; which contents, sides, values, levels, forms and
conditions there are is said by ``set.yaml`` and the criteria files.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import BadSet
from pipeline.forms import set_file
from pipeline.forms.set_checks import check_set, unique
from pipeline.yaml_files import read_yaml

SET_FILE = "set.yaml"


@dataclass(frozen=True, slots=True)
class Option:
    """Something a person chooses or a column stands for: id in data, label on paper."""

    option_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """A content (nội dung) to be marked. ``item_id`` such as ``I.1.1`` is unique in its form;
    ``number`` is printed and starts again in each criterion; ``seq`` counts through the form."""

    item_id: str
    seq: int
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion (tiêu chí): a heading over its contents."""

    criterion_id: str
    number: int
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form (I, II, III)."""

    section_id: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class PassRule:
    """The form result is ``value`` when the side that decides has it at least ``needs`` times."""

    side: str
    value: str
    otherwise: str
    needs: int


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """A form that people mark by pen and scanners bring back (03A, 03B)."""

    form_id: str
    title: tuple[str, ...]
    template: Path
    groups: tuple[str, ...]
    sections: tuple[Section, ...]
    passes: PassRule
    total_label: str
    total_unit: str
    result_label: str
    footnote: str

    @property
    def items(self) -> tuple[Item, ...]:
        """All contents in printed order."""
        return tuple(
            item
            for section in self.sections
            for criterion in section.criteria
            for item in criterion.items
        )


@dataclass(frozen=True, slots=True)
class CommitmentForm:
    """The form of the yearly commitment (01): prefilled, completed and signed by hand, one per
    person and year. Only whether ``side`` has signed is read from its scan."""

    form_id: str
    title: tuple[str, ...]
    template: Path
    groups: tuple[str, ...]
    side: str


PaperForm: TypeAlias = AnswerForm | CommitmentForm
"""A form that is printed for each person and comes back as a scan."""


@dataclass(frozen=True, slots=True)
class ListForm:
    """A document that the program writes (04...): a docxtpl template.

    ``kind`` says what is listed, as in :class:`~pipeline.forms.set_file.ListFormEntry`;
    ``periods`` for which kinds of period (``month``, ``quarter``, ``year``) it is written unless
    asked for. ``{period}`` and ``{year}`` in the title are filled in.
    """

    form_id: str
    kind: str
    periods: tuple[str, ...]
    title: tuple[str, ...]
    template: Path


@dataclass(frozen=True, slots=True)
class Level:
    """A level of monthly or annual rating; ``rank`` grows with merit."""

    code: str
    letter: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the professional status, with the rule's id of the specification.

    Kinds: ``form_passed``; ``monthly_level_at_least`` (``level``); ``monthly_discipline_at_least``
    (``points``); ``subordinates_level_at_least`` (``level``; ``excused_level`` counts too when the
    rating's reason is one of ``excused_reasons``). It applies to people of ``groups``.
    """

    rule: str
    kind: str
    groups: tuple[str, ...]
    level: str = ""
    points: Decimal = Decimal(0)
    excused_level: str = ""
    excused_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderStyle:
    """The letterhead for units of this style: lines on the right, the last ruled, and what stands
    below the issuer on the left (``*``, ``***``; empty: a short rule)."""

    style_id: str
    lines: tuple[str, ...]
    issuer_mark: str


@dataclass(frozen=True, slots=True)
class FormSet:
    """A regulation's forms and rules. ``code`` is its short code in printed page codes."""

    set_id: str
    code: str
    title: str
    path: Path
    first_period: str
    sides: tuple[Option, ...]
    values: tuple[Option, ...]
    levels: tuple[Level, ...]
    headers: dict[str, HeaderStyle]
    answer_forms: dict[str, AnswerForm]
    list_forms: dict[str, ListForm]
    conditions: tuple[Condition, ...]
    commitment_form: CommitmentForm | None = None

    @property
    def paper_forms(self) -> dict[str, PaperForm]:
        """The forms that are printed for each person, by id."""
        commitment = self.commitment_form
        return ({} if commitment is None else {commitment.form_id: commitment}) | self.answer_forms


_RESERVED_IDS = {"total", "overall", "signature"}
"""First parts of box names that are no items."""


def find_set(templates_dir: Path, set_id: str) -> FormSet:
    """The set of this id among the folders of ``templates_dir``.

    Raises BadSet when there is none (the message lists those there are) or it is faulty.
    """
    folder = templates_dir / set_id
    if not (folder / SET_FILE).is_file():
        known = sorted(path.parent.name for path in templates_dir.glob(f"*/{SET_FILE}"))
        raise BadSet(
            f"Không có bộ mẫu “{set_id}” trong {templates_dir}. "
            f"Các bộ mẫu hiện có: {', '.join(known) or 'chưa có bộ nào'}."
        )
    return load_set(folder)


def load_set(path: Path) -> FormSet:
    """Read the set in the folder ``path``: ``set.yaml`` and the criteria files it names.

    Raises BadSet, naming file and key, when a file is missing, is no YAML, has a key too many or
    too few, or contradicts itself or another file of the set.
    """
    file = path / SET_FILE
    document = read_yaml(file, set_file.SetFile)
    if document.id != path.name:
        raise BadSet(f"{file}: id: “{document.id}” khác tên thư mục “{path.name}”.")
    check_set(file, document)
    return FormSet(
        set_id=document.id,
        code=document.code,
        title=document.title,
        path=path,
        first_period=document.first_period,
        sides=tuple(Option(side.id, side.label) for side in document.sides),
        values=tuple(Option(value.id, value.label) for value in document.values),
        levels=tuple(
            Level(entry.code, entry.letter, entry.name, entry.rank) for entry in document.levels
        ),
        headers={
            style: HeaderStyle(style, tuple(entry.lines), entry.issuer_mark)
            for style, entry in document.headers.items()
        },
        answer_forms={entry.id: _answer_form(path, entry) for entry in document.answer_forms},
        list_forms={
            entry.id: ListForm(
                entry.id,
                entry.kind,
                tuple(entry.periods),
                tuple(entry.title),
                _existing(path, entry.template),
            )
            for entry in document.list_forms
        },
        conditions=tuple(
            Condition(
                rule=entry.rule,
                kind=entry.kind,
                groups=tuple(entry.groups),
                level=entry.level,
                points=entry.points,
                excused_level=entry.excused_level,
                excused_reasons=tuple(entry.excused_reasons),
            )
            for entry in document.conditions
        ),
        commitment_form=_commitment_form(path, document.commitment_form),
    )


def paper_form(form_set: FormSet, form_id: str) -> PaperForm:
    """The form of this id. Raises BadSet, listing those there are, when the set has it not."""
    form = form_set.paper_forms.get(form_id)
    if form is None:
        known = ", ".join(form_set.paper_forms)
        raise BadSet(f"Bộ mẫu {form_set.set_id} không có mẫu {form_id}; chỉ có: {known}.")
    return form


def signing_sides(form_set: FormSet, form: PaperForm) -> tuple[Option, ...]:
    """The sides that sign a form, in the order of the set."""
    if isinstance(form, AnswerForm):
        return form_set.sides
    return tuple(side for side in form_set.sides if side.option_id == form.side)


def _commitment_form(
    path: Path, entry: set_file.CommitmentFormEntry | None
) -> CommitmentForm | None:
    if entry is None:
        return None
    template = _existing(path, entry.template)
    return CommitmentForm(entry.id, tuple(entry.title), template, tuple(entry.groups), entry.side)


def _answer_form(path: Path, entry: set_file.AnswerFormEntry) -> AnswerForm:
    file = path / entry.criteria
    criteria = read_yaml(file, set_file.CriteriaFile)
    if criteria.form != entry.id:
        raise BadSet(f"{file}: form: tệp ghi mẫu {criteria.form}, {SET_FILE} ghi mẫu {entry.id}.")
    seq = count(1)
    form = AnswerForm(
        form_id=entry.id,
        title=tuple(entry.title),
        template=_existing(path, entry.template),
        groups=tuple(entry.groups),
        sections=tuple(
            Section(
                section.id,
                section.title,
                tuple(
                    Criterion(
                        criterion.id,
                        criterion.number,
                        criterion.title,
                        tuple(
                            Item(item.id, next(seq), item.number, item.text)
                            for item in criterion.contents
                        ),
                    )
                    for criterion in section.criteria
                ),
            )
            for section in criteria.sections
        ),
        passes=PassRule(
            entry.passes.side, entry.passes.value, entry.passes.otherwise, entry.passes.needs
        ),
        total_label=entry.total_label,
        total_unit=entry.total_unit,
        result_label=entry.result_label,
        footnote=entry.footnote,
    )
    _check_counts(file, criteria, form)
    return form


def _check_counts(file: Path, criteria: set_file.CriteriaFile, form: AnswerForm) -> None:
    n_criteria = sum(len(section.criteria) for section in form.sections)
    if n_criteria != criteria.expected_criteria:
        raise BadSet(
            f"{file}: expected_criteria: ghi {criteria.expected_criteria}, "
            f"trong tệp có {n_criteria} tiêu chí."
        )
    if len(form.items) != criteria.expected_contents:
        raise BadSet(
            f"{file}: expected_contents: ghi {criteria.expected_contents}, "
            f"trong tệp có {len(form.items)} nội dung."
        )
    if form.passes.needs > len(form.items):
        raise BadSet(
            f"{file.parent / SET_FILE}: answer_forms.{form.form_id}.passes.needs: cần "
            f"{form.passes.needs} nội dung đạt, mẫu chỉ có {len(form.items)} nội dung."
        )
    unique(file, "contents.id", [item.item_id for item in form.items])
    for item in form.items:
        if item.item_id in _RESERVED_IDS:
            raise BadSet(f"{file}: contents.id: “{item.item_id}” là từ dành riêng.")


def _existing(path: Path, name: str) -> Path:
    if not (path / name).is_file():
        raise BadSet(f"{path / SET_FILE}: template: không tìm thấy tệp {path / name}.")
    return path / name
