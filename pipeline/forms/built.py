"""The built form: base PDF, layout and manifest, side by side in ``<set>/built``.

The manifest says from what the two were made; a form whose template, contents or frame changed
since is stale and is neither printed nor read by mistake.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pikepdf

from ocr.layout import Layout, load_layout, to_json
from pipeline.errors import StaleBuild
from pipeline.forms.frame import draw_frame, fiducials, reserved
from pipeline.forms.sets import AnswerForm, FormSet, PaperForm, paper_form, signing_sides

SCHEMA = "phieu.build/1"
FOLDER = "built"


@dataclass(frozen=True, slots=True)
class BuiltForm:
    """A form ready to print: ``base_pdf`` are the bytes of the unfilled form."""

    form_set: FormSet
    form: PaperForm
    layout: Layout
    base_pdf: bytes


def base_path(form_set: FormSet, form_id: str) -> Path:
    """Where the base PDF of a form lies."""
    return form_set.path / FOLDER / f"{form_id}.pdf"


def layout_path(form_set: FormSet, form_id: str) -> Path:
    """Where the layout of a form lies."""
    return form_set.path / FOLDER / f"{form_id}.layout.json"


def manifest_path(form_set: FormSet, form_id: str) -> Path:
    """Where the manifest of a form lies."""
    return form_set.path / FOLDER / f"{form_id}.manifest.json"


def add_frame(clean_pdf: bytes, form_id: str) -> bytes:
    """The base PDF: a clean conversion with corner marks and footer on every page.

    Dates and programs' names are left out, so that the same form built again is the same file.
    """
    with pikepdf.open(io.BytesIO(clean_pdf)) as base:
        with pikepdf.open(io.BytesIO(draw_frame(form_id, len(base.pages)))) as frame:
            for number, (page, drawn) in enumerate(zip(base.pages, frame.pages, strict=True)):
                # add_overlay() would invent random names, and the file would never be the same.
                # LibreOffice's pages share their resources: a name for each.
                name = f"/Frame{number + 1}"
                mark = base.copy_foreign(drawn.as_form_xobject())
                page.add_resource(mark, pikepdf.Name.XObject, pikepdf.Name(name))
                page.contents_add(b"q\n", prepend=True)
                page.contents_add(f"\nQ q {name} Do Q\n".encode())
                page.contents_coalesce()
        for key in ("/Metadata", "/OpenAction"):
            if key in base.Root:
                del base.Root[key]
        for key in ("/Info", "/DocChecksum", "/ID"):
            if key in base.trailer:
                del base.trailer[key]
        target = io.BytesIO()
        base.save(target, deterministic_id=True, compress_streams=True)
    return target.getvalue()


def manifest(built: BuiltForm, layout_json: bytes, libreoffice: str) -> dict[str, Any]:
    """The manifest of a form just built; hashes are SHA-256 in hex."""
    return {
        "schema": SCHEMA,
        "form": built.form.form_id,
        "version": built.layout.version,
        "libreoffice": libreoffice,
        "inputs": _inputs(built.form_set, built.form),
        "outputs": {"base_pdf": _sha256(built.base_pdf), "layout": _sha256(layout_json)},
    }


def layout_json(layout: Layout) -> bytes:
    """The layout as its file is written."""
    return (json.dumps(to_json(layout), ensure_ascii=False, indent=1) + "\n").encode()


def check_build(form_set: FormSet, form_id: str) -> None:
    """Raises StaleBuild, saying what changed, when the built files of a form are missing, were
    altered, or do not come from its template, its contents and the frame as they are now; BadSet
    when the set has no such form."""
    form = paper_form(form_set, form_id)
    again = f"Chạy lại: phieu forms build --form {form_id}"
    paths = {
        "base_pdf": base_path(form_set, form_id),
        "layout": layout_path(form_set, form_id),
    }
    try:
        made = json.loads(manifest_path(form_set, form_id).read_text(encoding="utf-8"))
        then, outputs = made["inputs"], made["outputs"]
        altered = [
            path.name for key, path in paths.items() if _sha256(path.read_bytes()) != outputs[key]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StaleBuild(
            f"Mẫu {form_id} chưa được dựng, hoặc thiếu tệp trong "
            f"{form_set.path / FOLDER} ({type(error).__name__}). {again}"
        ) from error
    if altered:
        raise StaleBuild(
            f"Mẫu {form_id}: tệp {', '.join(altered)} đã bị sửa hoặc hỏng sau khi dựng. {again}"
        )
    names = {
        "template": f"tệp mẫu {form.template.name}",
        "contents": "nội dung và nhãn trong set.yaml hoặc tệp tiêu chí",
        "frame": "khung trang của chương trình",
    }
    now = _inputs(form_set, form)
    changed = [name for key, name in names.items() if now[key] != then.get(key)]
    if changed:
        raise StaleBuild(
            f"Mẫu {form_id} đã dựng không còn khớp: {'; '.join(changed)} đã thay đổi. {again}"
        )


def load_built(form_set: FormSet, form_id: str) -> BuiltForm:
    """A built form from its files. Raises as :func:`check_build` does."""
    check_build(form_set, form_id)
    return BuiltForm(
        form_set,
        form_set.paper_forms[form_id],
        load_layout(layout_path(form_set, form_id)),
        base_path(form_set, form_id).read_bytes(),
    )


def _inputs(form_set: FormSet, form: PaperForm) -> dict[str, str]:
    """Hashes of all that a form is built from."""
    contents: dict[str, object] = {
        "set": form_set.code,
        "sides": [asdict(side) for side in signing_sides(form_set, form)],
        "form": form.form_id,
        "title": form.title[0],
    }
    if isinstance(form, AnswerForm):
        contents |= {
            "values": [asdict(value) for value in form_set.values],
            "labels": [form.total_label, form.total_unit, form.result_label, form.footnote],
            "sections": [asdict(section) for section in form.sections],
        }
    frame = [[asdict(mark) for mark in fiducials()], [asdict(area) for area in reserved()]]
    return {
        "template": _sha256(form.template.read_bytes()),
        "contents": _sha256(_canonical(contents)),
        "frame": _sha256(_canonical(frame)),
    }


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
