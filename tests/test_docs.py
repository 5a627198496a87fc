"""The README is true: its commands run as they stand, in order, and its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.main import phieu

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _blocks(document: Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", document.read_text(encoding="utf-8"), re.M | re.S)


def test_the_worked_day_runs_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    environment = dict(os.environ)
    run = 0
    for block in _blocks(ROOT / "README.md"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["export"]:
                name, value = words[1].split("=", 1)
                environment[name] = value
            elif words[:1] == ["phieu"]:
                ended = subprocess.run(
                    [sys.executable, "-m", "pipeline.cli", *words[1:]],
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert ended.returncode in (0, 5), f"{line}\n{ended.stderr}"
                run += 1
    assert run >= 10
    assert (tmp_path / "readings.xlsx").stat().st_size > 10_000
    assert (tmp_path / "demo" / "out" / "page-read.png").is_file()


def _commands(group: object, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = getattr(group, "commands", {})
    if not below:
        return [words]
    for_people = {name: command for name, command in below.items() if not command.hidden}
    return [w for name, command in for_people.items() for w in _commands(command, (*words, name))]


@pytest.mark.parametrize("words", _commands(phieu), ids=" ".join)
def test_every_command_is_in_the_readme_or_the_guide(words: tuple[str, ...]) -> None:
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert f"phieu {' '.join(words)}" in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (document.parent / t).exists()]
    assert missing == []


def test_every_flag_and_reject_code_is_explained() -> None:
    """Every code that the program can give stands in docs/messages.md."""
    sources = [*ROOT.glob("ocr/*.py"), *ROOT.glob("pipeline/**/*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    given = set(re.findall(r'(?:Flag|Reject|Defect|FileRefused)\(\s*"([a-z_]+)"', code))
    given |= set(re.findall(r'^\s+MarkState\.\w+: \("([a-z_]+)"', code, re.M))
    assert len(given) >= 15
    explained = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert sorted(name for name in given if f"`{name}`" not in explained) == []


def test_the_table_of_rules_is_true() -> None:
    """All 33 rules, and every file and test it names is there."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (R-000-\d\d) \|(.*)$", text, re.M)
    assert [rule for rule, _ in rows] == [f"R-000-{number:02d}" for number in range(1, 34)]
    for rule, row in rows:
        for name in re.findall(r"`([^`]+/[^`]+)`", row):
            path, _, function = name.partition("::")
            assert (ROOT / path).is_file(), f"{rule}: {path}"
            if function:
                assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), rule
