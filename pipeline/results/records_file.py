"""Whether the records file of a unit and period is complete: ``records_file.yaml`` (R-000-30).

The file stays at the unit (reading A29); which pieces belong into it is data of the set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import BadSet
from pipeline.forms.set_file import FormId, Text
from pipeline.forms.sets import FormSet
from pipeline.periods import Period
from pipeline.yaml_files import read_yaml

RECORDS_FILE = "records_file.yaml"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the file: sheets everybody hands in, or documents the unit writes.

    ``periods`` are the kinds of period (``quarter``, ``year``) whose files have it; with
    ``when_any`` it is asked for only where there is a case.
    """

    name: str
    is_sheets: bool
    forms: tuple[str, ...]
    periods: tuple[str, ...]
    when_any: bool


@dataclass(frozen=True, slots=True)
class RecordsRule:
    """The pieces of the file and the id of the rule that says so."""

    rule: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What there is of a unit and period, by form id.

    ``people``: how many people hand in a sheet of a form; ``sheets``: how many of these are there
    with all their pages; ``documents``: forms of which a document is there; ``cases``: forms of
    which there is a case, so that a document is asked for.
    """

    people: Mapping[str, int] = field(default_factory=dict)
    sheets: Mapping[str, int] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PieceState:
    """How far one form of a piece is there: ``present`` of ``expected``; both 0 when it is not
    asked for. ``message`` is a Vietnamese sentence, empty when nothing is missing."""

    rule: str
    form_id: str
    name: str
    present: int
    expected: int
    message: str


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _PieceEntry(_Strict):
    name: Text
    kind: Literal["sheets", "document"]
    forms: Annotated[list[FormId], Field(min_length=1)]
    periods: Annotated[list[Literal["quarter", "year", "month"]], Field(min_length=1)]
    when_any: bool = False


class _RecordsFile(_Strict):
    schema_name: Annotated[Literal["phieu.records-file/1"], Field(alias="schema")]
    rule: Text
    pieces: Annotated[list[_PieceEntry], Field(min_length=1)]


def load_records_rule(form_set: FormSet) -> RecordsRule:
    """The pieces of a set's records file.

    Raises BadSet when ``records_file.yaml`` is missing or faulty or names a form the set does not
    have.
    """
    file = form_set.path / RECORDS_FILE
    document = read_yaml(file, _RecordsFile)
    for entry in document.pieces:
        known = form_set.answer_forms if entry.kind == "sheets" else form_set.list_forms
        unknown = [form for form in entry.forms if form not in known]
        if unknown:
            raise BadSet(
                f"{file}: pieces.forms: bộ mẫu không có mẫu {', '.join(unknown)}; "
                f"chỉ có: {', '.join(known)}."
            )
    return RecordsRule(
        document.rule,
        tuple(
            Piece(
                entry.name,
                entry.kind == "sheets",
                tuple(entry.forms),
                tuple(entry.periods),
                entry.when_any,
            )
            for entry in document.pieces
        ),
    )


def check_records(rule: RecordsRule, period: Period, holdings: Holdings) -> tuple[PieceState, ...]:
    """Each form of each piece that the period's file has, in the order of the rule; pure."""
    kind = _kind(period)
    return tuple(
        _state(rule.rule, piece, form_id, holdings)
        for piece in rule.pieces
        if kind in piece.periods
        for form_id in piece.forms
    )


def is_complete(states: tuple[PieceState, ...]) -> bool:
    """Whether nothing is missing."""
    return not any(state.message for state in states)


def _kind(period: Period) -> str:
    if period.quarter is not None:
        return "quarter"
    return "year" if period.month is None else "month"


def _state(rule: str, piece: Piece, form_id: str, holdings: Holdings) -> PieceState:
    if piece.is_sheets:
        expected, present = holdings.people.get(form_id, 0), holdings.sheets.get(form_id, 0)
        missing = expected - present
        message = (
            f"{piece.name} mẫu {form_id}: thiếu {missing}/{expected} phiếu" if missing > 0 else ""
        )
        return PieceState(rule, form_id, piece.name, present, expected, message)
    expected = int(not piece.when_any or form_id in holdings.cases)
    present = int(form_id in holdings.documents)
    message = f"{piece.name} (mẫu {form_id}): chưa có" if present < expected else ""
    return PieceState(rule, form_id, piece.name, present, expected, message)
