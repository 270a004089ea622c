"""How sure a trained model is, found at the end of a run from training and validation photos."""

# N photos, F features of a photo

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.certainty.certainty import Certainty, SourceErrors
from engine.certainty.known_photos import FEWEST_PHOTOS
from engine.certainty.photo_facts import PhotoFacts
from trainer.labels.split import Split
from trainer.material import RunMaterial
from trainer.scoring import SeenPhotos

Floats = npt.NDArray[np.float64]

_MOST_PHOTOS = 500  # of the training part: enough for the main axes of their features
_FEWEST_ERRORS = 30  # of validation: with fewer, 95 % are a matter of luck


def certainty_photos(split: Split) -> tuple[int, ...]:
    """The training photos that others are compared with, evenly over the part; none if too few."""
    if len(split.train) < FEWEST_PHOTOS or len(split.validation) < _FEWEST_ERRORS:
        return ()
    num_photos = min(_MOST_PHOTOS, len(split.train))
    places = np.linspace(0, len(split.train) - 1, num_photos).round().astype(int)
    return tuple(split.train[place] for place in places)


def certainty_of_run(
    material: RunMaterial,
    *,
    training: Floats,
    photos: Sequence[int],
    validation: SeenPhotos,
    rated_N: Floats,
) -> Certainty:
    """From features (N, F) of training photos, and scores and ratings of validation photos.

    The intervals hold for photos of the kind that the run's labels are of, which validation photos
    are drawn from. Facts are those of the resized photos that networks see.
    """
    cached = material.source.photos
    facts = [
        PhotoFacts.of(
            cached.photo(index),
            width_px=int(cached.width_N[index]),
            height_px=int(cached.height_N[index]),
        )
        for index in photos
    ]
    errors = SourceErrors(
        features_NF=validation.features_NF,
        scores_N=np.clip(validation.scores_NK.mean(1), 0, 100),
        rated_N=rated_N,
    )
    return Certainty.of(
        training, facts, [errors], basis="validation", labels_std=float(material.rated_N.std())
    )
