"""Ratings given on several occasions: how far each occasion's labels lie from the others'.

People rate photos against those that they see beside them. So the labels of two occasions can
differ by an offset that no photo shows, and a network that must explain it learns to tell the
occasions apart instead of the photos; that carries over badly to photos of neither. The offsets are
found as the fixed effects of a linear regression on features of the photos (Wooldridge,
"Introductory Econometrics", chapter 14: the within estimator).
"""

# N photos, F features of each

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainer.config import OccasionsBy
from trainer.ridge import ridge

Floats = npt.NDArray[np.float64]

_NAME = re.compile(r"[^\W_]+")


def occasion_of(photo: Path, by: OccasionsBy) -> str:
    """The occasion on which a photo was rated: its folder, or how its name begins.

    A name counts up to its first character that is neither a letter nor a digit.

    >>> from pathlib import Path
    >>> from trainer.occasions import occasion_of
    >>> photo = Path("album/ss01 (12).jpg")
    >>> occasion_of(photo, "name"), occasion_of(photo, "folder"), occasion_of(photo, "none")
    ('ss01', 'album', '')
    """
    match by:
        case "folder":
            return photo.parent.name
        case "name":
            found = _NAME.match(photo.name)
            return found[0] if found else ""
        case "none":
            return ""


def occasion_offsets(
    features_NF: Floats, rated_N: Floats, occasions: Sequence[str], *, penalty: float
) -> dict[str, float]:
    """How far the labels of each occasion lie above what their photos' features say, in points.

    A ridge regression with this penalty is fitted to the differences within each occasion; the
    offset is what is left of the occasion's mean label. The offsets' own mean over the photos is 0.

    >>> import numpy as np
    >>> from trainer.occasions import occasion_offsets
    >>> features = np.array([[0.0], [1.0], [0.0], [1.0]])
    >>> rated = np.array([10.0, 20.0, 40.0, 50.0])  # the second pair was rated more kindly
    >>> occasion_offsets(features, rated, ["a", "a", "b", "b"], penalty=1e-9)
    {'a': -15.0, 'b': 15.0}
    """
    names = sorted(set(occasions))
    number_N = np.array([names.index(name) for name in occasions])
    within_NF, within_N = features_NF.copy(), rated_N.copy()
    for number in range(len(names)):
        is_of = number_N == number
        within_NF[is_of] -= features_NF[is_of].mean(axis=0)
        within_N[is_of] -= rated_N[is_of].mean()
    left_N = rated_N - ridge(within_NF, within_N, penalty=penalty).predict(features_NF)
    left_N -= left_N.mean()
    offsets = [float(left_N[number_N == number].mean()) for number in range(len(names))]
    return {name: round(offset, 6) for name, offset in zip(names, offsets, strict=True)}


def without_offsets(
    rated_N: Floats, occasions: Sequence[str], offsets: Mapping[str, float], *, share: float
) -> Floats:
    """The labels with this share of their occasions' offsets taken away, within 0-100.

    >>> import numpy as np
    >>> from trainer.occasions import without_offsets
    >>> rated = np.array([30.0, 70.0])
    >>> without_offsets(rated, ["a", "b"], {"a": -10.0, "b": 10.0}, share=0.5).tolist()
    [35.0, 65.0]
    """
    offset_N = np.array([offsets[name] for name in occasions])
    evened_N: Floats = np.clip(rated_N - share * offset_N, 0.0, 100.0)
    return evened_N
