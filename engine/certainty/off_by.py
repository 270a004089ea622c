"""How wide an interval must be for photos of a source that a model has not met.

What a score is off by has two parts: one that all photos of a source share, since people, cameras
and subjects differ from source to source, and one of the photo's own. The first is known from as
many values as there are sources, so that it follows Student's t and not a normal distribution.
"""

# N photos of a source

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WITHIN_ONE = 2 / 3
"""The share of errors that lie within one standard interval."""

WITHIN_TWO = 0.95
"""The share of errors that lie within two."""

_PRIOR_SOURCES = 2.0
_GRID = 801


@dataclass(frozen=True, slots=True, kw_only=True)
class OffBy:
    """What scores of unmet sources are off by, in units of what was expected of each photo.

    `shared` is the scale of the part that a source shares, with so many degrees of freedom; `own`
    the standard deviation of the rest. `one` is the half width of an interval in which two thirds
    of the errors lie, and twice of which holds 95 %.

    >>> import numpy as np
    >>> from engine.certainty.off_by import off_by_of_sources
    >>> rng = np.random.default_rng(0)
    >>> alike = [rng.normal(shift, 1.0, 500) for shift in (-0.1, 0.1)]
    >>> apart = [rng.normal(shift, 1.0, 500) for shift in (-2.0, 2.0)]
    >>> found = [off_by_of_sources(one, prior=0.5) for one in (alike, apart)]
    >>> bool(1.0 < found[0].one < 2.0 < found[1].one < 5.0)
    True
    """

    shared: float
    freedom: float
    own: float
    one: float


def off_by_of_sources(errors: Sequence[Floats], *, prior: float) -> OffBy:
    """From the errors of each source, by scores that were fitted without it.

    `prior` is the scale that the shared part is expected to have before any error is seen; it
    counts as much as two sources. Its variance has the scaled inverse chi-squared distribution that
    follows (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6 and 3.2), and what a new source is
    off by Student's t. Raises ValueError where there is no source.

    >>> import numpy as np
    >>> from engine.certainty.off_by import off_by_of_sources
    >>> off_by_of_sources([np.array([3.0, 5.0]), np.array([-5.0, -3.0])], prior=4.0).shared
    4.0
    """
    if not errors or any(len(one) == 0 for one in errors):
        raise ValueError("There are no errors of a source to learn from.")
    shared_S = np.array([float(np.mean(one)) for one in errors])
    freedom = _PRIOR_SOURCES + len(errors)
    shared = float(np.sqrt((_PRIOR_SOURCES * prior**2 + (shared_S**2).sum()) / freedom))
    levels = (np.arange(_GRID) + 0.5) / _GRID
    own_SG = np.stack([np.quantile(one - one.mean(), levels) for one in errors])
    shift_G = shared * _student_quantiles(levels, freedom)
    off_N = np.abs(own_SG.reshape(-1, 1) + shift_G[::8])
    own = float(np.sqrt(np.mean([np.var(one) for one in errors])))
    return OffBy(shared=shared, freedom=freedom, own=own, one=one_of(off_N.ravel()))


def one_of(off_N: Floats) -> float:
    """The half width that two thirds of the errors stay within, and 95 % of them within twice that.

    As in split conformal prediction (Papadopoulos et al., ECML 2002) the quantiles are those of
    N + 1 photos, one of which is still to come.

    >>> import numpy as np
    >>> from engine.certainty.off_by import one_of
    >>> one_of(np.arange(1.0, 100.0))
    67.0
    """
    ordered_N = np.sort(np.abs(off_N))
    ranks = [
        min(len(ordered_N), int(np.ceil(share * (len(ordered_N) + 1)))) - 1
        for share in (WITHIN_ONE, WITHIN_TWO)
    ]
    return float(max(ordered_N[ranks[0]], ordered_N[ranks[1]] / 2))


def _student_quantiles(levels: Floats, freedom: float) -> Floats:
    """Quantiles of Student's t."""
    from scipy.special import stdtrit  # here, because only a fit needs SciPy

    found: Floats = np.asarray(stdtrit(freedom, levels), np.float64)
    return found
