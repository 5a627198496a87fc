"""The sample office's sheets as the product prints them, one page at a time as a picture."""

from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from ocr.layout import Layout
from pipeline.config import DEMO_KEY
from pipeline.forms.built import BuiltForm, load_built
from pipeline.forms.compose import SheetToPrint
from pipeline.forms.sets import AnswerForm, FormSet, find_set
from pipeline.forms.sheets import page_codes, sheet_id
from pipeline.forms.stamp import print_file
from pipeline.forms.typeface import register
from pipeline.people import Person, Roster
from pipeline.periods import Period
from pipeline.programs.fonts import font_folder
from samples.ink import Image
from samples.paper import MASTER_DPI
from samples.roster import PERIOD

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
SET_ID = "long_bien_2021"

_STRANGE_KEY = b"phieu-key-of-another-office"


class OfficePrints:
    """The printed sheets of a roster for the samples' period."""

    def __init__(self, roster: Roster, key: bytes = DEMO_KEY) -> None:
        register(font_folder())
        self.form_set: FormSet = find_set(TEMPLATES, SET_ID)
        self.roster = roster
        self.key = key

    @cached_property
    def built(self) -> dict[str, BuiltForm]:
        """The built forms by id. Raises StaleBuild when one does not fit its template."""
        return {form: load_built(self.form_set, form) for form in self.form_set.answer_forms}

    def sheet(self, person_id: str) -> tuple[str, AnswerForm, Layout]:
        """The sheet of a person: its id, form and layout."""
        built = self._form_of(person_id)
        period = Period.parse(PERIOD)
        form = self.form_set.answer_forms[built.form.form_id]
        return sheet_id(self.key, built.layout, period, person_id), form, built.layout

    def evaluator(self, person_id: str) -> str:
        """Who evaluates a person; of those whose evaluator is not on the roster, an outsider."""
        return self.roster.people[person_id].evaluator_id or f"evaluator of {person_id}"

    def page(self, person_id: str, number: int) -> Image:
        """A printed page (1-based) at :data:`samples.paper.MASTER_DPI`."""
        return _render(self._print(person_id, self.key), number)

    def strange_page(self, person_id: str) -> Image:
        """The first page of the sheet that another office printed for this person."""
        return _render(self._print(person_id, _STRANGE_KEY), 1)

    def _form_of(self, person_id: str) -> BuiltForm:
        group = self.roster.people[person_id].group
        return next(built for built in self.built.values() if group in built.form.groups)

    def _print(self, person_id: str, key: bytes) -> bytes:
        built, person = self._form_of(person_id), self.roster.people[person_id]
        period = Period.parse(PERIOD)
        sheet = sheet_id(key, built.layout, period, person_id)
        printed = print_file(
            built,
            [
                SheetToPrint(
                    person=person,
                    unit=self.roster.units[person.unit_id],
                    evaluator_name=self._name(person.evaluator_id),
                    period=period,
                    codes=page_codes(key, built.layout, sheet),
                )
            ],
        )
        if printed.refused:
            raise ValueError(f"{person_id} cannot be printed: {printed.refused[0].reason}")
        return printed.pdf

    def _name(self, person_id: str) -> str:
        evaluator: Person | None = self.roster.people.get(person_id)
        return "" if evaluator is None else evaluator.full_name


@lru_cache(maxsize=4)
def _render(pdf: bytes, number: int) -> Image:
    """A page of a PDF (1-based), (H, W, 3) RGB."""
    document = pdfium.PdfDocument(pdf)
    try:
        bitmap = document[number - 1].render(scale=MASTER_DPI / 72, rev_byteorder=True)
        return np.ascontiguousarray(bitmap.to_numpy()[..., :3])
    finally:
        document.close()
