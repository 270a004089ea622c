"""The generalised score distribution (GSD): a mean, and how much people agree.

Janowski et al., "Generalized score distribution", and the reference code of the authors' `gsd`.
Below the agreement C of a binomial it is a beta-binomial; above, a mixture of the binomial with the
two ratings next to the mean. Mean and variance are exactly the parameters'. It has kinks where the
mean is a whole number and where the agreement is C.
"""

# N photos, K = 5 categories

import numpy as np
import numpy.typing as npt
from scipy import special

from engine.ratings.counts import CATEGORIES_K, NUM_CATEGORIES, FloatArray, Moments
from engine.ratings.rating_model import RatingModel

_NUM_STEPS = NUM_CATEGORIES - 1
_CHOICES_K: FloatArray = special.binom(_NUM_STEPS, CATEGORIES_K - 1)


class GeneralisedScore(RatingModel):
    """The GSD by its mean psi (1 to 5) and its agreement rho (0 to 1).

    >>> from engine.ratings.gsd import GeneralisedScore
    >>> gsd = GeneralisedScore()
    >>> (16 * gsd.probabilities([[3.0, 0.75]])).round(9).tolist()  # a binomial
    [[1.0, 4.0, 6.0, 4.0, 1.0]]
    >>> gsd.probabilities([[3.0, 0.0]]).tolist()  # torn
    [[0.5, 0.0, 0.0, 0.0, 0.5]]
    """

    name = "GSD"
    parameter_names = ("mean", "agreement")
    ticks = (np.linspace(1.0, 5.0, 81), np.linspace(0.0, 1.0, 41))
    is_smooth = False

    def from_search(self, place_N2: FloatArray) -> FloatArray:
        """See RatingModel; it is searched by its parameters."""
        return place_N2

    def to_search(self, parameters_N2: FloatArray) -> FloatArray:
        """See RatingModel."""
        return np.clip(parameters_N2, self.lower_2, self.upper_2)

    def from_moments(self, wanted: Moments) -> FloatArray:
        """See RatingModel; exact."""
        return np.column_stack([wanted.mean_N, wanted.agreement_N])

    def _probabilities(self, parameters_N2: FloatArray) -> FloatArray:
        mean_N, rho_N = parameters_N2[:, 0], parameters_N2[:, 1]
        bounds = Moments(mean_N, np.zeros_like(mean_N))
        span_N = bounds.largest_variance_N - bounds.smallest_variance_N
        has_choice_N = span_N > 1e-12
        binomial_rho_N = np.where(
            has_choice_N,
            (_NUM_STEPS - 1)
            / _NUM_STEPS
            * bounds.largest_variance_N
            / np.where(has_choice_N, span_N, 1.0),
            1.0,
        )
        share_N = (mean_N - 1) / _NUM_STEPS
        is_narrow_N = rho_N >= binomial_rho_N
        narrow_NK = _near_the_mean(mean_N, share_N, rho_N, binomial_rho_N)
        wide_NK = _beta_binomial(share_N, np.minimum(rho_N, binomial_rho_N), binomial_rho_N)
        return np.where(is_narrow_N[:, None], narrow_NK, wide_NK)

    def _are_valid(self, parameters_N2: FloatArray) -> npt.NDArray[np.bool_]:
        is_inside_N2 = (parameters_N2 >= self.lower_2) & (parameters_N2 <= self.upper_2)
        return np.asarray(is_inside_N2.all(1))


def _near_the_mean(
    mean_N: FloatArray, share_N: FloatArray, rho_N: FloatArray, binomial_rho_N: FloatArray
) -> FloatArray:
    above = np.clip(rho_N - binomial_rho_N, 0.0, None)
    room_N = 1 - binomial_rho_N
    weight_N1 = np.where(room_N > 1e-12, above / np.where(room_N > 1e-12, room_N, 1.0), 1.0)[
        :, None
    ]
    closest_NK = np.clip(1 - np.abs(CATEGORIES_K - mean_N[:, None]), 0.0, None)
    steps_K, share_N1 = CATEGORIES_K - 1, share_N[:, None]
    binomial_NK = _CHOICES_K * share_N1**steps_K * (1 - share_N1) ** (_NUM_STEPS - steps_K)
    mixed_NK: FloatArray = weight_N1 * closest_NK + (1 - weight_N1) * binomial_NK
    return mixed_NK


def _beta_binomial(
    share_N: FloatArray, rho_N: FloatArray, binomial_rho_N: FloatArray
) -> FloatArray:
    """As a product, which holds at rho = 0, where the two ends take all, and near C as well."""
    up_N1, down_N1 = (share_N * rho_N)[:, None], ((1 - share_N) * rho_N)[:, None]
    step_N1, total_N1 = (binomial_rho_N - rho_N)[:, None], rho_N[:, None]
    ups_NK, downs_NK = np.ones((len(rho_N), 1)), np.ones((len(rho_N), 1))
    for index in range(_NUM_STEPS):
        # Each starts from the share itself, so that rho = 0 divides nothing by nothing.
        up = (up_N1 + index * step_N1) if index else share_N[:, None]
        down = (down_N1 + index * step_N1) if index else 1 - share_N[:, None]
        ups_NK = np.column_stack([ups_NK, ups_NK[:, -1:] * up])
        downs_NK = np.column_stack([downs_NK, downs_NK[:, -1:] * down])
    products_NK = _CHOICES_K * ups_NK * downs_NK[:, ::-1]
    # One factor rho is left over wherever both ups and downs began.
    products_NK[:, 1:-1] *= total_N1
    whole_N1 = np.prod([total_N1 + index * step_N1 for index in range(1, _NUM_STEPS)], axis=0)
    return products_NK / np.where(whole_N1 > 0, whole_N1, 1.0)
