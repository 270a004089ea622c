"""How far off a model's score of a photo may be, and whether it knows photos like that one."""

# F features of a photo, N photos

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from engine.certainty.expected_error import ExpectedError
from engine.certainty.familiarity import FARTHEST, Familiarity
from engine.certainty.known_photos import KnownPhotos, Places
from engine.certainty.off_by import OffBy, off_by_of_sources, one_of
from engine.certainty.photo_facts import PhotoFacts, UsualFacts

Floats = npt.NDArray[np.float64]

Basis = Literal["sources", "validation"]
"""Errors on sources that scores were fitted without, or on photos of the training's own kind."""

WIDEST = 50.0
"""Points: an interval as wide as the scale says nothing more."""

_HALF = 0.5  # of the variance grows with the square of the distance of a photo that is far
_SHARE_OF_LABELS = 0.5  # of their variance lies between sources, before any error is seen


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceErrors:
    """Photos of one source: their features (N, F), scores by a model that never saw them, ratings.

    Scores and ratings are 0-100, (N,).

    >>> import numpy as np
    >>> from engine.certainty.certainty import SourceErrors
    >>> one = SourceErrors(
    ...     features_NF=np.zeros((2, 3)),
    ...     scores_N=np.array([60.0, 40.0]),
    ...     rated_N=np.array([55.0, 48.0]),
    ... )
    >>> one.errors_N.tolist()
    [-5.0, 8.0]
    """

    features_NF: Floats
    scores_N: Floats
    rated_N: Floats

    @property
    def errors_N(self) -> Floats:
        """By how much people's ratings are higher than the scores, in points."""
        errors_N: Floats = self.rated_N - self.scores_N
        return errors_N


@dataclass(frozen=True, slots=True, kw_only=True)
class HowSure:
    """How far off a score may be, and how like the training photos the photo is.

    `points` is half the width of the interval in which two thirds of such errors lie; twice it
    holds 95 %.

    >>> from engine.certainty.certainty import HowSure
    >>> from engine.certainty.familiarity import Familiarity
    >>> HowSure(points=12.0, familiarity=Familiarity(distance=0.4)).familiarity.is_unlike
    False
    """

    points: float
    familiarity: Familiarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """What a model file knows of its own errors. `num_errors` photos of `num_sources` were used.

    >>> import numpy as np
    >>> from engine.certainty.certainty import Certainty, SourceErrors
    >>> from engine.certainty.photo_facts import PhotoFacts
    >>> rng = np.random.default_rng(0)
    >>> features_NF = rng.normal(size=(500, 4))
    >>> facts = PhotoFacts(
    ...     brightness=120.0, contrast=50.0, colour=30.0, short_side_px=512.0, aspect=1.5
    ... )
    >>> scores_N = rng.uniform(20, 80, 500)
    >>> own = SourceErrors(
    ...     features_NF=features_NF, scores_N=scores_N, rated_N=scores_N + rng.normal(0, 6, 500)
    ... )
    >>> certainty = Certainty.of(features_NF, [facts], [own], basis="validation", labels_std=18.0)
    >>> near, far = (certainty.how_sure(np.full(4, at), 50.0, facts) for at in (0.0, 9.0))
    >>> 5 < near.points < 8, far.points > 1.5 * near.points, far.familiarity.is_unlike
    (True, True, True)
    """

    known: KnownPhotos
    usual: UsualFacts
    expected: ExpectedError
    off_by: OffBy
    basis: Basis
    num_errors: int
    num_sources: int

    @classmethod
    def of(
        cls,
        training_NF: Floats,
        facts: Sequence[PhotoFacts],
        errors: Sequence[SourceErrors],
        *,
        basis: Basis,
        labels_std: float,
    ) -> Self:
        """From features and facts of training photos, and errors on photos not trained on.

        `labels_std` is the standard deviation of all ratings, in points: how far apart sources are
        expected to be before their errors are seen. With the basis `validation` the interval is for
        photos of the very kind (split conformal prediction); with `sources` for those of another
        source. Raises ValueError for fewer than 50 training photos, or no errors.
        """
        if not errors or (basis == "validation" and len(errors) != 1):
            raise ValueError("Errors of the sources, or of one validation part, are needed.")
        known = KnownPhotos.of(training_NF)
        regressors = [_regressors(known.places(one.features_NF), one.scores_N) for one in errors]
        expected = ExpectedError.fit(regressors, [one.errors_N for one in errors])
        relative = [
            one.errors_N / expected.of(regressors_NR)
            for one, regressors_NR in zip(errors, regressors, strict=True)
        ]
        if basis == "sources":
            prior = float(labels_std * np.sqrt(_SHARE_OF_LABELS))
            off_by = off_by_of_sources(relative, prior=prior)
        else:
            (own_N,) = relative
            off_by = OffBy(shared=0.0, freedom=1.0, own=float(own_N.std()), one=one_of(own_N))
        return cls(
            known=known,
            usual=UsualFacts.of(facts),
            expected=expected,
            off_by=off_by,
            basis=basis,
            num_errors=sum(len(one.scores_N) for one in errors),
            num_sources=len(errors),
        )

    def points(self, features_NF: Floats, scores_N: Floats) -> Floats:
        """Half widths (N,) of the intervals, in points of score; at most `WIDEST`."""
        return self._points(self.known.places(features_NF), scores_N)

    def _points(self, places: Places, scores_N: Floats) -> Floats:
        farther_N = np.sqrt(1 + _HALF * np.maximum(places.distances_N**2 - 1, 0))
        usual_N = self.expected.of(_regressors(places, scores_N))
        points_N: Floats = np.minimum(self.off_by.one * usual_N * farther_N, WIDEST)
        return points_N

    def how_sure(self, features_F: Floats, score_0_100: float, facts: PhotoFacts) -> HowSure:
        """Of one photo."""
        places = self.known.places(np.asarray(features_F, np.float64)[None])
        (points,) = self._points(places, np.array([score_0_100]))
        distance = round(min(float(places.distances_N[0]), FARTHEST), 4)
        odd = self.usual.odd(facts) if distance > 1 else ()
        return HowSure(points=float(points), familiarity=Familiarity(distance=distance, odd=odd))


def _regressors(places: Places, scores_N: Floats) -> Floats:
    """What an error may depend on, (N, K + 3): score, its square, distance, place on the axes.

    What lies far out counts as no farther than the farthest training photos: `Certainty` widens
    intervals for those by itself.
    """
    along_NK = np.clip(places.along_NK, -3, 3)
    near_N = np.clip(places.distances_N, 0.1, 1)
    clipped_N = np.clip(scores_N, 0, 100)
    return np.column_stack([clipped_N, (clipped_N - 50) ** 2, np.log(near_N), along_NK])
