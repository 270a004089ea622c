"""From the scores of a photo's crops to the score of the photo."""

# N photos, K crops of each

from typing import Literal

import numpy as np
import numpy.typing as npt

CropPooling = Literal["mean", "median"]


def pool_crops(scores_NK: npt.NDArray[np.float64], pooling: CropPooling) -> npt.NDArray[np.float64]:
    """The score of each photo (N,) from those of its crops (N, K).

    The paper takes the mean. The median [C] passes over a few crops that show nothing but sky or a
    blank wall, which people pass over as well.
    """
    pooled_N: npt.NDArray[np.float64] = (
        scores_NK.mean(axis=1) if pooling == "mean" else np.median(scores_NK, axis=1)
    )
    return pooled_N
