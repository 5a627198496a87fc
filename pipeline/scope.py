"""Units that a regulation is not meant for: ``scope.yaml`` of a set (R-000-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.forms.sets import FormSet
from pipeline.people import Unit
from pipeline.tables import folded
from pipeline.yaml_files import read_yaml

SCOPE_FILE = "scope.yaml"


class _Outside(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    block: str
    words: Annotated[list[str], Field(min_length=1)]


class _ScopeFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    schema_name: Annotated[Literal["phieu.scope/1"], Field(alias="schema")]
    rule: str
    outside: list[_Outside]


@dataclass(frozen=True, slots=True)
class Scope:
    """Words that put a unit outside, by block; ``rule`` says by which rule."""

    rule: str
    outside: tuple[tuple[str, str], ...]


def load_scope(form_set: FormSet) -> Scope | None:
    """The scope of a set, None when it has no such file. Raises BadSet when that is faulty."""
    file = form_set.path / SCOPE_FILE
    if not file.is_file():
        return None
    document = read_yaml(file, _ScopeFile)
    return Scope(
        document.rule, tuple((each.block, word) for each in document.outside for word in each.words)
    )


def scope_warnings(scope: Scope, units: Iterable[Unit]) -> tuple[str, ...]:
    """A sentence a unit whose name says that the regulation is not meant for it."""
    return tuple(
        f"Đơn vị {unit.unit_id}: tên có “{word}”, có thể ngoài phạm vi áp dụng ({scope.rule})."
        for unit in units
        for block, word in scope.outside
        if unit.block == block and _has_word(unit.name, word)
    )


def _has_word(name: str, word: str) -> bool:
    return f" {folded(word)} " in f" {folded(name)} "
