"""The answers a reviewer may give, each with its key.

Keys are named by where they are on the keyboard (``event.code``): the digits of the top row and of
the number pad alike, whatever the layout. The values of a set are 1, 2, ... in its order; the digit
after the last is "nothing there", 0 is "cannot be told". A set with more than eight values has
buttons only for the rest. Of a total the digits are the number itself, so there letters serve.
"""

from dataclasses import dataclass

from pipeline.forms.sets import FormSet
from pipeline.scans.decide import ABSENT, EMPTY, PRESENT, SEEN, UNCLEAR
from pipeline.scans.waiting import Kind
from pipeline.work.review_items import Item
from pipeline.work.review_screen import can_accept, value_words

ENTER = "Enter NumpadEnter"


@dataclass(frozen=True, slots=True)
class Button:
    """An answer. ``codes`` are the keys' codes with spaces between, ``key`` what is shown."""

    value: str
    label: str
    key: str
    codes: str


def answers(form_set: FormSet, item: Item) -> tuple[Button, ...]:
    """The answers there are to an item, in the order of their keys."""
    match item.kind:
        case Kind.CHOICE | Kind.OVERALL:
            values = [(value.option_id, value.label) for value in form_set.values]
            found = [_digit(at, *each) for at, each in enumerate([*values, (EMPTY, "Trống")], 1)]
            return (*found, _digit(0, UNCLEAR, "Không rõ"))
        case Kind.TOTAL:
            return (
                Button(EMPTY, "Trống", "T", "KeyT NumpadSubtract"),
                Button(UNCLEAR, "Không rõ", "K", "KeyK NumpadMultiply"),
            )
        case Kind.SIGNATURE:
            return (
                _digit(1, PRESENT, "Có chữ ký"),
                _digit(2, ABSENT, "Không có"),
                _digit(0, UNCLEAR, "Không rõ"),
            )
        case Kind.SHEET:
            return (
                Button(SEEN, "Chấp nhận", "Enter", ENTER),
                _digit(0, UNCLEAR, "Không rõ, để người khác xem"),
            )
        case _:
            return ()


def accept(form_set: FormSet, item: Item) -> Button | None:
    """Taking over what the machine proposes, if it proposes something."""
    if not can_accept(item.kind, item.code, item.proposal):
        return None
    words = value_words(form_set, item.kind, item.proposal)
    return Button(item.proposal, f"Nhận “{words}”", "Enter", ENTER)


def _digit(at: int, value: str, label: str) -> Button:
    if at > 9:
        return Button(value, label, "", "")
    return Button(value, label, str(at), f"Digit{at} Numpad{at}")
