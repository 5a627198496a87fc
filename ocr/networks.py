"""The fitted networks of the reader: files in ``weights``, loaded once a process."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).parent / "weights"

STROKES, PICTURE = "marks_strokes", "marks_picture"
TRACES, CONTEXT = "marks_traces", "marks_context"
DIGITS = "digits"

ALL = (STROKES, PICTURE, TRACES, CONTEXT, DIGITS)
"""The names of the networks; ``training/README.md`` says what they are and where they come from."""

JOINT = WEIGHTS / "marks.json"
"""How the first two measures of a mark are weighed, see :class:`ocr.doubt.Joint`."""


class BrokenWeights(Exception):
    """A file of weights is missing or damaged: the installation is not whole."""


def check_weights() -> None:
    """Load all networks. Raises BrokenWeights, naming the file, when a file is missing or cannot be
    loaded: better before the first page than as a fault of every page."""
    for name in ALL:
        _network(name)
    if not JOINT.is_file():
        raise BrokenWeights(JOINT.name)


def answer(name: str, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What a network says, (n, outputs), of n inputs of its shape. Raises BrokenWeights."""
    network = _network(name)
    network.setInput(inputs)
    return np.asarray(network.forward(), np.float32)


@cache
def _network(name: str) -> cv2.dnn.Net:
    path = WEIGHTS / f"{name}.onnx"
    # The classic engine: the new one takes 1.7 times as long for so small networks.
    try:
        return cv2.dnn.readNetFromONNX(str(path), cv2.dnn.ENGINE_CLASSIC)
    except cv2.error as error:
        raise BrokenWeights(path.name) from error
