"""Every code that is documented has words for those who work with the screens."""

import re
from pathlib import Path

import pytest

from pipeline.scans.code_words import FLAG_WORDS, REJECT_WORDS, WITHOUT_WORDS

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "messages.md").read_text("utf-8")


def _codes(heading: str) -> list[str]:
    section = DOCUMENT.split(f"## {heading}")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


@pytest.mark.parametrize("code", _codes("Flags"))
def test_every_flag_has_words(code: str) -> None:
    assert FLAG_WORDS[code] != WITHOUT_WORDS


@pytest.mark.parametrize("code", _codes("Rejects"))
def test_every_reject_has_words(code: str) -> None:
    assert REJECT_WORDS[code] != WITHOUT_WORDS


def test_words_are_sentences_to_act_on() -> None:
    for words in (*FLAG_WORDS.values(), *REJECT_WORDS.values()):
        assert words.what[0].isupper()
        assert words.do.endswith(".")
