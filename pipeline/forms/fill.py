"""A docx template of the office, filled with a set's data.

What a template of an answer form may name:

``form.id``, ``form.title``, ``form.total_label``, ``form.total_unit``, ``form.result_label``,
``form.footnote``; ``sections`` with ``id``, ``title``, ``criteria`` (``number``, ``title``,
``contents`` with ``id``, ``number``, ``text``). Cells to be measured carry a rich tag that prints
nothing: ``{{r item.mark.<side>.<value> }}``, ``{{r total.<side>.<value>.tens }}`` (``.units``),
``{{r overall.<value> }}``, ``{{r signature.<side> }}``, and for what the printer fills
``{{r field.letterhead.issuer }}`` (``.style``), ``{{r field.title }}``,
``{{r field.person.name }}`` (``.post``), ``{{r field.signer.<side> }}``.

The template of the commitment has ``form.id``, ``form.title``, the cells ``signature.<side>`` and
``field`` as above, and besides ``{{r field.person.birth_date }}`` and ``{{r field.keeper }}``.
"""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile

import jinja2
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate, RichText

from pipeline.errors import BadSet
from pipeline.forms.sets import (
    AnswerForm,
    CommitmentForm,
    FormSet,
    Item,
    PaperForm,
    signing_sides,
)

TOKEN_SIZE_HALF_POINTS = 2
"""1 pt: a token fits into the narrowest digit box and moves no line (measured: 0.00 pt)."""

Tree: TypeAlias = dict[str, Any]
"""Nested names for a template, strings or rich text at the leaves."""


class _Environment(jinja2.Environment):
    """Compiles each source once: the lists of an office differ in their data alone (a list of 50
    people takes 0.11 s of CPU instead of 0.14)."""

    def from_string(self, source: Any, *args: Any, **settings: Any) -> jinja2.Template:
        """The template of this source."""
        if not isinstance(source, str) or args or settings:
            return super().from_string(source, *args, **settings)
        if source not in self._compiled:
            if len(self._compiled) >= MAX_COMPILED:
                self._compiled.clear()
            self._compiled[source] = super().from_string(source)
        return self._compiled[source]

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=True)
        self._compiled: dict[str, jinja2.Template] = {}


MAX_COMPILED = 100
"""Sources kept; a docx has some ten parts."""
_ENVIRONMENT = _Environment()


def fill(template: Path, context: Mapping[str, Any]) -> bytes:
    """The template rendered with this context, as a docx file.

    Text is escaped; a name that the context has not is a fault, not a blank.
    Raises BadSet naming the file when it is no docx or its tags are wrong.
    """
    try:
        document = DocxTemplate(template)
        document.render(dict(context), jinja_env=_ENVIRONMENT)
    except (jinja2.TemplateError, PackageNotFoundError, BadZipFile, ValueError, KeyError) as error:
        raise BadSet(
            f"{template}: không điền được mẫu: {error}. "
            "Mở tệp bằng Word hoặc LibreOffice và sửa lại các thẻ {{ }}."
        ) from error
    filled = io.BytesIO()
    document.save(filled)
    return filled.getvalue()


def fill_form(form_set: FormSet, form: PaperForm, tokens: Mapping[str, str] | None) -> bytes:
    """A form as a docx: clean (``tokens`` None), or with the token of each name in its
    cell at 1 pt, for measuring. The names are those of :func:`box_names` and :func:`field_names`.
    """

    def leaf(name: str) -> RichText:
        text = "" if tokens is None else tokens[name]
        return RichText(text, size=TOKEN_SIZE_HALF_POINTS)

    context = _signed_parts(form_set, form, leaf)
    if isinstance(form, AnswerForm):
        context |= _answer_parts(form_set, form, leaf)
    return fill(form.template, context)


def box_names(form_set: FormSet, form: PaperForm) -> tuple[str, ...]:
    """The cells that a form must have for answers, in printed order (unions left out)."""
    signatures = tuple(f"signature/{side.option_id}" for side in signing_sides(form_set, form))
    if isinstance(form, CommitmentForm):
        return signatures
    sides = [side.option_id for side in form_set.sides]
    values = [value.option_id for value in form_set.values]
    pairs = [f"{side}/{value}" for side in sides for value in values]
    return (
        *(f"{item.item_id}/{pair}" for item in form.items for pair in pairs),
        *(f"total/{pair}/{digit}" for pair in pairs for digit in ("tens", "units")),
        *(f"overall/{value}" for value in values),
        *signatures,
    )


def field_names(form_set: FormSet, form: PaperForm) -> tuple[str, ...]:
    """The areas that a form must have for the printer to fill, in printed order."""
    is_commitment = isinstance(form, CommitmentForm)
    return (
        "letterhead/issuer",
        "letterhead/style",
        "title",
        "person/name",
        *(("person/birth_date",) if is_commitment else ()),
        "person/post",
        *(f"signer/{side.option_id}" for side in signing_sides(form_set, form)),
        *(("keeper",) if is_commitment else ()),
    )


def _signed_parts(form_set: FormSet, form: PaperForm, leaf: Callable[[str], RichText]) -> Tree:
    """What every form has."""
    sides = [side.option_id for side in signing_sides(form_set, form)]
    return {
        "form": {"id": form.form_id, "title": form.title[0]},
        "signature": {side: leaf(f"signature/{side}") for side in sides},
        "field": _nested({name: leaf(name) for name in field_names(form_set, form)}),
    }


def _answer_parts(form_set: FormSet, form: AnswerForm, leaf: Callable[[str], RichText]) -> Tree:
    """What only a form with contents to mark has."""

    def choice(prefix: str, *endings: str) -> Tree:
        """Side -> value -> leaf, or side -> value -> ending -> leaf."""
        return {
            side.option_id: {
                value.option_id: _leaves(
                    leaf, f"{prefix}/{side.option_id}/{value.option_id}", endings
                )
                for value in form_set.values
            }
            for side in form_set.sides
        }

    def content(item: Item) -> Tree:
        return {
            "id": item.item_id,
            "number": item.number,
            "text": item.text,
            "mark": choice(item.item_id),
        }

    return {
        "form": {
            "id": form.form_id,
            "title": form.title[0],
            "total_label": form.total_label,
            "total_unit": form.total_unit,
            "result_label": form.result_label,
            "footnote": form.footnote,
        },
        "sections": [
            {
                "id": section.section_id,
                "title": section.title,
                "criteria": [
                    {
                        "number": criterion.number,
                        "title": criterion.title,
                        "contents": [content(item) for item in criterion.items],
                    }
                    for criterion in section.criteria
                ],
            }
            for section in form.sections
        ],
        "total": choice("total", "tens", "units"),
        "overall": {
            value.option_id: leaf(f"overall/{value.option_id}") for value in form_set.values
        },
    }


def _leaves(leaf: Callable[[str], RichText], name: str, endings: tuple[str, ...]) -> Any:
    if not endings:
        return leaf(name)
    return {ending: leaf(f"{name}/{ending}") for ending in endings}


def _nested(leaves: Mapping[str, RichText]) -> Tree:
    """``{"person/name": x}`` as ``{"person": {"name": x}}``."""
    tree: Tree = {}
    for name, value in leaves.items():
        *groups, last = name.split("/")
        branch = tree
        for group in groups:
            branch = branch.setdefault(group, {})
        branch[last] = value
    return tree
