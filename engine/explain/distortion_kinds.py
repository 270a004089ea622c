"""The kinds of visible defects that a distortion map tells apart."""

from typing import Literal, get_args

Kind = Literal[
    "blur",
    "motion blur",
    "noise",
    "compression",
    "over-exposure",
    "under-exposure",
    "colour cast or haze",
]

# A file of a defect network states its own kinds, so that the list may grow.
KINDS: tuple[Kind, ...] = get_args(Kind)
