"""The photos of a run that its networks did not learn from, resized as the model sees them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from bench.defect_planting import Pixels
from engine.networks.model_card import ModelCard
from engine.photos.resized import read_resized
from trainer.errors import TrainingError
from trainer.labels.stored_labels import stored_labels, stored_split
from trainer.run_folder import RunFolder

Part = Literal["test", "validation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutPhotos:
    """The test or validation part, best-rated first, with the human scores from 0 to 100."""

    source: str
    part: Part
    paths: tuple[Path, ...]
    rated_0_100: tuple[float, ...]
    card: ModelCard

    @classmethod
    def of_run(cls, run_folder: Path, card: ModelCard, *, part: Part = "test") -> Self:
        """A part of a run's photos. Raises TrainingError when it has none yet."""
        folder = RunFolder.open(run_folder)
        labels = stored_labels(folder.path)
        split = stored_split(folder.repeat_folder(0).path)
        if labels is None or split is None:
            raise TrainingError(f"{run_folder} has no labels and split yet.")
        chosen = split.test if part == "test" else split.validation
        rated = {
            index: float(labels.range.to_0_100(labels.photos[index].score)) for index in chosen
        }
        ordered = sorted(chosen, key=lambda index: -rated[index])
        return cls(
            source=labels.name,
            part=part,
            paths=tuple(labels.photos[index].path for index in ordered),
            rated_0_100=tuple(rated[index] for index in ordered),
            card=card,
        )

    @property
    def num_photos(self) -> int:
        """How many there are."""
        return len(self.paths)

    def pixels(self, index: int) -> Pixels:
        """A photo in the size that the model's crops are cut from."""
        rule = self.card.resize_rule
        return read_resized(self.paths[index], rule, crop_px=self.card.crop_px).pixels_HW3
