"""Letters that somebody writes into a cell instead of a mark: a word, an initial, a query."""

import numpy as np

from training.strokes import Strokes, smooth

Drawn = tuple[tuple[tuple[float, float], ...], ...]

LETTERS: dict[str, Drawn] = {
    "K": (((-0.5, -1), (-0.5, 1)), ((0.5, -1), (-0.45, 0.1), (0.55, 1))),
    "H": (((-0.5, -1), (-0.5, 1)), ((0.5, -1), (0.5, 1)), ((-0.5, 0), (0.5, 0))),
    "R": (((-0.5, 1), (-0.5, -1), (0.4, -0.8), (0.4, -0.2), (-0.45, 0), (0.5, 1)),),
    "B": (((-0.5, -1), (-0.5, 1)), ((-0.5, -1), (0.4, -0.7), (-0.4, 0), (0.5, 0.5), (-0.5, 1))),
    "E": (((0.5, -1), (-0.4, -0.9), (-0.5, 0), (-0.4, 0.95), (0.5, 1)), ((-0.45, 0), (0.3, 0))),
    "S": (((0.5, -0.8), (0, -1), (-0.5, -0.5), (0.5, 0.5), (0, 1), (-0.5, 0.8)),),
    "Đ": (
        ((-0.5, -1), (-0.5, 1), (0.3, 0.8), (0.6, 0), (0.3, -0.8), (-0.5, -1)),
        ((-0.8, 0), (-0.2, 0)),
    ),
    "A": (((-0.6, 1), (0, -1), (0.6, 1)), ((-0.35, 0.3), (0.35, 0.3))),
    "N": (((-0.5, 1), (-0.5, -1), (0.5, 1), (0.5, -1)),),
    "?": (((-0.4, -0.6), (0, -1), (0.45, -0.6), (0.05, 0), (0, 0.4)), ((0, 0.9), (0.05, 1))),
    "C": (((0.5, -0.7), (0, -1), (-0.55, 0), (0, 1), (0.5, 0.7)),),
    "T": (((-0.6, -1), (0.6, -1)), ((0, -1), (0, 1))),
    "h": (((-0.3, -1), (-0.3, 1)), ((-0.3, 0.2), (0.1, -0.1), (0.3, 0.3), (0.3, 1))),
    "n": (((-0.3, 0), (-0.3, 1)), ((-0.3, 0.3), (0.1, 0), (0.3, 0.3), (0.3, 1))),
    "o": (((0.3, 0.2), (-0.1, 0), (-0.35, 0.5), (0, 1), (0.35, 0.5), (0.25, 0.1)),),
    "g": (((0.3, 0.1), (-0.3, 0.2), (-0.2, 0.7), (0.3, 0.5), (0.3, 0.1), (0.3, 1.3), (-0.3, 1.5)),),
}
"""Letter -> its strokes, capitals from -1 (top) to 1 (bottom)."""

WORDS = ("K", "K", "K", "H", "R", "B", "E", "S", "Đ", "A", "N", "?")
"""What stands alone. A C, a T or an o alone is no other than a ring or a cross."""

MORE = ("Kh", "KĐ", "CĐ", "KT", "TH", "Ko", "Kho", "Kg", "Hong", "oK", "no", "Co")
"""And what stands together."""


def letters(rng: np.random.Generator) -> Strokes:
    """One to four letters, 2 to 6 mm high, leaning as the hand's, about (0, 0); mm."""
    word = str(rng.choice(WORDS if rng.random() < 0.6 else MORE))
    half = rng.uniform(1.0, 3.0 if len(word) == 1 else 2.0)
    wide, lean = rng.uniform(0.6, 1.2), rng.normal(0.1, 0.2)
    step = half * wide * rng.uniform(1.0, 1.4)
    strokes = []
    for index, letter in enumerate(word):
        middle = step * (index - (len(word) - 1) / 2)
        for drawn in LETTERS[letter]:
            knots = np.array(drawn) * (half * wide, half)
            knots[:, 0] += middle - lean * knots[:, 1]
            strokes.append(smooth(knots, rng, 0.05 * half))
    return strokes
