"""The labels of a repeat with the offsets between the occasions of rating taken away."""

import json
import logging
from dataclasses import replace

from trainer.atomic_write import write_json
from trainer.labels.split import Split
from trainer.material import RunMaterial
from trainer.occasions import occasion_of, occasion_offsets, without_offsets
from trainer.photo_features import Floats, standardised
from trainer.protocol import Notice
from trainer.run_folder import RepeatFolder

_log = logging.getLogger(__name__)


class RatedOccasions:
    """Finds the offsets of a repeat when it begins, and keeps them in its folder."""

    def __init__(self, material: RunMaterial, folder: RepeatFolder, split: Split) -> None:
        self._material = material
        self._folder = folder
        self._split = split

    @property
    def is_open(self) -> bool:
        """Whether the offsets are asked for and not yet known."""
        asked = self._material.config.labels.occasions != "none"
        return asked and not self._folder.occasions_json.exists()

    def evened(self, patches_NF: Floats | None) -> RunMaterial:
        """The material with the labels of the training part evened, as the settings ask for it.

        `patches_NF` is what the starting weights see of the training photos, by which offsets are
        told from photos; needed while `is_open`. Validation and test keep the labels that people
        gave.
        """
        settings = self._material.config.labels
        if settings.occasions == "none":
            return self._material
        train = list(self._split.train)
        occasions = [
            occasion_of(self._material.labels.photos[index].path, settings.occasions)
            for index in train
        ]
        rated_N = self._material.rated_N.copy()
        rated_N[train] = without_offsets(
            rated_N[train],
            occasions,
            self._offsets(patches_NF, occasions),
            share=settings.occasion_share,
        )
        return replace(self._material, rated_N=rated_N)

    def _offsets(self, patches_NF: Floats | None, occasions: list[str]) -> dict[str, float]:
        path = self._folder.occasions_json
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))["offsets"]
            return {name: float(offset) for name, offset in stored.items()}
        assert patches_NF is not None  # it was open
        material, train = self._material, self._split.train
        offsets = occasion_offsets(
            standardised(patches_NF),
            material.rated_N[list(train)],
            occasions,
            penalty=float(len(train)),
        )
        write_json(path, {"offsets": offsets, "num_photos": len(train)})
        words = ", ".join(f"{name} {offset:+.1f}" for name, offset in offsets.items())
        _log.info("offsets of occasions: %s", words)
        share = material.config.labels.occasion_share
        material.reporter.send(
            Notice(
                what=f"The occasions of rating differ by what photos do not show: {words} points.",
                hint=f"{share:.0%} of it is taken from the labels that are learned from; those of "
                "validation and test stay as they are.",
            )
        )
        return offsets
