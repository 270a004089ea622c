"""A model's two parameters for the ratings of each photo: most likely, or of the same moments."""

# N photos, K = 5 categories

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.ratings.counts import FloatArray, moments, rating_counts
from engine.ratings.criteria import Likelihood, MomentDistance
from engine.ratings.goodness import g_statistic
from engine.ratings.maximum_entropy import MaximumEntropy
from engine.ratings.rating_model import RatingModel
from engine.ratings.search import best_of_grid, descended

_MOST_RESTARTS = 10
_POOR = 1.0  # G per rating above which the authors' code starts again elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingFit:
    """A model fitted to the ratings of N photos.

    Attributes:
        model: Which model.
        parameters_N2: Its two parameters for each photo.
        pmf_NK: The probabilities of the ratings 1 to 5.
        surprise_N: Minus the logarithm of the counts' likelihood, in nats.

    >>> from engine.ratings.fit import fit
    >>> from engine.ratings.gsd import GeneralisedScore
    >>> found = fit(GeneralisedScore(), [[1, 4, 6, 4, 1]])
    >>> found.parameters_N2.round(3).tolist(), (16 * found.pmf_NK).round(2).tolist()
    ([[3.0, 0.75]], [[1.0, 4.0, 6.0, 4.0, 1.0]])
    """

    model: RatingModel
    parameters_N2: FloatArray
    pmf_NK: FloatArray
    surprise_N: FloatArray

    @property
    def aic(self) -> float:
        """Akaike's criterion of all photos: 2 for each parameter, and twice the surprise."""
        return float(4 * len(self.surprise_N) + 2 * self.surprise_N.sum())


def fit(model: RatingModel, counts: npt.ArrayLike, *, seed: int = 0) -> RatingFit:
    """The most likely parameters. Counts may be fractions, as with pseudo-ratings added.

    Each photo's search begins at the best place of a grid and where the moments lead, and where a
    fit is poor again at up to ten places drawn with `seed`. Raises UnusableRatings for bad counts.

    >>> from engine.ratings.fit import fit
    >>> from engine.ratings.quantised import NORMAL
    >>> found = fit(NORMAL, [[2, 3, 6, 10, 3], [3, 10, 6, 3, 2]])  # the second is the first, turned
    >>> (found.parameters_N2[:, 0].sum() / 2).round(5)
    np.float64(3.0)
    """
    counts_NK = rating_counts(counts)
    if isinstance(model, MaximumEntropy):  # its likeliest is the one with the counts' moments
        return fit_moments(model, counts_NK)
    # Few ratings can fall in few ways: five of them in 126, however many photos there are.
    distinct_UK, which_N = np.unique(counts_NK, axis=0, return_inverse=True)
    found = _fit_distinct(model, distinct_UK, np.random.default_rng(seed))
    return RatingFit(
        model=model,
        parameters_N2=found.parameters_N2[which_N],
        pmf_NK=found.pmf_NK[which_N],
        surprise_N=found.surprise_N[which_N],
    )


def _fit_distinct(
    model: RatingModel, counts_NK: FloatArray, random: np.random.Generator
) -> RatingFit:
    criterion = Likelihood(counts_NK)
    starts = [
        best_of_grid(model, counts_NK),
        model.to_search(model.from_moments(moments(counts_NK))),
    ]
    losses = np.stack([criterion.loss(model.at(start_N2)) for start_N2 in starts])
    start_N2 = np.where((losses[0] <= losses[1])[:, None], *starts)
    place_N2 = descended(model, criterion, start_N2)
    place_N2 = _restarted(model, counts_NK, place_N2, random)
    return _fitted(model, counts_NK, place_N2)


def fit_moments(model: RatingModel, counts: npt.ArrayLike) -> RatingFit:
    """The parameters that give the mean and variance of the ratings, or as nearly as it goes.

    >>> from engine.ratings.counts import moments
    >>> from engine.ratings.fit import fit_moments
    >>> from engine.ratings.quantised import BETA
    >>> found = fit_moments(BETA, [[1, 2, 4, 2, 1]])
    >>> moments(found.pmf_NK).mean_N.round(6).tolist(), moments([[1, 2, 4, 2, 1]]).mean_N.tolist()
    ([3.0], [3.0])
    """
    counts_NK = rating_counts(counts)
    wanted = moments(counts_NK)
    place_N2 = model.to_search(model.from_moments(wanted))
    if not isinstance(model, MaximumEntropy) and model.is_smooth:
        place_N2 = descended(model, MomentDistance(wanted), place_N2)
    return _fitted(model, counts_NK, place_N2)


def _restarted(
    model: RatingModel, counts_NK: FloatArray, place_N2: FloatArray, random: np.random.Generator
) -> FloatArray:
    place_N2, criterion = place_N2.copy(), Likelihood(counts_NK)
    loss_N = criterion.loss(model.at(place_N2))
    num_ratings_N = counts_NK.sum(1)
    for _ in range(_MOST_RESTARTS):
        poor = np.flatnonzero(g_statistic(counts_NK, model.at(place_N2)) > _POOR * num_ratings_N)
        if not poor.size:
            break
        drawn = model.grid_G2[random.integers(len(model.grid_G2), size=poor.size)]
        tried = descended(model, criterion.of(poor), drawn)
        tried_loss = criterion.of(poor).loss(model.at(tried))
        is_better = tried_loss < loss_N[poor]
        place_N2[poor[is_better]], loss_N[poor[is_better]] = tried[is_better], tried_loss[is_better]
    return place_N2


def _fitted(model: RatingModel, counts_NK: FloatArray, place_N2: FloatArray) -> RatingFit:
    pmf_NK = model.at(place_N2)
    return RatingFit(
        model=model,
        parameters_N2=model.from_search(place_N2),
        pmf_NK=pmf_NK,
        surprise_N=Likelihood(counts_NK).loss(pmf_NK),
    )
