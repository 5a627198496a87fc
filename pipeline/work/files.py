"""Files of a workspace: where scans are kept, and writing so that nobody sees half of a file."""

import os
import tempfile
from pathlib import Path

from pipeline.config import Workspace


def kept_path(workspace: Workspace, sha256: str, kind: str) -> Path:
    """Where the original bytes of a scan file lie."""
    return workspace.scans / f"{sha256}.{kind}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file all or nothing: beside its place, then moved over what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
