"""Plain facts of a photo that can be said in words: how bright, how even, how colourful it is."""

# H W pixels, N photos, Q facts

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.certainty.familiarity import Odd

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as JPEG has it
_SEEN_PX = 32
_USUAL = (0.005, 0.995)
_LEAST_LONG = 2.0  # sides of 2 : 1; what is less long is no odd shape
_WORDS: tuple[tuple[Odd | None, Odd | None], ...] = (
    ("darker", "brighter"),
    ("flatter", None),
    ("greyer", "more_colourful"),
    ("smaller", None),  # larger ones are reduced before anything looks at them
    (None, "longer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """Brightness and contrast (mean and standard deviation of luma), colour (mean chroma), of 255.

    `short_side_px` is that of the photo itself; `aspect` its longer side by its shorter.

    >>> import numpy as np
    >>> from engine.certainty.photo_facts import PhotoFacts
    >>> PhotoFacts.of(np.full((40, 60, 3), 51, np.uint8), width_px=6000, height_px=4000)
    PhotoFacts(brightness=51.0, contrast=0.0, colour=0.0, short_side_px=4000.0, aspect=1.5)
    """

    brightness: float
    contrast: float
    colour: float
    short_side_px: float
    aspect: float

    @classmethod
    def of(cls, photo_HW3: npt.NDArray[np.uint8], *, width_px: int, height_px: int) -> Self:
        """Of a photo reduced to any size, which was of that size before; every nth pixel counts."""
        step = max(1, min(photo_HW3.shape[:2]) // _SEEN_PX)
        seen_HW3 = photo_HW3[::step, ::step].astype(np.float32)
        luma_HW = seen_HW3 @ _LUMA
        red_HW, green_HW, blue_HW = (seen_HW3[..., channel] for channel in range(3))
        most_HW = np.maximum(np.maximum(red_HW, green_HW), blue_HW)
        chroma_HW = most_HW - np.minimum(np.minimum(red_HW, green_HW), blue_HW)
        return cls(
            brightness=round(float(luma_HW.mean()), 3),
            contrast=round(float(luma_HW.std()), 3),
            colour=round(float(chroma_HW.mean()), 3),
            short_side_px=float(min(width_px, height_px)),
            aspect=max(width_px, height_px) / min(width_px, height_px),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualFacts:
    """Between which values the facts of 99 in 100 training photos lie, in `PhotoFacts`' order.

    >>> from engine.certainty.photo_facts import PhotoFacts, UsualFacts
    >>> def grey(brightness):
    ...     return PhotoFacts(
    ...         brightness=brightness, contrast=50.0, colour=0.0, short_side_px=512.0, aspect=1.5
    ...     )
    >>> usual = UsualFacts.of([grey(80.0), grey(90.0), grey(160.0)])
    >>> usual.odd(grey(20.0)), usual.odd(grey(100.0))
    (('darker',), ())
    """

    low_Q: tuple[float, ...]
    high_Q: tuple[float, ...]

    @classmethod
    def of(cls, photos: Sequence[PhotoFacts]) -> Self:
        """Of training photos; at least one."""
        low_Q, high_Q = np.quantile(np.array([astuple(one) for one in photos]), _USUAL, axis=0)
        return cls(low_Q=tuple(low_Q.tolist()), high_Q=tuple(high_Q.tolist()))

    def odd(self, facts: PhotoFacts) -> tuple[Odd, ...]:
        """What of the photo lies outside, in words."""
        found: list[Odd] = []
        for value, low, high, (below, above) in zip(
            astuple(facts), self.low_Q, self.high_Q, _WORDS, strict=True
        ):
            if below is not None and value < low:
                found.append(below)
            if above is not None and value > (
                max(high, _LEAST_LONG) if above == "longer" else high
            ):
                found.append(above)
        return tuple(found)
