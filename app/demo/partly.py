"""Photographs that are spoilt in one part only: one for every kind of defect with a name."""

# H W pixels, 3 red, green, blue

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from app.demo.degrade import blurred, noisy, overcompressed, overexposed, underexposed

_MOTION_PX = 21
_CAST = np.array([0.62, 1.12, 0.72])  # of red, green and blue
_FEATHER = 0.03  # of the longer side


@dataclass(frozen=True, slots=True, kw_only=True)
class PartlySpoilt:
    """Which photograph is spoilt how, in an ellipse; its box is left, top, right, bottom in shares.

    `fault` is part of the file's name, `kind` is what a map of defects calls it.
    """

    photograph: str
    fault: str
    kind: str
    where: str
    box: tuple[float, float, float, float]
    spoil: Callable[[np.ndarray], np.ndarray]

    @property
    def file_name(self) -> str:
        """Such as cat-partly-noisy.png."""
        return f"{self.photograph}-partly-{self.fault}.png"

    def apply(self, pixels_HW3: np.ndarray) -> np.ndarray:
        """The photograph with that part spoilt, the edge soft."""
        height, width = pixels_HW3.shape[:2]
        mask = Image.new("L", (width, height))
        left, top, right, bottom = self.box
        corners = (left * width, top * height, right * width, bottom * height)
        ImageDraw.Draw(mask).ellipse(corners, fill=255)
        soft = mask.filter(ImageFilter.GaussianBlur(_FEATHER * max(width, height)))
        spoilt = Image.fromarray(self.spoil(pixels_HW3))
        return np.asarray(Image.composite(spoilt, Image.fromarray(pixels_HW3), soft))


def moved(pixels_HW3: np.ndarray) -> np.ndarray:
    """The camera moved sideways during the exposure."""
    padded = np.pad(
        pixels_HW3.astype(np.float64), ((0, 0), (_MOTION_PX // 2,) * 2, (0, 0)), mode="edge"
    )
    width = pixels_HW3.shape[1]
    steps = [padded[:, step : step + width] for step in range(_MOTION_PX)]
    smeared_HW3: np.ndarray = np.rint(np.mean(steps, axis=0)).astype(np.uint8)
    return smeared_HW3


def greenish(pixels_HW3: np.ndarray) -> np.ndarray:
    """Under the wrong light."""
    tinted_HW3: np.ndarray = np.clip(np.rint(pixels_HW3 * _CAST), 0, 255).astype(np.uint8)
    return tinted_HW3


PARTLY_SPOILT: tuple[PartlySpoilt, ...] = (
    PartlySpoilt(
        photograph="coffee",
        fault="blurred",
        kind="blur",
        where="lower right",
        box=(0.5, 0.45, 1.0, 1.0),
        spoil=blurred,
    ),
    PartlySpoilt(
        photograph="motorcycle",
        fault="moved",
        kind="motion blur",
        where="lower left",
        box=(0.0, 0.45, 0.48, 1.0),
        spoil=moved,
    ),
    PartlySpoilt(
        photograph="cat",
        fault="noisy",
        kind="noise",
        where="right",
        box=(0.55, 0.2, 1.0, 0.8),
        spoil=noisy,
    ),
    PartlySpoilt(
        photograph="astronaut",
        fault="overcompressed",
        kind="compression",
        where="lower left",
        box=(0.0, 0.5, 0.5, 1.0),
        spoil=overcompressed,
    ),
    PartlySpoilt(
        photograph="motorcycle",
        fault="overexposed",
        kind="over-exposure",
        where="upper left",
        box=(0.0, 0.0, 0.48, 0.55),
        spoil=overexposed,
    ),
    PartlySpoilt(
        photograph="cat",
        fault="underexposed",
        kind="under-exposure",
        where="left",
        box=(0.0, 0.2, 0.45, 0.85),
        spoil=underexposed,
    ),
    PartlySpoilt(
        photograph="cat",
        fault="greenish",
        kind="colour cast or haze",
        where="lower left",
        box=(0.0, 0.5, 0.5, 1.0),
        spoil=greenish,
    ),
)
