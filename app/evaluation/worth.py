"""How many raters a model is worth, where the labels say how many people gave which rating."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.errors import UnusableRatings
from engine.ratings.counts import NUM_CATEGORIES
from engine.ratings.worth import Worth, crowd_curve, raters_worth
from trainer.labels.label_set import LabelledPhoto


def worth_of_model(
    photos: Sequence[LabelledPhoto], predicted_0_100: Mapping[Path, float]
) -> Worth | None:
    """As many raters as agree with all others as well as the model does.

    None where fewer than ten of the photos have the ratings of several people, counted from 1 to 5.
    """
    counted = [
        (photo.counts, predicted_0_100[photo.path])
        for photo in photos
        if photo.counts and len(photo.counts) == NUM_CATEGORIES and photo.path in predicted_0_100
    ]
    if not counted:
        return None
    try:
        curve = crowd_curve([counts for counts, _ in counted], [score for _, score in counted])
    except UnusableRatings:
        return None
    return raters_worth(curve)
