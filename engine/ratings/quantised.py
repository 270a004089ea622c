"""Quantised latent models: what a person feels is a number, and the rating is where it falls.

Saupe et al., "Maximum entropy and quantized metric models for absolute category ratings", IEEE
Signal Processing Letters 31, 2024. Normal and logistic live on the axis of the ratings, cut at 1.5,
2.5, 3.5 and 4.5; beta, Kumaraswamy and logit-logistic live on 0 to 1, cut at .2, .4, .6 and .8. The
boxes of the parameters are those of the authors' code, with a lower end that is not quite 0.
"""

# N photos, K = 5 categories; first_N1 and second_N1 are the two parameters, x on the latent axis

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from engine.errors import UnusableRatings
from engine.ratings.counts import FloatArray, Moments
from engine.ratings.rating_model import RatingModel

Curve = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]

_SMALLEST = 1e-3
_CUTS_OF_RATINGS = np.array([1.5, 2.5, 3.5, 4.5])
_CUTS_OF_SHARES = np.array([0.2, 0.4, 0.6, 0.8])


@dataclass(frozen=True, slots=True)
class _Coordinate:
    """One parameter: how it is searched, and between which values it may lie."""

    name: str
    to_search: Callable[[FloatArray], FloatArray]
    from_search: Callable[[FloatArray], FloatArray]
    low: float
    high: float


def _plain(values: FloatArray) -> FloatArray:
    return values


_LOG = (np.log, np.exp)
_LOGIT = (special.logit, special.expit)


class QuantisedModel(RatingModel):
    """A latent distribution, cut into five parts.

    >>> from engine.ratings.quantised import NORMAL
    >>> [round(p, 4) for p in NORMAL.probabilities([[3.7, 0.8]])[0].tolist()]
    [0.003, 0.0638, 0.3345, 0.4401, 0.1587]
    >>> round(float(NORMAL.quantiles([[3.7, 0.8]], 0.5)[0]), 4)  # half of the people feel less
    3.7
    """

    def __init__(
        self,
        name: str,
        coordinates: tuple[_Coordinate, _Coordinate],
        *,
        ticks: tuple[FloatArray, FloatArray],
        curve: Curve,
        quantile: Curve,
        start: Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]],
        is_of_shares: bool,
    ) -> None:
        self.name = name
        self.parameter_names = (coordinates[0].name, coordinates[1].name)
        self.ticks = ticks
        self._coordinates = coordinates
        self._curve = curve
        self._quantile = quantile
        self._start = start
        self._is_of_shares = is_of_shares

    def quantiles(self, parameters: npt.ArrayLike, share: float) -> FloatArray:
        """The latent quality, on the axis of the ratings, that this share of the people feel less.

        It runs from 0.5 to 5.5 for models on 0 to 1, and without bounds for the others; (N,).
        Raises UnusableRatings for a share that is not between 0 and 1.
        """
        if not 0 < share < 1:
            raise UnusableRatings(f"A quantile of {share:g} was asked for; choose 0 to 1.")
        parameters_N2 = np.asarray(parameters, dtype=np.float64)
        wanted_N1 = np.full((len(parameters_N2), 1), share)
        latent_N1 = self._quantile(wanted_N1, parameters_N2[:, :1], parameters_N2[:, 1:])
        latent_N: FloatArray = latent_N1[:, 0]
        return 0.5 + 5.0 * latent_N if self._is_of_shares else latent_N

    def from_search(self, place_N2: FloatArray) -> FloatArray:
        """See RatingModel."""
        first, second = self._coordinates
        return np.column_stack(
            [first.from_search(place_N2[:, 0]), second.from_search(place_N2[:, 1])]
        )

    def to_search(self, parameters_N2: FloatArray) -> FloatArray:
        """See RatingModel."""
        first, second = self._coordinates
        places = [
            one.to_search(np.clip(parameters_N2[:, index], one.low, one.high))
            for index, one in enumerate((first, second))
        ]
        return np.column_stack(places)

    def from_moments(self, wanted: Moments) -> FloatArray:
        """See RatingModel."""
        mean_N, spread_N = wanted.mean_N, np.sqrt(wanted.variance_N)
        if self._is_of_shares:
            mean_N, spread_N = (mean_N - 0.5) / 5.0, spread_N / 5.0
        return np.column_stack(self._start(mean_N, np.maximum(spread_N, 1e-2)))

    def _probabilities(self, parameters_N2: FloatArray) -> FloatArray:
        cuts = _CUTS_OF_SHARES if self._is_of_shares else _CUTS_OF_RATINGS
        below_N4 = self._curve(cuts[None, :], parameters_N2[:, :1], parameters_N2[:, 1:])
        probabilities_NK: FloatArray = np.diff(below_N4, axis=1, prepend=0.0, append=1.0)
        return probabilities_NK

    def _are_valid(self, parameters_N2: FloatArray) -> npt.NDArray[np.bool_]:
        first_N, second_N = parameters_N2[:, 0], parameters_N2[:, 1]
        first = self._coordinates[0]
        is_finite_N: npt.NDArray[np.bool_] = np.asarray(np.isfinite(parameters_N2).all(1))
        is_inside_N = np.ones_like(is_finite_N)
        if first.to_search is not _plain:
            is_inside_N = np.asarray(first_N > 0)
        if first.to_search is special.logit:
            is_inside_N = np.asarray(is_inside_N & (first_N < 1))
        return np.asarray(is_finite_N & is_inside_N & (second_N > 0))

    @property
    def lower_2(self) -> FloatArray:
        """See RatingModel."""
        return self._corner([one.low for one in self._coordinates])

    @property
    def upper_2(self) -> FloatArray:
        """See RatingModel."""
        return self._corner([one.high for one in self._coordinates])

    def _corner(self, values: list[float]) -> FloatArray:
        corner_2: FloatArray = self.to_search(np.array([values]))[0]
        return corner_2


def _normal_curve(x: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    below: FloatArray = special.ndtr((x - mean) / spread)
    return below


def _normal_quantile(share: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    latent: FloatArray = mean + spread * special.ndtri(share)
    return latent


def _logistic_curve(x: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    below: FloatArray = special.expit((x - mean) / scale)
    return below


def _logistic_quantile(share: FloatArray, mean: FloatArray, scale: FloatArray) -> FloatArray:
    latent: FloatArray = mean + scale * special.logit(share)
    return latent


def _beta_curve(x: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(special.betainc(a, b, x), dtype=np.float64)


def _beta_quantile(share: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(special.betaincinv(a, b, share), dtype=np.float64)


def _kumaraswamy_curve(x: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    return -np.expm1(b * np.log1p(-(x**a)))


def _kumaraswamy_quantile(share: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    return (-np.expm1(np.log1p(-share) / b)) ** (1.0 / a)


def _logit_logistic_curve(x: FloatArray, median: FloatArray, scale: FloatArray) -> FloatArray:
    below: FloatArray = special.expit((special.logit(x) - special.logit(median)) / scale)
    return below


def _logit_logistic_quantile(share: FloatArray, median: FloatArray, s: FloatArray) -> FloatArray:
    latent: FloatArray = special.expit(special.logit(median) + s * special.logit(share))
    return latent


def _beta_start(mean_N: FloatArray, spread_N: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean_N = np.clip(mean_N, 0.02, 0.98)
    size_N = np.clip(mean_N * (1 - mean_N) / spread_N**2 - 1, 0.05, 38.0)
    return mean_N * size_N, (1 - mean_N) * size_N


def _logit_start(mean_N: FloatArray, spread_N: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean_N = np.clip(mean_N, 0.02, 0.98)
    # A logistic's standard deviation is 1.81 of its scale; the logit is steeper than a line.
    return mean_N, spread_N / (1.81 * mean_N * (1 - mean_N))


# Where distributions of ratings lie, closely; the far ends of the boxes, coarsely
_MEAN_TICKS = np.concatenate(
    [np.linspace(-19, 0, 8), np.linspace(0.5, 5.5, 26), np.linspace(6, 25, 8)]
)
_SPREAD_TICKS = np.log(np.concatenate([np.geomspace(0.05, 3, 22), np.geomspace(4, 90, 8)]))
_SHAPE_TICKS = np.log(np.geomspace(0.02, 20, 36))
_LATENT_MEAN = _Coordinate("mean", _plain, _plain, -19.0, 25.0)
_MEDIAN_TICKS = special.logit(
    np.concatenate([[1e-5, 1e-3], np.linspace(0.02, 0.98, 31), [1 - 1e-3, 1 - 1e-5]])
)

NORMAL = QuantisedModel(
    "normal",
    (_LATENT_MEAN, _Coordinate("standard deviation", *_LOG, _SMALLEST, 100.0)),
    ticks=(_MEAN_TICKS, _SPREAD_TICKS),
    curve=_normal_curve,
    quantile=_normal_quantile,
    start=lambda mean_N, spread_N: (mean_N, spread_N),
    is_of_shares=False,
)
LOGISTIC = QuantisedModel(
    "logistic",
    (_LATENT_MEAN, _Coordinate("scale", *_LOG, _SMALLEST, 100.0)),
    ticks=(_MEAN_TICKS, _SPREAD_TICKS),
    curve=_logistic_curve,
    quantile=_logistic_quantile,
    start=lambda mean_N, spread_N: (mean_N, spread_N / 1.81),
    is_of_shares=False,
)
BETA = QuantisedModel(
    "beta",
    (_Coordinate("a", *_LOG, _SMALLEST, 20.0), _Coordinate("b", *_LOG, _SMALLEST, 20.0)),
    ticks=(_SHAPE_TICKS, _SHAPE_TICKS),
    curve=_beta_curve,
    quantile=_beta_quantile,
    start=_beta_start,
    is_of_shares=True,
)
KUMARASWAMY = QuantisedModel(
    "Kumaraswamy",
    (_Coordinate("a", *_LOG, _SMALLEST, 20.0), _Coordinate("b", *_LOG, _SMALLEST, 2e3)),
    ticks=(_SHAPE_TICKS, np.log(np.geomspace(0.02, 2e3, 50))),
    curve=_kumaraswamy_curve,
    quantile=_kumaraswamy_quantile,
    start=_beta_start,
    is_of_shares=True,
)
LOGIT_LOGISTIC = QuantisedModel(
    "logit-logistic",
    (
        _Coordinate("median", *_LOGIT, 1e-6, 1 - 1e-6),
        _Coordinate("scale", *_LOG, _SMALLEST, 20.0),
    ),
    ticks=(_MEDIAN_TICKS, np.log(np.geomspace(0.02, 18, 30))),
    curve=_logit_logistic_curve,
    quantile=_logit_logistic_quantile,
    start=_logit_start,
    is_of_shares=True,
)
