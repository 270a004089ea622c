"""Which photos of a finished run a head is taught and levelled on."""

from dataclasses import dataclass
from pathlib import Path

from trainer.errors import TrainingError
from trainer.labels.label_set import LabelSet
from trainer.labels.stored_labels import stored_labels, stored_split
from trainer.run_folder import RunFolder

_TAUGHT_SHARE = 1 / 3
_LEVELLED_SHARE = 1 / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Photos to plant defects in, photos to set the levels on, and the models of the run.

    Both are the best-rated of their part, best first: the labels choose the photos, and teach
    nothing else.
    """

    photos: tuple[Path, ...]
    level_photos: tuple[Path, ...]
    models: list[Path]
    source: str


def read_lesson(run_folder: Path) -> Lesson:
    """The lesson of a run. Raises TrainingError when the run has not come to its split yet."""
    folder = RunFolder.open(run_folder)
    repeat = folder.repeat_folder(0)
    labels, split = stored_labels(folder.path), stored_split(repeat.path)
    if labels is None or split is None:
        raise TrainingError(
            f"{run_folder} has no labels and split yet.", "Let the run finish first."
        )
    if not split.validation:
        raise TrainingError(
            f"{run_folder} has no validation part, and levels are set on its photos.",
            "Take a run with split.validation_fraction above 0, and teach this model with --model.",
        )
    photos = _best(labels, split.train, _TAUGHT_SHARE)
    level_photos = _best(labels, split.validation, _LEVELLED_SHARE)
    return Lesson(
        photos=photos,
        level_photos=level_photos,
        models=[path for path in (repeat.teacher_model, repeat.best_model) if path.exists()],
        source=labels.name,
    )


def _best(labels: LabelSet, part: tuple[int, ...], share: float) -> tuple[Path, ...]:
    direction = -1 if labels.range.higher_is_better else 1
    ordered = sorted(part, key=lambda index: direction * labels.photos[index].score)
    return tuple(labels.photos[index].path for index in ordered[: max(1, round(share * len(part)))])
