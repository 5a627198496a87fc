"""A workspace: made, found, opened; every fault of its settings is said in words."""

from pathlib import Path

import pytest

from pipeline.config import (
    KEY_FILE,
    SETTINGS_FILE,
    create_workspace,
    find_workspace,
    open_workspace,
)
from pipeline.errors import BadInput


def test_new_workspaces_have_different_keys_only_their_owner_can_read(tmp_path: Path) -> None:
    one = create_workspace(tmp_path / "one", "long_bien_2021")
    two = create_workspace(tmp_path / "two", "long_bien_2021")
    assert one.key != two.key
    assert len(one.key) == 32
    assert (one.root / KEY_FILE).stat().st_mode & 0o077 == 0
    assert open_workspace(one.root) == one


def test_a_workspace_is_never_made_over_another(tmp_path: Path) -> None:
    key = create_workspace(tmp_path, "long_bien_2021").key
    with pytest.raises(BadInput, match="không tạo lại"):
        create_workspace(tmp_path, "long_bien_2021")
    assert open_workspace(tmp_path).key == key


def test_an_unknown_set_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"“hue_2030”.*long_bien_2021"):
        create_workspace(tmp_path / "w", "hue_2030")
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("set = ", "không đọc được"),
        ('set = "long_bien_2021"\n[limits]\nmax_file_mb = 0\n', "max_file_mb"),
        ('set = "long_bien_2021"\nspeed = 3\n', "speed"),
        ("", "set"),
    ],
)
def test_wrong_settings_name_the_key(tmp_path: Path, settings: str, complaint: str) -> None:
    create_workspace(tmp_path, "long_bien_2021")
    (tmp_path / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    with pytest.raises(BadInput, match=complaint):
        open_workspace(tmp_path)


def test_a_lost_key_is_said_with_its_consequence(tmp_path: Path) -> None:
    create_workspace(tmp_path, "long_bien_2021")
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(BadInput, match="bản sao lưu"):
        open_workspace(tmp_path)


def test_workspace_is_the_option_then_the_environment_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PHIEU_WORKSPACE", raising=False)
    assert find_workspace(None) == tmp_path
    monkeypatch.setenv("PHIEU_WORKSPACE", "/office")
    assert find_workspace(None) == Path("/office")
    assert find_workspace(Path("given")) == Path("given")


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="phieu init"):
        open_workspace(tmp_path)
