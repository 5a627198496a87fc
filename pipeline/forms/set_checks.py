"""What one key of ``set.yaml`` says about another: ids that are there twice, or not at all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.errors import BadSet
from pipeline.forms import set_file
from pipeline.people import GROUPS, HEADER_STYLES, LEAVE_REASONS


def check_set(file: Path, document: set_file.SetFile) -> None:
    """Raises BadSet naming the key of ``file`` that contradicts another."""
    sides = unique(file, "sides.id", [side.id for side in document.sides])
    values = unique(file, "values.id", [value.id for value in document.values])
    levels = unique(file, "levels.code", [level.code for level in document.levels])
    unique(file, "levels.letter", [level.letter for level in document.levels])
    unique(file, "levels.rank", [str(level.rank) for level in document.levels])
    known_only(file, "headers", document.headers, HEADER_STYLES)
    missing = set(HEADER_STYLES) - set(document.headers)
    if missing:
        raise BadSet(f"{file}: headers: thiếu {', '.join(sorted(missing))}.")
    form_ids = [form.id for form in document.answer_forms]
    form_ids += [form.id for form in document.list_forms]
    commitment = document.commitment_form
    if commitment is not None:
        form_ids.append(commitment.id)
        known_only(file, "commitment_form.side", [commitment.side], sides)
        known_only(file, "commitment_form.groups", commitment.groups, GROUPS)
    unique(file, "commitment_form.id, answer_forms.id, list_forms.id", form_ids)
    for form in document.answer_forms:
        key = f"answer_forms.{form.id}"
        known_only(file, f"{key}.groups", form.groups, GROUPS)
        known_only(file, f"{key}.passes.side", [form.passes.side], sides)
        known_only(file, f"{key}.passes.value", [form.passes.value, form.passes.otherwise], values)
    unique(file, "answer_forms.groups", [g for form in document.answer_forms for g in form.groups])
    for condition in document.conditions:
        key = f"conditions.{condition.rule}"
        known_only(file, f"{key}.groups", condition.groups, GROUPS)
        known_only(file, f"{key}.excused_reasons", condition.excused_reasons, LEAVE_REASONS)
        named = [level for level in (condition.level, condition.excused_level) if level]
        known_only(file, f"{key}.level", named, levels)
        if condition.kind.endswith("level_at_least") and not condition.level:
            raise BadSet(f"{file}: {key}.level: điều kiện này phải ghi mức xếp loại.")


def unique(file: Path, key: str, ids: Sequence[str]) -> set[str]:
    """The ids as a set. Raises BadSet when one is there twice."""
    twice = sorted(name for name, times in Counter(ids).items() if times > 1)
    if twice:
        raise BadSet(f"{file}: {key}: ghi trùng {', '.join(twice)}.")
    return set(ids)


def known_only(file: Path, key: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raises BadSet when one of ``names`` is not among ``known``, listing these."""
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise BadSet(
            f"{file}: {key}: không có {', '.join(unknown)}; chỉ có {', '.join(sorted(known))}."
        )
