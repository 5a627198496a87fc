"""Opening an office: its workspace, its database and its set of forms."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Workspace, open_workspace
from pipeline.forms.sets import FormSet, find_set
from pipeline.store.connection import open_store


@dataclass(frozen=True, slots=True)
class Office:
    """What every task of the office starts from."""

    workspace: Workspace
    form_set: FormSet


def open_office(root: Path) -> Office:
    """Open the workspace in ``root``. Raises BadInput or BadSet, saying what is wrong."""
    workspace = open_workspace(root)
    open_store(workspace.database)
    return Office(workspace, find_set(workspace.templates, workspace.settings.set))
