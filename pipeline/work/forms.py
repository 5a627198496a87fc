"""Building a form: docx template -> LibreOffice -> base PDF, layout and manifest."""

import json
import tempfile
from pathlib import Path

from pipeline.errors import BadSet
from pipeline.forms.built import (
    BuiltForm,
    add_frame,
    base_path,
    layout_json,
    layout_path,
    manifest,
    manifest_path,
)
from pipeline.forms.fill import fill_form
from pipeline.forms.measure import measure, tokens
from pipeline.forms.raster import raster_faults
from pipeline.forms.sets import FormSet, PaperForm, paper_form
from pipeline.forms.typeface import register
from pipeline.programs import fonts, soffice
from pipeline.work.files import write_whole


def build_form(form_set: FormSet, form_id: str) -> BuiltForm:
    """Build a form, test it and write its three files into the set's folder ``built``.

    Raises BadSet with all faults of the template (nothing is written then), MissingProgram,
    ProgramFailed, and BadSet when the set has no such form.
    """
    form = paper_form(form_set, form_id)
    register(fonts.font_folder())
    clean, calibration = _converted(form_set, form)
    layout = measure(clean, calibration, form_set, form)
    built = BuiltForm(form_set, form, layout, add_frame(clean, form_id))
    faults = raster_faults(built.base_pdf, layout)
    if faults:
        raise BadSet(f"{form.template}: mẫu chưa dùng được:\n- " + "\n- ".join(faults))
    _write(built)
    return built


def _converted(form_set: FormSet, form: PaperForm) -> tuple[bytes, bytes]:
    """The clean and the calibration PDF of a form."""
    with tempfile.TemporaryDirectory(prefix="phieu-build-") as scratch:
        clean, calibration = Path(scratch, "clean.docx"), Path(scratch, "calibration.docx")
        clean.write_bytes(fill_form(form_set, form, None))
        calibration.write_bytes(fill_form(form_set, form, tokens(form_set, form)))
        pdfs = soffice.convert_to_pdf([clean, calibration], Path(scratch, "pdf"))
        return pdfs[clean].read_bytes(), pdfs[calibration].read_bytes()


def _write(built: BuiltForm) -> None:
    """Write the built files, the manifest last: without it the others are stale."""
    form_set, form_id = built.form_set, built.form.form_id
    layout = layout_json(built.layout)
    made = manifest(built, layout, soffice.version())
    text = (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()
    for path, content in (
        (base_path(form_set, form_id), built.base_pdf),
        (layout_path(form_set, form_id), layout),
        (manifest_path(form_set, form_id), text),
    ):
        write_whole(path, content)
