"""The drop folder: where a scanner in the network puts its files, from which a clerk takes them."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.config import Workspace
from pipeline.errors import BadInput
from pipeline.scans.intake import find_files
from pipeline.work.audit import Actor
from pipeline.work.office import Office
from pipeline.work.uploads import Received, start_batch

SETTLED_AFTER_S = 15.0
"""A file that nobody has written to for so long is whole: scanners write without pauses."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A scan file in the drop folder. ``settled``: nobody is writing to it any more."""

    path: Path
    n_bytes: int
    written_at: datetime
    settled: bool


def drop_folder(workspace: Workspace) -> Path | None:
    """The folder of ``drop_folder`` in the settings, relative to the workspace; None without it."""
    given = workspace.settings.drop_folder
    return workspace.root / given if given else None


def dropped_files(workspace: Workspace) -> list[Dropped]:
    """The scan files that lie in the drop folder, the oldest first.

    Raises BadInput when the folder is not there: a share that is not connected looks like that.
    """
    folder = drop_folder(workspace)
    if folder is None:
        return []
    if not folder.is_dir():
        raise BadInput(
            f"Không mở được thư mục nhận bản quét {folder}. Kiểm tra ổ mạng đã nối chưa, hoặc sửa "
            "dòng drop_folder trong phieu.toml."
        )
    now = time.time()
    found = []
    for path in find_files([folder]):
        stat = path.stat()
        written_at = datetime.fromtimestamp(stat.st_mtime, UTC)
        settled = stat.st_size > 0 and now - stat.st_mtime > SETTLED_AFTER_S
        found.append(Dropped(path, stat.st_size, written_at, settled))
    return sorted(found, key=lambda file: (file.written_at, file.path))


def take_dropped(office: Office, actor: Actor) -> int:
    """Take all settled files out of the drop folder, as a batch; its number.

    Raises BadInput when there is none, or while another batch of the account is running.
    """
    files = [file for file in dropped_files(office.workspace) if file.settled]
    if not files:
        raise BadInput("Thư mục nhận bản quét chưa có tệp nào ghi xong. Đợi máy quét rồi thử lại.")
    return start_batch(office, actor, None, [Received(file.path.name, file.path) for file in files])
