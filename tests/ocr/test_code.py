"""The code of a page: what is printed is what is read, and nothing altered passes."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ocr.code import ALPHABET, CHECK_LENGTH, PageCode, is_genuine, parse_code, signed

KEY = b"the office's key of this test"
NAMES = string.digits + string.ascii_uppercase

CODES = st.builds(
    PageCode,
    set_code=st.text(NAMES, min_size=1, max_size=8),
    form=st.text(NAMES, min_size=1, max_size=6),
    version=st.text(NAMES, min_size=1, max_size=8),
    sheet_id=st.text(ALPHABET, min_size=10, max_size=10),
    page=st.integers(1, 99),
).map(lambda code: signed(code, KEY))


@given(CODES)
def test_what_is_printed_is_what_is_read(code: PageCode) -> None:
    assert parse_code(code.text) == code
    assert is_genuine(code, KEY)


@given(CODES)
def test_codes_fit_the_alphanumeric_mode_of_qr(code: PageCode) -> None:
    assert set(code.text) <= set(string.digits + string.ascii_uppercase + " $%*+-./:")


@given(CODES)
def test_typing_is_forgiven_case_blanks_and_look_alikes(code: PageCode) -> None:
    groups = code.text.split(".")
    for index in (4, 6):
        groups[index] = groups[index].replace("1", "l").replace("0", "o")
    typed = " . ".join(groups).lower()
    assert parse_code(f" {typed} ") == code


@given(CODES, st.data())
def test_one_altered_character_never_verifies(code: PageCode, data: st.DataObject) -> None:
    """By chance one in 2**25 would; hypothesis draws a few hundred."""
    position = data.draw(st.integers(0, len(code.text) - 1))
    other = data.draw(st.sampled_from(NAMES + ".- "))
    altered = code.text[:position] + other + code.text[position + 1 :]
    read = parse_code(altered)
    assume(read != code)  # the same character, or one that typing is forgiven
    assert read is None or not is_genuine(read, KEY)


@given(CODES, st.data())
def test_two_swapped_characters_never_verify(code: PageCode, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(code.text) - 2))
    text = list(code.text)
    text[first], text[first + 1] = text[first + 1], text[first]
    read = parse_code("".join(text))
    assume(read != code)
    assert read is None or not is_genuine(read, KEY)


@given(CODES, st.binary(min_size=1, max_size=32))
def test_codes_of_another_office_do_not_pass(code: PageCode, key: bytes) -> None:
    assume(key != KEY)
    assert not is_genuine(code, key)


@given(CODES, st.integers(1, 99))
def test_the_check_belongs_to_its_page(code: PageCode, page: int) -> None:
    assume(page != code.page)
    moved = PageCode(code.set_code, code.form, code.version, code.sheet_id, page, code.check)
    assert not is_genuine(moved, KEY)


@given(st.text(max_size=60))
def test_any_other_text_is_no_code(text: str) -> None:
    read = parse_code(text)
    assert read is None or len(read.check) == CHECK_LENGTH


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org/",
        "P2.LB21.03B.K7Q2M9.7K3QF9XM2A.1.X7K2P",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2A.0.X7K2P",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2A.01.X7K2P",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2A.100.X7K2P",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2.1.X7K2P",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2U.1.X7K2P",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2A.1.X7K2P.",
        "P1.LB21.03B.K7Q2M9.7K3QF9XM2A.1",
    ],
)
def test_wrong_shapes(text: str) -> None:
    assert parse_code(text) is None


def test_the_check_is_hmac_sha256_in_base_32() -> None:
    """Computed once with another program: openssl dgst -sha256 -hmac."""
    code = signed(PageCode("LB21", "03B", "K7Q2M9", "7K3QF9XM2A", 1), b"khoa")
    assert code.body == "P1.LB21.03B.K7Q2M9.7K3QF9XM2A.1"
    assert code.check == "RG28X"
