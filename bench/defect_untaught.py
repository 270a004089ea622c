"""Six kinds of defects that are never planted to teach: does the network see them all the same?"""

# H W pixels, 3 red, green, blue

import numpy as np
from scipy import ndimage

from bench.defect_planting import Defect, Pixels, rounded
from bench.untaught_defects import UNTAUGHT


def _ghosted(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Seen double: the same picture again, moved, as a second exposure leaves it."""
    angle, far_px = rng.uniform(0, 2 * np.pi), 5 + 14 * strength
    shift = (far_px * np.sin(angle), far_px * np.cos(angle), 0)
    twice = ndimage.shift(photo_HW3.astype(np.float64), shift, order=1, mode="reflect")
    share = 0.25 + 0.25 * strength
    return rounded((1 - share) * photo_HW3 + share * twice)


def _torn(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Rows moved sideways, each by its own step, as a bad line tears a picture."""
    torn_HW3 = photo_HW3.copy()
    rows_px = int(rng.integers(1, 4))
    for top in range(0, len(photo_HW3), rows_px):
        move = round(float(rng.normal(0, 1.5 + 6 * strength)))
        torn_HW3[top : top + rows_px] = np.roll(photo_HW3[top : top + rows_px], move, axis=1)
    return torn_HW3


def _oversharpened(photo_HW3: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Sharpened until edges have bright and dark rims."""
    photo = photo_HW3.astype(np.float64)
    sigma_px = rng.uniform(1.0, 2.5)
    soft = ndimage.gaussian_filter(photo, (sigma_px, sigma_px, 0))
    return rounded(photo + (0.8 + 4 * strength) * (photo - soft))


NEVER_TAUGHT: dict[str, Defect] = {
    **UNTAUGHT,
    "double image": _ghosted,
    "torn rows": _torn,
    "over-sharpening": _oversharpened,
}
