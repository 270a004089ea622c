"""One split of the labels from beginning to end: teacher, student, and the test read once."""

import json
import logging
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from engine.networks.backbone import StartingWeights
from engine.networks.model_card import ModelCard
from engine.networks.model_file import build_network, open_model, save_model
from engine.networks.quality_network import QualityNetwork
from engine.networks.starting_point import StartingPoint
from engine.networks.starting_weights import starting_point
from trainer.atomic_write import write_json
from trainer.cards import model_card, protocol_text
from trainer.checkpoint import EpochRecord, load_checkpoint
from trainer.final_test import FinalTest, num_scored_photos
from trainer.foreign_teacher import foreign_scale
from trainer.label_noise import with_label_noise
from trainer.labels.split import Split
from trainer.loop import StageLoop, StageTask
from trainer.material import RunMaterial
from trainer.objectives import (
    Objective,
    StudentObjective,
    TeacherObjective,
    needs_teacher,
    with_ladders,
)
from trainer.run_folder import RepeatFolder
from trainer.scoring import Stopped, score_photos
from trainer.stages import Stage, network_config, stage_config, stages_to_train, starting_weights
from trainer.teacher_scale import TeacherScale
from trainer.time_left import TimeLeft

_log = logging.getLogger(__name__)

_TIMED_PHOTOS = 4
_NOISE_NUMBER = 16  # tells the seed of label noise from those of the stages


class Repeat:
    """One repeat of a run; every step it finds done in its folder it does not do again."""

    def __init__(
        self, material: RunMaterial, folder: RepeatFolder, split: Split, number: int
    ) -> None:
        self._material = _with_noise(material, split, number)
        self._folder = folder
        self._split = split
        self._number = number
        self._config = material.config
        self._stages = stages_to_train(material.config)

    @property
    def is_finished(self) -> bool:
        """Whether its report is written."""
        return self._folder.report_json.exists()

    def run(self, time_left: TimeLeft) -> dict[str, Any] | None:
        """Train, test and report; the report's entry for this repeat, or None if stopped."""
        for stage in self._stages:
            if not self._is_done(stage) and not self._train(stage, time_left):
                return None
        entry = FinalTest(
            self._material,
            self._folder,
            self._split,
            self._number,
            epochs={stage: self._epochs(stage) for stage in self._stages},
            time_left=time_left,
        ).run()
        if entry is not None:
            self._folder.last_pt.unlink(missing_ok=True)
        return entry

    def protocol(self) -> str:
        """How the figures of this repeat were obtained."""
        return protocol_text(self._config, self._material.labels, self._split)

    def measured_time(self) -> TimeLeft:
        """What a run takes, from a few real steps of each stage and a few scored photos.

        Stages that no repeat has before it any more are left out.
        """
        num_repeats = self._config.split.num_repeats
        machine = self._material.machine
        works = []
        for stage in self._stages:
            if num_repeats > 1 or not self._is_done(stage):
                loop = self._loop(stage, self._objective(stage, is_measured=True), "none", None)
                works.append(loop.work())
        return TimeLeft(
            works,
            test_crops=self._material.num_test_views
            * num_scored_photos(self._split, len(self._stages)),
            num_repeats=num_repeats,
            seconds_per_validation_crop=self._seconds_per_scored_crop(machine.dtype),
            seconds_per_test_crop=self._seconds_per_scored_crop(torch.float32),
        )

    def seconds_left(self, time_left: TimeLeft) -> float:
        """What a run still takes that stands in this repeat."""
        for stage in self._stages:
            if self._is_done(stage):
                continue
            found = load_checkpoint(self._folder.last_pt)
            is_begun = found is not None and found[0].stage == stage
            epoch, step = (found[0].epoch, found[0].step) if found and is_begun else (0, 0)
            return time_left.after_steps(self._number, stage, epoch=epoch, step=step)
        return time_left.after_tests(self._number, num_crops=0)

    def _train(self, stage: Stage, time_left: TimeLeft) -> bool:
        if self._material.finishes_early and self._takes_as_done(stage):
            return True
        weights = starting_weights(self._config)
        self._started_from()
        try:
            objective = self._objective(stage)
        except Stopped:
            return False
        loop = self._loop(stage, objective, weights, time_left)
        if not loop.run():
            return False
        write_json(self._epochs_json(stage), [asdict(record) for record in loop.position.records])
        return True

    def _takes_as_done(self, stage: Stage) -> bool:
        """Whether the stage has a best epoch already; then no more are trained."""
        found = load_checkpoint(self._folder.last_pt)
        if found is None or found[0].stage != stage or not found[0].records:
            return False
        _log.info("%s: finished early, after %d epochs", stage, len(found[0].records))
        write_json(self._epochs_json(stage), [asdict(record) for record in found[0].records])
        return True

    def _objective(self, stage: Stage, *, is_measured: bool = False) -> Objective:
        """What a stage minimises; an untrained teacher takes as long as a trained one."""
        if stage == "teacher":
            return with_ladders(TeacherObjective(self._config.teacher), self._config.teacher)
        teacher: QualityNetwork | None = None
        scale: TeacherScale | None = None
        device = self._material.machine.device
        if needs_teacher(self._config.student):
            if is_measured:
                teacher = build_network(network_config(self._config, "teacher")).to(device)
            else:
                given = self._config.teacher.model
                teacher, card = open_model(Path(given) if given else self._folder.teacher_model)
                teacher = teacher.to(device)
                if given:
                    scale = foreign_scale(teacher, card, self._material, self._folder, self._split)
        objective = StudentObjective(self._config.student, teacher, teacher_scale=scale)
        return with_ladders(objective, self._config.student)

    def _loop(
        self,
        stage: Stage,
        objective: Objective,
        weights: StartingWeights,
        time_left: TimeLeft | None,
    ) -> StageLoop:
        """The loop of a stage, its network at the starting weights."""
        material, config = self._material, self._config
        torch.manual_seed(config.seed + 1000 * self._number)
        network = build_network(network_config(config, stage), weights=weights)
        network.start_from_mean(float(material.rated_N[list(self._split.train)].mean()))
        folder = self._folder
        path = folder.teacher_model if stage == "teacher" else folder.best_model

        def keep(best: QualityNetwork, record: EpochRecord) -> None:
            _log.info("%s: epoch %d is kept", stage, record.epoch + 1)
            card = self._card(best, stage)
            save_model(path, best, card, dtype=torch.float32)

        def keep_epoch(network: QualityNetwork, record: EpochRecord) -> None:
            card = self._card(network, stage)
            card = replace(card, name=f"{card.name}-epoch-{record.epoch + 1}")
            epoch_path = folder.epoch_model(stage, record.epoch)
            epoch_path.parent.mkdir(exist_ok=True)
            save_model(epoch_path, network, card)

        keeps_epochs = stage_config(config, stage).keep_epochs
        return StageLoop(
            material,
            StageTask(stage=stage, repeat=self._number, split=self._split, folder=folder),
            network.to(material.machine.device),
            objective,
            on_best=keep,
            on_epoch=keep_epoch if keeps_epochs else lambda network, record: None,
            time_left=time_left,
        )

    def _card(self, network: QualityNetwork, stage: Stage) -> ModelCard:
        return model_card(
            network,
            stage,
            self._config,
            self._material.labels,
            self._split,
            start=self._started_from(),
        )

    def _started_from(self) -> StartingPoint:
        """The weights that the repeat began with, noted when it did: their file may change."""
        path = self._folder.start_json
        if not path.exists():
            start = starting_point(self._config.network.backbone, starting_weights(self._config))
            write_json(path, asdict(start))
        return StartingPoint.from_json(json.loads(path.read_text(encoding="utf-8")))

    def _seconds_per_scored_crop(self, dtype: torch.dtype) -> float:
        material = self._material
        machine = replace(material.machine, dtype=dtype)
        network = build_network(network_config(self._config, "student")).to(machine.device)
        seconds = []
        for _ in range(2):  # the first is slow
            begun = time.monotonic()
            scores_NK = score_photos(
                network,
                material.source,
                (self._split.validation or self._split.train)[:_TIMED_PHOTOS],
                num_crops=self._config.photos.validation_crops,
                machine=machine,
            )
            seconds.append(time.monotonic() - begun)
        return min(seconds) / scores_NK.size

    def _epochs(self, stage: Stage) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = json.loads(self._epochs_json(stage).read_text("utf-8"))
        return records

    def _is_done(self, stage: Stage) -> bool:
        return self._epochs_json(stage).exists()

    def _epochs_json(self, stage: Stage) -> Path:
        return self._folder.path / f"{stage}_epochs.json"


def _with_noise(material: RunMaterial, split: Split, number: int) -> RunMaterial:
    """The material with noise on the training part's labels, where the settings ask for it."""
    config = material.config
    if not config.labels.noise_points:
        return material
    rated_N = with_label_noise(
        material.rated_N,
        split.train,
        std_points=config.labels.noise_points,
        seed=(config.seed, _NOISE_NUMBER, number),
    )
    return replace(material, rated_N=rated_N)
