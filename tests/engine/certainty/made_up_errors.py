"""A made-up model and its errors: sources that are off by shifts, features drawn from a normal."""

import numpy as np

from engine.certainty.certainty import Certainty, SourceErrors
from engine.certainty.photo_facts import PhotoFacts

GREY = PhotoFacts(brightness=120.0, contrast=50.0, colour=30.0, short_side_px=512.0, aspect=1.5)


def errors_of(shift: float, *, seed: int, num_photos: int = 400, num_features: int = 4):
    """A source whose ratings lie `shift` points above the scores, each by 6 points more or less."""
    rng = np.random.default_rng(seed)
    scores_N = rng.uniform(20, 80, num_photos)
    return SourceErrors(
        features_NF=rng.normal(size=(num_photos, num_features)),
        scores_N=scores_N,
        rated_N=scores_N + shift + rng.normal(0, 6, num_photos),
    )


def certainty_of(shifts=(-8.0, 8.0), *, num_features: int = 4) -> Certainty:
    """What is known from such sources; with one shift, from a validation part."""
    errors = [
        errors_of(shift, seed=number, num_features=num_features)
        for number, shift in enumerate(shifts)
    ]
    return Certainty.of(
        np.random.default_rng(9).normal(size=(500, num_features)),
        [GREY],
        errors,
        basis="sources" if len(shifts) > 1 else "validation",
        labels_std=15.0,
    )
