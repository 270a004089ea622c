"""How much a score is expected to be off, photo by photo, beside other photos: a small regression.

It learns from errors of each source by itself, and keeps of every slope only what the sources agree
on: a slope that points up in one source and down in another says nothing of a third.
"""

# N photos, K axes of the training photos' features, R regressors

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_LEAST, _MOST = 0.5, 2.0  # of the usual error: what is farther out was never seen in any source
_PENALTY = 0.05  # of the photos of a source, as ridge regression has it
_LEAST_SPREAD = 1e-9
_FALSE_SLOPES = 0.05  # expected among all slopes where none is true (Bonferroni)
_SURE_WITHIN = 0.9  # within one source a false slope costs little: intervals are fitted after it
_FOLDS = 8  # parts whose slopes tell how sure the slopes of a single source are


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedError:
    """The error expected of a photo as a multiple of the usual one, 0.5 to 2.

    `slopes_R` belong to regressors of zero mean and unit spread in the photos that it was fitted
    on, where `means_R` and `spreads_R` are those.

    >>> import numpy as np
    >>> from engine.certainty.expected_error import ExpectedError
    >>> rng = np.random.default_rng(0)
    >>> regressors = [rng.normal(size=(600, 3)) for source in range(2)]
    >>> errors = [rng.normal(0, 5 * (1 + 0.4 * np.tanh(one[:, 0]))) for one in regressors]
    >>> fitted = ExpectedError.fit(regressors, errors)
    >>> bool(np.diff(fitted.of(np.array([[-1.0, 0, 0], [1.0, 0, 0]])))[0] > 0.3)
    True
    """

    means_R: Floats
    spreads_R: Floats
    slopes_R: Floats

    @classmethod
    def fit(cls, regressors: Sequence[Floats], errors: Sequence[Floats]) -> Self:
        """From regressors (N, R) and errors (N,) of each source."""
        together_NR = np.concatenate(regressors)
        means_R = together_NR.mean(axis=0)
        spreads_R = np.maximum(together_NR.std(axis=0), _LEAST_SPREAD)
        slopes_SR = np.stack(
            [
                _slopes((one - means_R) / spreads_R, np.abs(off))
                for one, off in zip(regressors, errors, strict=True)
            ]
        )
        sure = 1 - _FALSE_SLOPES / slopes_SR.shape[1]
        if len(slopes_SR) == 1:  # parts of the one source stand for sources
            sure = _SURE_WITHIN
            (one_NR,), (off_N,) = regressors, errors
            parts = np.arange(len(off_N)) % _FOLDS
            slopes_SR = np.stack(
                [
                    _slopes((one_NR[parts == part] - means_R) / spreads_R,
                            np.abs(off_N[parts == part]))
                    for part in range(_FOLDS)
                ]
            )  # fmt: skip
        return cls(means_R=means_R, spreads_R=spreads_R, slopes_R=_agreed(slopes_SR, sure))

    def of(self, regressors_NR: Floats) -> Floats:
        """Expected errors (N,) as multiples of the usual one."""
        scaled_NR = (np.asarray(regressors_NR, np.float64) - self.means_R) / self.spreads_R
        expected_N: Floats = np.clip(1 + scaled_NR @ self.slopes_R, _LEAST, _MOST)
        return expected_N


def _slopes(scaled_NR: Floats, off_N: Floats) -> Floats:
    """Slopes (R,) of the relative error, by ridge regression."""
    relative_N = off_N / max(float(off_N.mean()), _LEAST_SPREAD) - 1
    centred_NR = scaled_NR - scaled_NR.mean(axis=0)
    gram_RR = centred_NR.T @ centred_NR / len(off_N) + _PENALTY * np.eye(scaled_NR.shape[1])
    slopes_R: Floats = np.linalg.solve(gram_RR, centred_NR.T @ relative_N / len(off_N))
    return slopes_R


def _agreed(slopes_SR: Floats, sure: float) -> Floats:
    """The mean slopes, drawn towards 0 by as much as the sources differ (James-Stein).

    The fewer sources, the less their agreement says: their difference counts by Student's t, at the
    level `sure`.
    """
    from scipy.special import stdtrit  # here, because only a fit needs SciPy

    mean_R = slopes_SR.mean(axis=0)
    doubt_R = slopes_SR.var(axis=0, ddof=1) / len(slopes_SR)
    doubt_R = doubt_R * float(stdtrit(len(slopes_SR) - 1, sure)) ** 2
    kept_R = np.maximum(0.0, 1 - doubt_R / np.maximum(mean_R**2, _LEAST_SPREAD**2))
    agreed_R: Floats = kept_R * mean_R
    return agreed_R
