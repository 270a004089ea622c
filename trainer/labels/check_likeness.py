"""Photos that look alike, which must not be torn apart between training and test."""

from collections.abc import Sequence
from dataclasses import replace

from engine.photos.likeness import alike_groups, photo_looks
from trainer.labels.check_scores import Checked
from trainer.labels.label_problem import LabelProblem, problem
from trainer.labels.label_set import LabelledPhoto

_NAMED_OF_A_GROUP = 3


def keep_alike_together(photos: Sequence[LabelledPhoto]) -> Checked:
    """The photos, those that look alike with the number of their group, and how many those are.

    Groups follow from the photos alone, not from their order. A group of one reference is none:
    the reference keeps it together already. Parts that the labels give are left as they are, and
    it is told where they tear a group apart. Every photo is decoded, coarsely.
    """
    order = sorted(range(len(photos)), key=lambda index: photos[index].path.as_posix())
    looks = list(photo_looks(photos[index].path for index in order))
    groups = [[order[place] for place in group] for group in alike_groups(looks)]
    groups = [group for group in groups if not _share_a_reference([photos[i] for i in group])]
    if not groups:
        return list(photos), []
    numbers = {index: number for number, group in enumerate(groups, start=1) for index in group}
    kept = [replace(photo, alike=numbers.get(index)) for index, photo in enumerate(photos)]
    problems = [
        problem(
            "look_alike",
            f"{len(numbers)} photos look alike, in {_counted(len(groups), 'group')}: each group "
            "stays in one part wherever parts are drawn.",
            "Nothing needs to be done. With split.group_near_duplicates = false they are parted "
            "as if they had nothing in common.",
            [_listed([photos[index] for index in group]) for group in groups],
        )
    ]
    return kept, problems + _torn([[photos[index] for index in group] for group in groups])


def _torn(groups: Sequence[Sequence[LabelledPhoto]]) -> list[LabelProblem]:
    """A problem of the groups that the parts of the labels tear apart."""
    torn = [group for group in groups if len({photo.split or "train" for photo in group}) > 1]
    if not torn:
        return []
    num_photos = sum(map(len, torn))
    return [
        problem(
            "look_alike_in_two_parts",
            f"{num_photos} photos that look alike are in more than one part: left there, as the "
            "labels say, and the test may be too kind.",
            "Put each group into one part, or remove the split column to have the parts drawn.",
            [_listed(group) for group in torn],
        )
    ]


def _share_a_reference(group: Sequence[LabelledPhoto]) -> bool:
    references = {photo.reference for photo in group}
    return len(references) == 1 and None not in references


def _listed(group: Sequence[LabelledPhoto]) -> str:
    names = [photo.path.name for photo in group[:_NAMED_OF_A_GROUP]]
    more = len(group) - len(names)
    return " ~ ".join(names) + (f" and {more} more" if more else "")


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
