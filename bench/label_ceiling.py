"""How high a correlation noisy labels allow, where they state how far opinions were apart."""

# N photos

import math

import numpy as np

from trainer.labels.label_set import LabelSet


def label_ceiling(labels: LabelSet, prefix: str = "") -> float | None:
    """The PLCC with the labels that a model with people's true means would have; None if unknown.

    It is the root of the share of the labels' variance that is no luck of who was asked: the mean
    label of n people is off by std / sqrt(n). Labels must state the spread and the number of
    opinions of every photo whose name begins with `prefix`.
    """
    photos = [photo for photo in labels.photos if photo.path.name.startswith(prefix)]
    if len(photos) < 2 or any(photo.std is None or photo.counts is None for photo in photos):
        return None
    errors = []
    for photo in photos:
        assert photo.std is not None
        assert photo.counts is not None
        errors.append(photo.std**2 / max(1, sum(photo.counts)))
    total = float(np.var([photo.score for photo in photos], ddof=1))
    return math.sqrt(max(0.0, 1 - float(np.mean(errors)) / total)) if total else None


def ceiling_words(labels: LabelSet, prefix: str) -> str:
    """The same as a sentence for people."""
    ceiling = label_ceiling(labels, prefix)
    if ceiling is None:
        return (
            f"{prefix}: the labels do not say how far opinions were apart and how many there were, "
            "so that it can't be told how high a figure they allow."
        )
    figure = f"{ceiling:.3f}".replace("0.", ".", 1)
    return f"{prefix}: the labels allow a PLCC of {figure} at most."
