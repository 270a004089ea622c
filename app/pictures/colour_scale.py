"""The one colour scale of scores and overlays, without the slow import of matplotlib."""

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

_NUM_COLOURS = 256


@cache
def colour_table() -> npt.NDArray[np.uint8]:
    """Inferno as (256, 3) RGB from none to strong: perceptually even, colour-blind-safe.

    The same colours as in app/explain_picture.py.
    """
    text = (files("resources.colours") / "inferno.txt").read_text(encoding="utf-8")
    rows = [bytes.fromhex(line) for line in text.splitlines() if not line.startswith("#")]
    table = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(_NUM_COLOURS, 3)
    assert not table.flags.writeable
    return table


def colour_of(score_0_100: float) -> tuple[int, int, int]:
    """The colour of a score; what lies outside the scale takes the colour of its end."""
    share = min(max(score_0_100 / 100.0, 0.0), 1.0)
    red, green, blue = colour_table()[round(share * (_NUM_COLOURS - 1))]
    return int(red), int(green), int(blue)
