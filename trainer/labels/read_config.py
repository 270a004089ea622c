"""The labels that a run's config names, as the run and the window alike read them."""

from dataclasses import replace
from pathlib import Path

from trainer.config import LabelsConfig
from trainer.labels.csv_columns import NamedColumns
from trainer.labels.label_set import LabelSet
from trainer.labels.read_labels import read_labels


def read_named_labels(config: LabelsConfig) -> LabelSet:
    """The labels that a config names, under the name that it gives them, unchecked."""
    labels = read_labels(
        Path(config.source),
        kind=config.kind,
        score_low=config.score_low,
        score_high=config.score_high,
        higher_is_better=config.higher_is_better,
        columns=NamedColumns(
            image=config.image_column,
            score=config.score_column,
            reference=config.reference_column,
            split=config.split_column,
            rater=config.rater_column,
        ),
    )
    return replace(labels, name=config.name) if config.name else labels
