"""The parts of each repeat as its folder has them, drawn at the first start."""

from collections.abc import Mapping
from dataclasses import replace

from engine.counted import counted
from trainer.atomic_write import write_json
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split, split_as_configured
from trainer.labels.stored_labels import stored_split
from trainer.run_folder import RunFolder

_SMALLEST_BATCH = 4
_NAMED = 5


def split_in_use(
    folder: RunFolder, labels: LabelSet, unreadable: Mapping[int, str], number: int
) -> Split:
    """The parts of repeat `number`; photos that can't be read are in none of them.

    Raises TrainingError when a part has nothing to tell apart, or when a photo that an earlier
    start used can't be read any more.
    """
    repeat = folder.repeat_folder(number)
    stored = stored_split(repeat.path)
    if stored is not None:
        _require_readable(labels, stored, unreadable)
        return stored
    split = split_as_configured(labels, folder.config.split, number)

    def readable(part: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(index for index in part if index not in unreadable)

    split = replace(
        split,
        train=readable(split.train),
        validation=readable(split.validation),
        test=readable(split.test),
    )
    _require_spread(labels, split, has_validation=folder.config.split.validation_fraction > 0)
    _require_batch(split, folder.config.photos.crops_per_photo)
    write_json(repeat.split_json, split.to_json())
    return split


def _require_readable(labels: LabelSet, split: Split, unreadable: Mapping[int, str]) -> None:
    used = {*split.train, *split.validation, *split.test}
    lost = [index for index in sorted(unreadable) if index in used]
    if not lost:
        return
    names = [f"{labels.photos[index].path} ({unreadable[index]})" for index in lost[:_NAMED]]
    raise TrainingError(
        f"{counted(len(lost))} that this run uses can't be read any more: {'; '.join(names)}",
        "Put them back as they were, then resume the run; or start a new one.",
    )


def _require_spread(labels: LabelSet, split: Split, *, has_validation: bool) -> None:
    parts = {"training": split.train, "validation": split.validation, "test": split.test}
    if not (has_validation or split.validation):
        del parts["validation"]
    for name, part in parts.items():
        if len({labels.photos[index].score for index in part}) < 2:
            raise TrainingError(
                f"The {name} part has {counted(len(part))}, and the scores don't differ.",
                "Add photos or labels, or change the fractions in [split].",
            )


def _require_batch(split: Split, crops_per_photo: int) -> None:
    num_crops = len(split.train) * crops_per_photo
    if num_crops < _SMALLEST_BATCH:
        raise TrainingError(
            f"The training part gives {counted(num_crops, 'crop')} in an epoch; a batch needs at "
            f"least {_SMALLEST_BATCH}.",
            "Put more photos into the training part, or raise photos.crops_per_photo.",
        )
