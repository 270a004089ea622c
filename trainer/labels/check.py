"""Whether labels can be trained on, before a run is wasted on them."""

from collections.abc import Sequence
from dataclasses import replace

from trainer.labels.check_likeness import keep_alike_together
from trainer.labels.check_photos import drop_missing, drop_unreadable, settle_same_content
from trainer.labels.check_scores import (
    check_groups,
    check_spread,
    drop_duplicates,
    drop_impossible_scores,
)
from trainer.labels.label_problem import LabelProblem, problem
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.score_range import settle_scale


def check_labels(
    labels: LabelSet, *, min_photos: int = 20, open_photos: bool = True
) -> tuple[LabelSet, list[LabelProblem]]:
    """The labels that can be used, and everything that was found wrong with them.

    A problem that is not fatal has been dealt with: its rows are left out, or as its text says. A
    fatal one must be put right by the person; `stop_on_fatal` turns those into an error. With
    `open_photos` off, photos are looked for but not opened.
    """
    photos, problems = drop_impossible_scores(labels.photos, labels.range)
    photos, found = drop_duplicates(photos)
    problems += found
    photos, found = drop_missing(photos, labels.source)
    problems += found
    if open_photos:
        photos, found = drop_unreadable(photos)
        problems += found
    labels, found = _settled(labels, photos)
    problems += found
    photos, found = settle_same_content(photos)
    problems += found
    problems += check_groups(photos)
    if open_photos:
        photos, found = keep_alike_together(photos)
        problems += found
    problems += check_spread(photos, min_photos=min_photos)
    return replace(labels, photos=tuple(photos)), problems


def _settled(
    labels: LabelSet, kept: Sequence[LabelledPhoto]
) -> tuple[LabelSet, list[LabelProblem]]:
    """The labels on the scale of the photos kept, where nothing but the scores told the scale."""
    settled = settle_scale(labels, kept) if len(kept) < len(labels.photos) else labels
    if settled.range == labels.range:
        return labels, []
    now, before = settled.range, labels.range
    return settled, [
        problem(
            "scale_of_the_rest",
            f"Without the photos left out, the scale is {now.low:g} to {now.high:g}, not "
            f"{before.low:g} to {before.high:g}.",
            "If the scale is another, give the lowest and the highest possible score.",
            (),
        )
    ]
