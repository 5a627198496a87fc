"""The workspace: the folder that holds everything of one office, and its settings."""

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import BadInput

SETTINGS_FILE = "phieu.toml"
KEY_FILE = "phieu.key"
DEFAULT_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

DEMO_KEY = b"phieu-demo-key-not-secret"
"""Known to everybody: the committed sample scans carry codes made with it. Never an office's."""

_NEW_SETTINGS = """\
# Cấu hình của đơn vị dùng phieu.
set = "{set_id}"            # bộ biểu mẫu: tên thư mục trong templates/
scans_to = ""               # nơi nhận tệp quét, in trên tờ bìa (cơ quan, thư điện tử)
drop_folder = ""            # thư mục máy quét ghi tệp vào; người nhập liệu nhận tệp từ đó trên web

[limits]                    # tệp vượt giới hạn bị từ chối, có báo lý do
max_file_mb = 1024          # dung lượng một tệp quét
max_pages_per_file = 2000   # số trang một tệp quét

[review]                    # kiểm tra kết quả đọc
sample_share = 0.02         # tỷ lệ chỗ đọc chắc được lấy mẫu cho người xem lại (0 đến 1)
two_people = "never"        # "awards": chỗ quyết định kết quả chung phải do hai người xem
"""


class Limits(BaseModel):
    """What one scan file may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    max_file_mb: int = Field(default=1024, ge=1)
    max_pages_per_file: int = Field(default=2000, ge=1)


class ReviewRules(BaseModel):
    """How readings are looked at: which share of the sure ones as a sample, and whether the places
    that decide an award (rows, totals and result of the deciding side) need two people."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sample_share: float = Field(default=0.02, ge=0, le=1)
    two_people: Literal["never", "awards"] = "never"


class Settings(BaseModel):
    """``phieu.toml``. ``templates`` is a folder of sets, relative to the workspace; without it
    the sets that come with the program are used. ``scans_to`` is who receives the scans, as the
    cover of a print file says it; empty: who has sent the print file. ``drop_folder`` is where
    a scanner writes its files, relative to the workspace; empty: there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    set: str
    templates: str | None = None
    scans_to: str = ""
    drop_folder: str = ""
    limits: Limits = Limits()
    review: ReviewRules = ReviewRules()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where things are. ``key`` signs the codes of printed pages."""

    root: Path
    settings: Settings
    key: bytes

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "phieu.sqlite3"

    @property
    def scans(self) -> Path:
        """Original bytes of scans, named by content hash."""
        return self.root / "scans"

    @property
    def out(self) -> Path:
        """Print files, notices, lists."""
        return self.root / "out"

    @property
    def layouts(self) -> Path:
        """Every layout that was ever printed from: old sheets are read with their own."""
        return self.root / "layouts"

    @property
    def templates(self) -> Path:
        """The folder of sets of forms."""
        given = self.settings.templates
        return DEFAULT_TEMPLATES if given is None else self.root / given


def create_workspace(root: Path, set_id: str, *, key: bytes | None = None) -> Workspace:
    """Make a new workspace folder.

    ``key`` is given by the demo only, whose printed sheets come with the program; every office
    draws its own. Raises BadInput when there is one already or no such set of forms.
    """
    if (root / SETTINGS_FILE).exists():
        raise BadInput(f"{root} đã là thư mục làm việc (có {SETTINGS_FILE}); không tạo lại.")
    if not (DEFAULT_TEMPLATES / set_id / "set.yaml").is_file():
        known = ", ".join(sorted(path.parent.name for path in DEFAULT_TEMPLATES.glob("*/set.yaml")))
        raise BadInput(f"Không có bộ biểu mẫu “{set_id}”. Hiện có: {known}.")
    for folder in ("scans", "out", "archive", "layouts"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    key_file = root / KEY_FILE
    key_file.touch(mode=0o600)
    key_file.write_text((key or secrets.token_bytes(32)).hex() + "\n", encoding="ascii")
    (root / SETTINGS_FILE).write_text(_NEW_SETTINGS.format(set_id=set_id), encoding="utf-8")
    return open_workspace(root)


def find_workspace(given: Path | None) -> Path:
    """The folder named by ``--workspace``, else PHIEU_WORKSPACE, else the current one."""
    return given or Path(os.environ.get("PHIEU_WORKSPACE") or Path.cwd())


def open_workspace(root: Path) -> Workspace:
    """Open a workspace. Raises BadInput when the folder is none or its settings are wrong."""
    settings_file, key_file = root / SETTINGS_FILE, root / KEY_FILE
    if not settings_file.is_file():
        raise BadInput(
            f"{root} không phải thư mục làm việc của phieu (thiếu {SETTINGS_FILE}). "
            "Tạo mới: phieu init THƯ_MỤC, hoặc chỉ ra bằng --workspace."
        )
    try:
        settings = Settings.model_validate(tomllib.loads(settings_file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{settings_file}: không đọc được ({error}).") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise BadInput(f"{settings_file}: sai cấu hình – {faults}.") from error
    try:
        key = bytes.fromhex(key_file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{key_file}: thiếu hoặc hỏng khóa mã phiếu. Lấy lại từ bản sao lưu của thư mục làm "
            "việc; không có khóa cũ thì không nhận được phiếu đã in."
        ) from error
    return Workspace(root, settings, key)
