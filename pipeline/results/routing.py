"""Where documents go: ``routing.yaml`` of a set (R-000-26, 27, 31, 32, 33).

Offices that receive and gather lists are data, as are the lines of Nơi nhận.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import BadSet
from pipeline.forms.set_file import FormId, Key, Text
from pipeline.forms.sets import FormSet
from pipeline.people import BLOCKS, MANAGED_BY, Person, Unit
from pipeline.yaml_files import read_yaml

ROUTING_FILE = "routing.yaml"
OWN_UNIT = "don_vi"
"""``to`` of a copy that stays with the person's unit."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The award lists of some blocks go ``to`` one office, which forwards them as one list."""

    rule: str
    blocks: tuple[str, ...]
    to: Unit
    scope: str
    forward: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathering:
    """One list of all streams, by one office."""

    rule: str
    by: Unit
    scope: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """What stands under Nơi nhận of these forms for units of these blocks."""

    forms: tuple[str, ...]
    blocks: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyRule:
    """A copy of the commitment for people of these kinds; ``to`` None: their own unit."""

    rule: str
    managed_by: tuple[str, ...]
    blocks: tuple[str, ...]
    to: Unit | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a person's commitment and who keeps it."""

    rule: str
    keeper: str


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a set's documents go. Empty when the set has no routing: then Nơi nhận is left open.

    ``names`` is how the offices are called under Nơi nhận, by office id.
    """

    lines: tuple[Lines, ...] = ()
    streams: tuple[Stream, ...] = ()
    gathering: Gathering | None = None
    copies: tuple[CopyRule, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfficeEntry(_Strict):
    id: Key
    name: Text
    in_addressees: str = ""
    parent_name: str = ""
    header_style: Key
    place: str = ""
    head_title: Text


class _LinesEntry(_Strict):
    forms: Annotated[list[FormId], Field(min_length=1)]
    blocks: Annotated[list[Key], Field(min_length=1)]
    lines: list[Text]


class _StreamEntry(_Strict):
    rule: Text
    blocks: Annotated[list[Key], Field(min_length=1)]
    to: Key
    scope: Text
    forward: list[Text] = []


class _GatheringEntry(_Strict):
    rule: Text
    by: Key
    scope: Text
    to: list[Text] = []


class _CopyEntry(_Strict):
    rule: Text
    managed_by: Annotated[list[Key], Field(min_length=1)]
    blocks: Annotated[list[Key], Field(min_length=1)]
    to: Key


class _RoutingFile(_Strict):
    schema_name: Annotated[Literal["phieu.routing/1"], Field(alias="schema")]
    offices: list[_OfficeEntry] = []
    addressees: list[_LinesEntry] = []
    awards: list[_StreamEntry] = []
    award_summary: _GatheringEntry | None = None
    commitment_copies: list[_CopyEntry] = []


def load_routing(form_set: FormSet) -> Routing:
    """The routing of a set; an empty one when it has no ``routing.yaml``.

    Raises BadSet, naming file and key, when the file is faulty, names a block, office, form or
    header style that is not there, or sends the award lists of a block to two offices.
    """
    file = form_set.path / ROUTING_FILE
    if not file.is_file():
        return Routing()
    document = read_yaml(file, _RoutingFile)
    _check(form_set, document)
    offices = {entry.id: _office(entry) for entry in document.offices}
    gathering = document.award_summary
    return Routing(
        tuple(
            Lines(tuple(entry.forms), tuple(entry.blocks), tuple(entry.lines))
            for entry in document.addressees
        ),
        tuple(
            Stream(
                entry.rule,
                tuple(entry.blocks),
                offices[entry.to],
                entry.scope,
                tuple(entry.forward),
            )
            for entry in document.awards
        ),
        None
        if gathering is None
        else Gathering(gathering.rule, offices[gathering.by], gathering.scope, tuple(gathering.to)),
        tuple(
            CopyRule(
                entry.rule, tuple(entry.managed_by), tuple(entry.blocks), offices.get(entry.to)
            )
            for entry in document.commitment_copies
        ),
        {entry.id: entry.in_addressees or entry.name for entry in document.offices},
    )


def addressees(routing: Routing, form_id: str, unit: Unit) -> tuple[str, ...]:
    """The lines of Nơi nhận of a unit's document, without those of award streams."""
    return tuple(
        line
        for entry in routing.lines
        if form_id in entry.forms and unit.block in entry.blocks
        for line in entry.lines
    )


def award_recipients(routing: Routing, unit: Unit) -> tuple[str, ...]:
    """Who receives the award lists of a unit (R-000-26), as Nơi nhận names it."""
    return tuple(
        routing.names[stream.to.unit_id]
        for stream in routing.streams
        if unit.block in stream.blocks
    )


def commitment_copies(routing: Routing, person: Person, unit: Unit) -> tuple[Copy, ...]:
    """The copies of a person's commitment and their keepers (R-000-31, 32, 33; reading A9)."""
    return tuple(
        Copy(rule.rule, unit.name if rule.to is None else routing.names[rule.to.unit_id])
        for rule in routing.copies
        if person.managed_by in rule.managed_by and unit.block in rule.blocks
    )


def _office(entry: _OfficeEntry) -> Unit:
    return Unit(
        unit_id=entry.id,
        name=entry.name,
        parent_name=entry.parent_name,
        block="",
        level="",
        header_style=entry.header_style,
        place=entry.place,
        head_title=entry.head_title,
    )


def _check(form_set: FormSet, document: _RoutingFile) -> None:
    offices = [entry.id for entry in document.offices]
    streams = [block for entry in document.awards for block in entry.blocks]
    for key, names in (("offices.id", offices), ("awards.blocks", streams)):
        twins = sorted({name for name in names if names.count(name) > 1})
        if twins:
            raise BadSet(f"{form_set.path / ROUTING_FILE}: {key}: ghi trùng {', '.join(twins)}.")
    sections: Sequence[_LinesEntry | _StreamEntry | _CopyEntry] = (
        *document.addressees,
        *document.awards,
        *document.commitment_copies,
    )
    blocks = [block for entry in sections for block in entry.blocks]
    forms = [form for entry in document.addressees for form in entry.forms]
    kinds = [kind for entry in document.commitment_copies for kind in entry.managed_by]
    receivers = [entry.to for entry in document.awards]
    keepers = [entry.to for entry in document.commitment_copies]
    gathering = [] if document.award_summary is None else [document.award_summary.by]
    for key, names, known in (
        ("blocks", blocks, BLOCKS),
        ("addressees.forms", forms, form_set.list_forms),
        ("commitment_copies.managed_by", kinds, MANAGED_BY),
        ("offices.header_style", [e.header_style for e in document.offices], form_set.headers),
        ("awards.to", receivers, offices),
        ("award_summary.by", gathering, offices),
        ("commitment_copies.to", keepers, [OWN_UNIT, *offices]),
    ):
        _known(form_set, key, names, known)


def _known(form_set: FormSet, key: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise BadSet(
            f"{form_set.path / ROUTING_FILE}: {key}: không có {', '.join(unknown)}; "
            f"chỉ có {', '.join(sorted(known))}."
        )
