"""``phieu`` as a user runs it, without the cost of a new interpreter."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.store.connection import close_store


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run ``phieu`` with these words."""

    def run_phieu(*words: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["phieu", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        close_store()
        captured = capsysbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, captured.out.decode("utf-8"), captured.err.decode("utf-8"))

    return run_phieu


@pytest.fixture
def office(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace, found by PHIEU_WORKSPACE."""
    root = tmp_path / "office"
    assert run("init", root).code == 0
    monkeypatch.setenv("PHIEU_WORKSPACE", str(root))
    return root
