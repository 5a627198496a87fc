"""The shapes of ``set.yaml`` and of a criteria file: strict, unknown keys are faults.

These are documents as the office writes them; :mod:`pipeline.forms.sets` joins them to a set.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.periods import PeriodKind

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""An id of the office's data; box names are put together of these."""
FormId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,6}$")]
"""Upper-case letters and digits: it stands in printed page codes."""
ItemId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$")]
PeriodText = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}(-Q[1-4]|-(0[1-9]|1[0-2]))?$")]

DayMonth = Annotated[str, StringConstraints(pattern=r"^(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])$")]
"""A day of every year as Vietnamese write it: ``25/12``."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OptionEntry(_Strict):
    """A side or a value."""

    id: Key
    label: Text


class LevelEntry(_Strict):
    """A level of monthly or annual rating."""

    code: Key
    letter: Text
    name: Text
    rank: int


class HeaderEntry(_Strict):
    """A letterhead style."""

    lines: Annotated[list[Text], Field(min_length=1, max_length=2)]
    issuer_mark: Literal["", "*", "***"]


class PassEntry(_Strict):
    """When the form result is ``value``."""

    side: Key
    value: Key
    otherwise: Key
    needs: Annotated[int, Field(ge=1)]


class AnswerFormEntry(_Strict):
    """A form that people mark."""

    id: FormId
    template: Text
    criteria: Text
    groups: Annotated[list[Key], Field(min_length=1)]
    title: Annotated[list[Text], Field(min_length=1, max_length=2)]
    total_label: Text
    total_unit: Text
    result_label: Text
    footnote: str
    passes: PassEntry


class CommitmentFormEntry(_Strict):
    """The form of the yearly commitment."""

    id: FormId
    template: Text
    groups: Annotated[list[Key], Field(min_length=1)]
    side: Key
    title: Annotated[list[Text], Field(min_length=1, max_length=3)]


class ListFormEntry(_Strict):
    """A document that the program writes.

    Kinds: ``commitments`` (who has signed the commitment of the year), ``notice`` (who has passed),
    ``award`` (who is proposed for an award, as ``awards.yaml`` says).
    """

    id: FormId
    kind: Literal["commitments", "notice", "award"]
    periods: list[PeriodKind] = []
    template: Text
    title: Annotated[list[Text], Field(min_length=1)]


class ConditionEntry(_Strict):
    """One condition of the professional status."""

    rule: Text
    kind: Literal[
        "form_passed",
        "monthly_level_at_least",
        "monthly_discipline_at_least",
        "subordinates_level_at_least",
    ]
    groups: Annotated[list[Key], Field(min_length=1)]
    level: str = ""
    points: Decimal = Decimal(0)
    excused_level: str = ""
    excused_reasons: list[Key] = []


class SetFile(_Strict):
    """``set.yaml``."""

    schema_name: Annotated[Literal["phieu.set/1"], Field(alias="schema")]
    id: Key
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,8}$")]
    title: Text
    first_period: PeriodText
    sides: Annotated[list[OptionEntry], Field(min_length=1)]
    values: Annotated[list[OptionEntry], Field(min_length=2)]
    levels: Annotated[list[LevelEntry], Field(min_length=1)]
    headers: dict[Key, HeaderEntry]
    commitment_form: CommitmentFormEntry | None = None
    answer_forms: Annotated[list[AnswerFormEntry], Field(min_length=1)]
    list_forms: list[ListFormEntry] = []
    conditions: list[ConditionEntry] = []


class ItemEntry(_Strict):
    """A content to be marked."""

    id: ItemId
    number: int
    text: Text


class CriterionEntry(_Strict):
    """A criterion with its contents."""

    id: Text
    number: int
    title: Text
    contents: Annotated[list[ItemEntry], Field(min_length=1)]


class SectionEntry(_Strict):
    """A part of a form."""

    id: Text
    title: Text
    criteria: Annotated[list[CriterionEntry], Field(min_length=1)]


class CriteriaFile(_Strict):
    """A criteria file; the ``expected_`` counts are asserted against what is listed."""

    schema_name: Annotated[Literal["phieu.criteria/1"], Field(alias="schema")]
    form: FormId
    expected_criteria: int
    expected_contents: int
    sections: Annotated[list[SectionEntry], Field(min_length=1)]
