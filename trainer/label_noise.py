"""Noise on the labels that a run learns from, to see how much its losses bear (Table 16)."""

# N photos

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def with_label_noise(
    rated_N: Floats, train: Sequence[int], *, std_points: float, seed: Sequence[int]
) -> Floats:
    """The labels (0-100), those of the training photos disturbed and kept within 0-100.

    The noise is Gaussian with a standard deviation of `std_points`, and drawn for all photos, so
    that a photo's does not depend on which others are in its part.
    """
    noise_N = np.random.default_rng(list(seed)).normal(0.0, std_points, len(rated_N))
    disturbed_N: Floats = rated_N.copy()
    indices = np.asarray(train, np.int64)
    disturbed_N[indices] = np.clip(rated_N[indices] + noise_N[indices], 0.0, 100.0)
    return disturbed_N
