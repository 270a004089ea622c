"""What ridge on the model in use makes of a run's labels: the baseline every training must beat.

Loads torch: for jobs.
"""

# N photos that are learned from

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from app import places
from app.catalog.feature_memory import FeatureMemory
from app.personal.photo_features import features_of
from engine.personal.fit_head import TooFewLabels, fit_head
from engine.scorer import Scorer
from trainer.labels.label_set import LabelSet

_MOST_LEARNED_FROM = 1000  # photos of the training part, evenly over its list


def ridge_scores(
    labels: LabelSet, *, scorer: Scorer, should_stop: Callable[[], bool]
) -> dict[Path, float]:
    """Scores of the validation and test photos by ridge that learned from the training part.

    `labels` say each photo's part. Empty where there are too few labels, or after a stop.
    """
    parts = {
        name: [photo for photo in labels.photos if photo.split == name]
        for name in ("train", "val", "test")
    }
    step = max(1, -(-len(parts["train"]) // _MOST_LEARNED_FROM))
    learnt, asked = parts["train"][::step], [*parts["val"], *parts["test"]]
    with FeatureMemory(
        places.catalog(), model_id=scorer.model_id, num_crops=scorer.num_crops
    ) as memory:
        features, _ = features_of(
            [photo.path for photo in (*learnt, *asked)],
            scorer=scorer,
            memory=memory,
            should_stop=should_stop,
        )
    learnt = [photo for photo in learnt if photo.path in features]
    known = [photo.path for photo in asked if photo.path in features]
    if should_stop() or not learnt or not known:
        return {}
    kept = replace(labels, photos=tuple(learnt))
    points_N = kept.range.to_0_100(np.array([photo.score for photo in kept.photos]))
    try:
        head = fit_head(np.stack([features[photo.path] for photo in learnt]), points_N)
    except TooFewLabels:
        return {}
    predicted = head.predict(np.stack([features[path] for path in known]))
    return dict(zip(known, predicted.tolist(), strict=True))
