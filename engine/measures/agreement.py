"""How well scores agree with people's ratings: five figures, each with its interval, as values.

Loads the standard library only, so that a window can show figures without waiting for SciPy;
`measure_agreement` takes them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Self

# What people call the measures, in the order of every table and every stored report.
TITLES = {
    "srcc": "SRCC",
    "plcc": "PLCC",
    "plcc_mapped": "PLCC, mapped",
    "krcc": "KRCC",
    "rmse": "RMSE",
}
MEASURES = tuple(TITLES)


class Undefined(Enum):
    """Why a measure has no value for the photos at hand; the value says it in words.

    >>> from engine.measures.agreement import Undefined
    >>> f"No SRCC: {Undefined.SCORES_ALIKE.value}."
    'No SRCC: all scores are the same.'
    """

    TOO_FEW_PHOTOS = "there are fewer than 2 photos"
    NOT_FINITE = "a score or a label is not a finite number"
    SCORES_ALIKE = "all scores are the same"
    RATINGS_ALIKE = "all labels are the same"
    FLAT_MAP = "the scores do not rise with the labels"
    NO_MAP = "there is no map from scores to labels"
    NOT_STATED = "the report gives no value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure on the photos at hand, and the range it keeps to when photos are redrawn.

    `low` and `high` are None where there are too few photos to say.

    >>> from engine.measures.agreement import Figure
    >>> lead = Figure(value=0.02, low=-0.01, high=0.05)  # of one model over another, in SRCC
    >>> lead.low <= 0.0 <= lead.high  # so it may be nothing but the luck of the draw
    True
    """

    value: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The figure in a report. Raises KeyError, TypeError or ValueError for anything else."""
        low, high = stored["low"], stored["high"]
        return cls(
            value=float(stored["value"]),
            low=None if low is None else float(low),
            high=None if high is None else float(high),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The figures of one model on one set of photos.

    Attributes:
        num_photos: How many photos they were taken on.
        srcc: Rank correlation (Spearman), in [-1, 1]; higher is better, as for all but `rmse`.
        plcc: Linear correlation (Pearson) of the scores as they are.
        plcc_mapped: The same after the monotone map from scores to ratings.
        krcc: Kendall's tau-b.
        rmse: Root of the mean squared distance after that map, in units of the labels.

    >>> from engine.measures.agreement import Agreement, Figure, Undefined
    >>> fair = Figure(value=0.6, low=0.5, high=0.7)
    >>> unmapped = {"plcc_mapped": Undefined.NO_MAP, "rmse": Undefined.NO_MAP}
    >>> agreement = Agreement(num_photos=200, srcc=fair, plcc=fair, krcc=fair, **unmapped)
    >>> list(agreement.defined())
    ['srcc', 'plcc', 'krcc']
    """

    num_photos: int
    srcc: Figure | Undefined
    plcc: Figure | Undefined
    plcc_mapped: Figure | Undefined
    krcc: Figure | Undefined
    rmse: Figure | Undefined

    def figures(self) -> dict[str, Figure | Undefined]:
        """The figures by measure, in the order of MEASURES."""
        return {
            "srcc": self.srcc,
            "plcc": self.plcc,
            "plcc_mapped": self.plcc_mapped,
            "krcc": self.krcc,
            "rmse": self.rmse,
        }

    def defined(self) -> dict[str, Figure]:
        """The figures that have a value, by measure."""
        found = self.figures().items()
        return {measure: figure for measure, figure in found if isinstance(figure, Figure)}

    def to_json(self) -> dict[str, Any]:
        """Plain values for reports and model files; null for what has no value."""
        defined = self.defined()
        return {
            "num_photos": self.num_photos,
            **{
                measure: asdict(defined[measure]) if measure in defined else None
                for measure in MEASURES
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The agreement in a report; it does not hold why a figure has no value.

        Raises KeyError, TypeError or ValueError for anything that is none.
        """
        figures: dict[str, Figure | Undefined] = {
            measure: Undefined.NOT_STATED
            if stored[measure] is None
            else Figure.from_json(stored[measure])
            for measure in MEASURES
        }
        return cls(num_photos=int(stored["num_photos"]), **figures)
