"""A defect mixed into a clean photo."""

# H W pixels, 3 red, green, blue

import numpy as np

from trainer.distortion.defects import Pixels
from trainer.distortion.regions import Weights


def blend(clean_HW3: Pixels, spoilt_HW3: Pixels, weights_HW: Weights) -> Pixels:
    """From one picture to the other by weights."""
    weights_HW1 = weights_HW[..., None]
    mixed_HW3 = clean_HW3 + weights_HW1 * (spoilt_HW3.astype(np.float32) - clean_HW3)
    rounded_HW3: Pixels = np.rint(mixed_HW3).astype(np.uint8)
    return rounded_HW3
