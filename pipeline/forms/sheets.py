"""The identity of printed sheets: ids that tell nothing about the person, and page codes."""

import hashlib
import hmac

from ocr.code import SHEET_ID_LENGTH, PageCode, base32, signed
from ocr.layout import Layout
from pipeline.periods import Period


def sheet_id(key: bytes, layout: Layout, period: Period, person_id: str) -> str:
    """The id of one person's sheet of one form and period: 10 digits of base 32 (50 bits).

    An HMAC-SHA256 under the office's key: it cannot be computed back to the person, and printing
    the same sheet again gives the same id. A new version of the form gives a new one.
    """
    parts = (*layout.key, str(period), person_id)
    # A length before each part: no two lists of parts make one message.
    message = b"".join(
        len(encoded).to_bytes(4, "big") + encoded for encoded in (p.encode() for p in parts)
    )
    return base32(hmac.new(key, message, hashlib.sha256).digest(), SHEET_ID_LENGTH)


def page_codes(key: bytes, layout: Layout, sheet: str) -> tuple[PageCode, ...]:
    """The signed codes of all pages of a sheet, in order."""
    return tuple(
        signed(PageCode(layout.set_code, layout.form, layout.version, sheet, page.number), key)
        for page in layout.pages
    )
