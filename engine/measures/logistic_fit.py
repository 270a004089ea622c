"""The monotone map from predicted to rated scores that PLCC and RMSE are customarily read after."""

import math
from dataclasses import asdict, dataclass, fields

import numpy as np
import numpy.typing as npt

from engine.errors import ModelFileError
from engine.measures.paired_values import FloatArray, paired_values

_FEWEST_FOR_A_CURVE = 6  # four parameters through fewer points would only follow their noise
_STARTING_WIDTHS = (0.3, 1.0, 3.0)  # in standard deviations of the predictions
# Bounds of (low, rise, centre, width) in ranges of the ratings and standard deviations of the
# predictions. Without them a one-sided bend sends the other end of the curve to infinity.
_LOWER_BOUNDS = (-20.0, 0.0, -20.0, 1e-3)
_UPPER_BOUNDS = (20.0, 40.0, 20.0, 20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticMap:
    """A rising S-curve from `low` to `high`, steepest at `centre`; or a straight line.

    The curve is low + (high - low) / (1 + exp(-(x - centre) / width)). The line runs through
    (centre - width, low) and (centre + width, high), without end on either side. If `low` equals
    `high` the map is constant: the predictions do not rise with the ratings at all.

    >>> from engine.measures.logistic_fit import LogisticMap
    >>> curve = LogisticMap(low=1.0, high=5.0, centre=50.0, width=10.0, is_linear=False)
    >>> curve.apply([-1000, 50, 1000]).tolist()
    [1.0, 3.0, 5.0]
    """

    low: float
    high: float
    centre: float
    width: float
    is_linear: bool

    def __post_init__(self) -> None:
        numbers = (self.low, self.high, self.centre, self.width)
        if not all(math.isfinite(number) for number in numbers):
            raise ModelFileError(f"A number of the score map is not finite: {numbers}. Refit it.")
        if not (self.width > 0.0 and self.high >= self.low):
            raise ModelFileError(
                f"The score map falls: from {self.low} to {self.high} over a width of "
                f"{self.width}. It must rise; refit it."
            )

    def apply(self, predicted: npt.ArrayLike) -> FloatArray:
        """The predictions on the scale of the ratings, in the shape they came in."""
        steps = (np.asarray(predicted, dtype=np.float64) - self.centre) / self.width
        share = 0.5 + 0.5 * steps if self.is_linear else _rising(steps)
        mapped: FloatArray = self.low + (self.high - self.low) * share
        return mapped

    def to_json(self) -> dict[str, float | bool]:
        """The map as a plain dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, float | bool]) -> "LogisticMap":
        """The map that `to_json` wrote."""
        names = {field.name for field in fields(cls)}
        if set(stored) != names:
            raise ModelFileError(
                f"The score map has the entries {sorted(stored)}; expected {sorted(names)}."
            )
        if not isinstance(stored["is_linear"], bool):
            raise ModelFileError(f"is_linear of the score map is {stored['is_linear']!r}, no bool.")
        try:
            numbers = {name: float(stored[name]) for name in names - {"is_linear"}}
        except (TypeError, ValueError) as error:
            raise ModelFileError(
                f"The score map holds something that is no number: {stored}."
            ) from error
        return cls(is_linear=stored["is_linear"], **numbers)


def fit_logistic(predicted: npt.ArrayLike, rated: npt.ArrayLike) -> LogisticMap:
    """The rising four-parameter logistic nearest to the ratings, by least squares.

    A straight line that does not fall is fitted instead where there are fewer than 6 photos, where
    the curve does not converge, and where it fits no better than the line.

    >>> from engine.measures.logistic_fit import fit_logistic
    >>> line = fit_logistic([10, 20, 30], [1, 2, 3])
    >>> line.is_linear, [round(score, 4) for score in line.apply([25, 40]).tolist()]
    (True, [2.5, 4.0])
    """
    predicted_N, rated_N = paired_values(predicted, rated)
    line = _fit_line(predicted_N, rated_N)
    if predicted_N.size < _FEWEST_FOR_A_CURVE:
        return line
    best, best_error = line, _squared_error(line, predicted_N, rated_N)
    for width in _STARTING_WIDTHS:
        curve = _fit_curve(predicted_N, rated_N, width)
        if curve is None:
            continue
        error = _squared_error(curve, predicted_N, rated_N)
        if error < best_error * (1.0 - 1e-9):
            best, best_error = curve, error
    return best


def fit_score_map(predicted: npt.ArrayLike, rated: npt.ArrayLike) -> LogisticMap:
    """`fit_logistic`, and the mean rating for whatever score where all scores are the same.

    For networks that may have learnt nothing: they get a map all the same.

    >>> from engine.measures.logistic_fit import fit_score_map
    >>> fit_score_map([50, 50], [20, 40]).apply([0, 100]).tolist()  # nothing was learnt: the mean
    [30.0, 30.0]
    """
    predicted_N, rated_N = paired_values(predicted, rated, allow_constant=True)
    if predicted_N.min() < predicted_N.max():
        return fit_logistic(predicted_N, rated_N)
    mean, centre = float(rated_N.mean()), float(predicted_N[0])
    return LogisticMap(low=mean, high=mean, centre=centre, width=1.0, is_linear=True)


def _fit_line(predicted_N: FloatArray, rated_N: FloatArray) -> LogisticMap:
    centre, spread = float(predicted_N.mean()), float(predicted_N.std())
    middle = float(rated_N.mean())
    steps_N = (predicted_N - centre) / spread
    rise = max(0.0, float(np.mean(steps_N * (rated_N - middle))))
    return LogisticMap(
        low=middle - rise, high=middle + rise, centre=centre, width=spread, is_linear=True
    )


def _fit_curve(
    predicted_N: FloatArray, rated_N: FloatArray, starting_width: float
) -> LogisticMap | None:
    """One least-squares search in units of standard deviations, or None if it got nowhere."""
    from scipy import optimize  # here, as for `_rising`

    centre, spread = float(predicted_N.mean()), float(predicted_N.std())
    bottom, height = float(rated_N.min()), float(np.ptp(rated_N))
    steps_N, shares_N = (predicted_N - centre) / spread, (rated_N - bottom) / height

    def residuals(parameters: FloatArray) -> FloatArray:
        low, rise, middle, width = parameters
        missed: FloatArray = low + rise * _rising((steps_N - middle) / width) - shares_N
        return missed

    found = optimize.least_squares(
        residuals,
        x0=np.array([0.0, 1.0, float(np.clip(np.median(steps_N), -10.0, 10.0)), starting_width]),
        bounds=(_LOWER_BOUNDS, _UPPER_BOUNDS),
        max_nfev=200,
    )
    if not found.success or not np.isfinite(found.x).all():
        return None
    low, rise, middle, width = (float(value) for value in found.x)
    return LogisticMap(
        low=bottom + height * low,
        high=bottom + height * (low + rise),
        centre=centre + spread * middle,
        width=spread * width,
        is_linear=False,
    )


def _rising(steps: FloatArray) -> FloatArray:
    """1 / (1 + exp(-steps)), in the shape of `steps`."""
    # Here: whoever opens a model would wait a third of a second for what few need.
    from scipy import special

    share: FloatArray = special.expit(steps)
    return share


def _squared_error(fitted: LogisticMap, predicted_N: FloatArray, rated_N: FloatArray) -> float:
    return float(np.sum((fitted.apply(predicted_N) - rated_N) ** 2))
