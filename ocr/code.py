"""The code of a printed page: what its QR carries and what is printed beside it to be typed.

Grammar, 7 groups joined by full stops, all in the alphanumeric mode of QR codes::

    P1.LB21.03B.K7Q2M9.7K3QF9XM2A.1.X7K2P
    |  |    |   |      |          | check: 25 bits of an HMAC-SHA256 over all before it
    |  |    |   |      |          page number, 1-based
    |  |    |   |      sheet id: opaque, one printed copy
    |  |    |   form version: what its geometry hashes to
    |  |    form
    |  set of forms (regulation), by its short code
    version of this grammar

No name, no birth date. The key of the check belongs to the office that prints, so a code that was
altered, mistyped or made elsewhere does not pass (one in 2**25 by chance).
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, replace

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that print and hand cannot confuse them with 1 and 0."""

MISREAD = str.maketrans("ILO", "110")
"""What people type, and what they mean."""

GRAMMAR = "P1"
CHECK_LENGTH = 5
SHEET_ID_LENGTH = 10

_SHAPE = re.compile(
    r"P1\.(?P<set_code>[0-9A-Z]{1,8})\.(?P<form>[0-9A-Z]{1,6})\.(?P<version>[0-9A-Z]{1,8})"
    rf"\.(?P<sheet_id>[{ALPHABET}]{{{SHEET_ID_LENGTH}}})\.(?P<page>[1-9][0-9]?)"
    rf"\.(?P<check>[{ALPHABET}]{{{CHECK_LENGTH}}})"
)


@dataclass(frozen=True, slots=True)
class PageCode:
    """What the code of one page says. ``page`` is 1-based."""

    set_code: str
    form: str
    version: str
    sheet_id: str
    page: int
    check: str = ""

    @property
    def body(self) -> str:
        """All that the check covers."""
        return ".".join(
            (GRAMMAR, self.set_code, self.form, self.version, self.sheet_id, str(self.page))
        )

    @property
    def text(self) -> str:
        """The whole code as printed."""
        return f"{self.body}.{self.check}"


def base32(digest: bytes, length: int) -> str:
    """The first ``length`` base-32 digits (5 bits each) of a digest, in :data:`ALPHABET`."""
    number = int.from_bytes(digest, "big")
    top = len(digest) * 8
    return "".join(ALPHABET[(number >> (top - 5 * (i + 1))) & 31] for i in range(length))


def signed(code: PageCode, key: bytes) -> PageCode:
    """The code with its check filled in."""
    digest = hmac.new(key, code.body.encode("ascii"), hashlib.sha256).digest()
    return replace(code, check=base32(digest, CHECK_LENGTH))


def is_genuine(code: PageCode, key: bytes) -> bool:
    """Whether the check was made with this key over this content."""
    return hmac.compare_digest(signed(code, key).check, code.check)


def parse_code(text: str) -> PageCode | None:
    """Read a code as decoded from a QR or typed by a person; None when it has not the shape.

    Typing is forgiven small letters, blanks around, and I, L, O for 1, 1, 0 in the parts that
    use :data:`ALPHABET`. Whether the code is genuine is another question: :func:`is_genuine`.
    """
    groups = "".join(text.split()).upper().split(".")
    if len(groups) == 7:
        for index in (4, 6):
            groups[index] = groups[index].translate(MISREAD)
    found = _SHAPE.fullmatch(".".join(groups))
    if found is None:
        return None
    parts = found.groupdict()
    return PageCode(
        parts["set_code"],
        parts["form"],
        parts["version"],
        parts["sheet_id"],
        int(parts["page"]),
        parts["check"],
    )
