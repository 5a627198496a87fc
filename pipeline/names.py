"""Vietnamese order of names: by tên, then họ, then đệm, letters before tones.

Letters a ă â b c d đ e ê ... o ô ơ ... u ư ... y, tones none, huyền, hỏi, ngã, sắc, nặng: the rules
of CLDR ``vi`` (https://unicode.org/cldr/charts/48/collation/vi.html), applied syllable by syllable.
Where the tone stands in a syllable (Hoà, Hòa) makes no difference.
"""

import unicodedata
from collections.abc import Iterable
from typing import TypeAlias

from pipeline.people import Person

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTERS = {letter: rank for rank, letter in enumerate(_ALPHABET, start=1)}
_AFTER_Z = len(_ALPHABET) + 1
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# Marks that make another letter, not a tone: breve, circumflex, horn.
_LETTER_MARKS = frozenset("\u0306\u0302\u031b")

Syllable: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Ranks of the letters, then the tones."""
NameKey: TypeAlias = tuple[Syllable, ...]


def sort_key(full_name: str) -> NameKey:
    """The key that sorts full names: the last syllable, then the others from the first on.

    The surname is taken to be the first syllable; one of two syllables sorts the same way, as its
    second comes next. Capitals, Unicode form, blanks, hyphens and apostrophes do not count.
    """
    syllables = [key for part in full_name.split() if (key := _syllable(part))[0]]
    return (*syllables[-1:], *syllables[:-1])


def _syllable(text: str) -> Syllable:
    parts = unicodedata.normalize("NFD", text.lower())
    tones = tuple(_TONES[part] for part in parts if part in _TONES)
    kept = (c for c in parts if c in _LETTER_MARKS or not unicodedata.combining(c))
    letters = unicodedata.normalize("NFC", "".join(kept))
    return tuple(_rank(c) for c in letters if c.isalpha() or c.isdecimal()), tones


def _rank(char: str) -> int:
    """Digits before letters, letters outside the alphabet behind it."""
    return int(char) - 10 if char.isdecimal() else _LETTERS.get(char, _AFTER_Z + ord(char))


def people_in_order(people: Iterable[Person]) -> tuple[Person, ...]:
    """People as lists print them: the office's own order, else the order of names.

    As soon as one of them has an ``order`` it rules, and who has none comes after, by name. Equal
    people keep the order they come in.
    """
    by_name = sorted(people, key=lambda person: sort_key(person.full_name))
    return tuple(sorted(by_name, key=lambda person: (person.order is None, person.order or 0)))
