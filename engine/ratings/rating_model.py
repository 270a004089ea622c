"""What every model of rating distributions offers: two numbers per photo, then five probabilities.

Models are searched in coordinates of their own, in which steps of one size mean about the same
everywhere (a logarithm for what is positive, a logit for a share), inside a box.
"""

# N photos, K = 5 categories, G places of a grid; parameters are pairs, (N, 2)

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.errors import UnusableRatings
from engine.ratings.counts import FloatArray, Moments


class RatingModel(ABC):
    """A distribution of the ratings 1 to 5 with two parameters.

    >>> from engine.ratings.maximum_entropy import MaximumEntropy
    >>> model = MaximumEntropy()
    >>> model.name, model.parameter_names
    ('maximum entropy', ('mean', 'variance'))
    >>> [round(p, 3) for p in model.probabilities([[3.0, 2.0]])[0].tolist()]  # knows nothing more
    [0.2, 0.2, 0.2, 0.2, 0.2]
    """

    name: str
    parameter_names: tuple[str, str]
    # The ticks of a grid over the search's coordinates, and so its box
    ticks: tuple[FloatArray, FloatArray]
    is_smooth = True  # whether small steps change the probabilities in proportion

    def probabilities(self, parameters: npt.ArrayLike) -> FloatArray:
        """The probabilities of the ratings 1 to 5, (N, 5), for parameters (N, 2).

        Raises UnusableRatings where the parameters are no such table or outside the model.
        """
        parameters_N2 = np.asarray(parameters, dtype=np.float64)
        if parameters_N2.ndim != 2 or parameters_N2.shape[1] != 2:
            raise UnusableRatings(
                f"The parameters have the shape {parameters_N2.shape}; give two per photo: "
                f"{' and '.join(self.parameter_names)}."
            )
        if not self._are_valid(parameters_N2).all():
            row = parameters_N2[~self._are_valid(parameters_N2)][0].tolist()
            raise UnusableRatings(f"The model {self.name} can't have {self._named(row)}.")
        return self._probabilities(parameters_N2)

    def at(self, place_N2: FloatArray) -> FloatArray:
        """The probabilities (N, 5) at places (N, 2) of the search, which must be in the box."""
        return self._probabilities(self.from_search(place_N2))

    @abstractmethod
    def from_search(self, place_N2: FloatArray) -> FloatArray:
        """The parameters at places of the search."""

    @abstractmethod
    def to_search(self, parameters_N2: FloatArray) -> FloatArray:
        """The way back."""

    @abstractmethod
    def from_moments(self, wanted: Moments) -> FloatArray:
        """Parameters (N, 2) that give about this mean and variance; where a search may begin."""

    @abstractmethod
    def _probabilities(self, parameters_N2: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _are_valid(self, parameters_N2: FloatArray) -> npt.NDArray[np.bool_]:
        """Which rows are parameters of this model, (N,)."""

    @property
    def lower_2(self) -> FloatArray:
        """The low corner of the search's box."""
        return np.array([ticks[0] for ticks in self.ticks])

    @property
    def upper_2(self) -> FloatArray:
        """The high corner."""
        return np.array([ticks[-1] for ticks in self.ticks])

    @cached_property
    def grid_G2(self) -> FloatArray:
        """Places all over the box, which a search compares before it begins."""
        first, second = np.meshgrid(*self.ticks, indexing="ij")
        return np.column_stack([first.ravel(), second.ravel()])

    @cached_property
    def grid_probabilities_GK(self) -> FloatArray:
        """The probabilities at each of them."""
        return self.at(self.grid_G2)

    def _named(self, parameters: Sequence[float]) -> str:
        pairs = zip(self.parameter_names, parameters, strict=True)
        return ", ".join(f"{name} {value:g}" for name, value in pairs)
