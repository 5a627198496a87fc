"""Opening an office: its workspace, its database and its set of forms."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.config import Workspace, open_workspace
from pipeline.errors import BadSet
from pipeline.forms.sets import FormSet, find_set, load_set
from pipeline.store.connection import open_store


@dataclass(frozen=True, slots=True)
class Office:
    """What every task of the office starts from."""

    workspace: Workspace
    form_set: FormSet


def set_of(office: Office, set_code: str) -> FormSet:
    """The set that a sheet was printed from, which may be one the office used before.

    Raises BadSet when it is gone, or faulty.
    """
    if set_code == office.form_set.code:
        return office.form_set
    return _set_of_code(office.workspace.templates, set_code)


@lru_cache(maxsize=8)
def _set_of_code(templates: Path, set_code: str) -> FormSet:
    for path in sorted(templates.glob("*/set.yaml")):
        form_set = load_set(path.parent)
        if form_set.code == set_code:
            return form_set
    raise BadSet(
        f"Không có bộ mẫu mã {set_code} trong {templates}, mà có phiếu đã in bằng bộ mẫu đó. "
        "Lấy lại thư mục bộ mẫu này."
    )


def open_office(root: Path) -> Office:
    """Open the workspace in ``root``. Raises BadInput or BadSet, saying what is wrong."""
    workspace = open_workspace(root)
    open_store(workspace.database)
    return Office(workspace, find_set(workspace.templates, workspace.settings.set))
