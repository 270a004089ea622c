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
from trainer.errors import TrainingError
from trainer.figures import epoch_agreement
from trainer.final_test import FinalTest, num_scored_photos
from trainer.foreign_teacher import foreign_scale
from trainer.head_start import last_layer, start_head
from trainer.interpolation import interpolate, start_of
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
from trainer.photo_features import PhotoFeatures, photo_features
from trainer.rated_occasions import RatedOccasions
from trainer.run_folder import RepeatFolder
from trainer.score_table import is_score_table, scores_of_table
from trainer.scoring import Stopped, score_photos
from trainer.stages import (
    Stage,
    network_config,
    stage_config,
    stages_to_train,
    started_network,
    starting_weights,
)
from trainer.start_scale import start_on_scale
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
        self._occasions = RatedOccasions(self._material, folder, split)
        self._folder = folder
        self._split = split
        self._number = number
        self._config = material.config
        self._stages = stages_to_train(material.config)
        asking = [one for one in self._stages if stage_config(self._config, one).interpolation]
        if asking and not split.validation:
            raise TrainingError(
                f"{asking[0]}.interpolation is on, but there is no validation part to choose by.",
                f"Set {asking[0]}.interpolation = false, or give validation some photos.",
            )

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
                objective = self._objective(stage, is_measured=True)
                loop = self._loop(stage, objective, self._network(stage, "none"), None)
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
        records = self._records_so_far(stage) if self._material.finishes_early else []
        if not records:
            self._started_from()
            try:
                objective = self._objective(stage)
                network = self._beginning(stage)
            except Stopped:
                return False
            loop = self._loop(stage, objective, network, time_left)
            if not loop.run():
                return False
            records = loop.position.records
        if stage_config(self._config, stage).interpolation and not self._interpolate(stage):
            return False
        write_json(self._epochs_json(stage), [asdict(record) for record in records])
        for path in (self._probed(stage), self._trained(stage)):
            path.unlink(missing_ok=True)
        return True

    def _records_so_far(self, stage: Stage) -> list[EpochRecord]:
        """The epochs that the stage has behind it: with any, it can be taken as done."""
        found = load_checkpoint(self._folder.last_pt)
        if found is None or found[0].stage != stage or not found[0].records:
            return []
        _log.info("%s: finished early, after %d epochs", stage, len(found[0].records))
        return found[0].records

    def _interpolate(self, stage: Stage) -> bool:
        """Take the best epoch's weights back to their start as far as validation likes.

        False if stopped.
        """
        path, trained, probed = self._model(stage), self._trained(stage), self._probed(stage)
        if not trained.exists():
            path.replace(trained)  # so that after a kill it is not done twice
        network, card = open_model(trained)
        start = open_model(probed)[0] if probed.exists() else self._network(stage)
        try:
            found = interpolate(
                network.to(self._material.machine.device),
                start_of(
                    start.to(self._material.machine.device), network, is_probed=probed.exists()
                ),
                cost=stage_config(self._config, stage).interpolation_cost,
                agreement=self._agreement,
            )
        except Stopped:
            return False
        _log.info("%s: %.1f of the way from the start", stage, found.share)
        how = f"Its weights go {found.share:.1f} of the way from their start, chosen on validation."
        card = replace(card, protocol=f"{card.protocol} {how}")
        save_model(path, network, card, dtype=torch.float32)
        write_json(self._folder.interpolation_json(stage), asdict(found))
        return True

    def _agreement(self, network: QualityNetwork) -> float:
        """SRCC on the validation photos, as epochs are judged by."""
        material, validation = self._material, self._split.validation
        scores_NK = score_photos(
            network,
            material.source,
            validation,
            num_crops=self._config.photos.validation_crops,
            machine=material.machine,
            should_stop=lambda: material.reporter.should_stop,
        )
        return epoch_agreement(scores_NK.mean(1), material.rated_N[list(validation)])[0]

    def _objective(self, stage: Stage, *, is_measured: bool = False) -> Objective:
        """What a stage minimises; an untrained teacher takes as long as a trained one."""
        if stage == "teacher":
            plain = TeacherObjective(self._config.teacher, counts_NK=self._material.counts_NK)
            return with_ladders(plain, self._config.teacher)
        teacher: QualityNetwork | None = None
        scale: TeacherScale | None = None
        device = self._material.machine.device
        if needs_teacher(self._config.student):
            if is_score_table(self._config.teacher.model):
                return with_ladders(self._taught_by_table(), self._config.student)
            if is_measured:
                teacher = build_network(network_config(self._config, "teacher")).to(device)
            else:
                given = self._config.teacher.model
                teacher, card = open_model(Path(given) if given else self._folder.teacher_model)
                teacher = teacher.to(device)
                if given:
                    scale = foreign_scale(teacher, card, self._material, self._folder, self._split)
        objective = StudentObjective(
            self._config.student,
            teacher,
            teacher_scale=scale,
            counts_NK=self._material.counts_NK,
        )
        return with_ladders(objective, self._config.student)

    def _taught_by_table(self) -> StudentObjective:
        taught_N = scores_of_table(
            Path(self._config.teacher.model),
            self._material.labels,
            self._split,
            self._material.rated_N,
            adjusts_scale=self._config.teacher.adjust_scale,
        )
        return StudentObjective(
            self._config.student,
            None,
            taught_N=torch.from_numpy(taught_N).float(),
            counts_NK=self._material.counts_NK,
        )

    def _loop(
        self,
        stage: Stage,
        objective: Objective,
        network: QualityNetwork,
        time_left: TimeLeft | None,
    ) -> StageLoop:
        """The loop of a stage."""
        material, config, folder = self._material, self._config, self._folder
        recipe = stage_config(config, stage)

        def keep(best: QualityNetwork, record: EpochRecord) -> None:
            _log.info("%s: epoch %d is kept", stage, record.epoch + 1)
            card = self._card(best, stage)
            save_model(self._model(stage), best, card, dtype=torch.float32)

        def after_epoch(network: QualityNetwork, record: EpochRecord) -> None:
            if recipe.interpolation and record.epoch == recipe.probe_epochs - 1:
                card = self._card(network, stage)
                save_model(self._probed(stage), network, card, dtype=torch.float32)
            if recipe.keep_epochs:
                keep_epoch(network, record)

        def keep_epoch(network: QualityNetwork, record: EpochRecord) -> None:
            card = self._card(network, stage)
            card = replace(card, name=f"{card.name}-epoch-{record.epoch + 1}")
            epoch_path = folder.epoch_model(stage, record.epoch)
            epoch_path.parent.mkdir(exist_ok=True)
            save_model(epoch_path, network, card)

        return StageLoop(
            material,
            StageTask(stage=stage, repeat=self._number, split=self._split, folder=folder),
            network.to(material.machine.device),
            objective,
            on_best=keep,
            on_epoch=after_epoch,
            time_left=time_left,
        )

    def _beginning(self, stage: Stage) -> QualityNetwork:
        """The network that a stage begins with; raises Stopped when the run is asked to stop.

        Labels of several occasions are evened by it, and its head is fitted, unless the stage has
        begun before.
        """
        network = self._network(stage).to(self._material.machine.device)
        recipe, train = stage_config(self._config, stage), list(self._split.train)
        found = load_checkpoint(self._folder.last_pt)
        is_fresh = found is None or found[0].stage != stage
        fits_head = is_fresh and recipe.ridge_penalty > 0
        seen: PhotoFeatures | None = None
        if fits_head or self._occasions.is_open:
            seen = photo_features(
                network,
                self._material.source,
                train,
                num_crops=self._config.photos.validation_crops,
                machine=self._material.machine,
                last_layer=last_layer(network) if fits_head else None,
                should_stop=lambda: self._material.reporter.should_stop,
            )
        self._material = self._occasions.evened(None if seen is None else seen.patches_NF)
        if seen is not None and seen.head_NF is not None:
            rated_N = self._material.rated_N[train]
            start_head(network, seen.head_NF, rated_N, penalty=recipe.ridge_penalty)
        return network

    def _network(self, stage: Stage, weights: StartingWeights | None = None) -> QualityNetwork:
        """The network of a stage as it starts, by default with the run's starting weights."""
        config, rated_N = self._config, self._material.rated_N
        torch.manual_seed(config.seed + 1000 * self._number)
        network = started_network(config, stage, weights)
        if config.network.model_to_start_from and weights != "none":
            start_on_scale(network, self._material, self._split)
        else:
            network.start_from_mean(float(rated_N[list(self._split.train)].mean()))
        return network

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

    def _model(self, stage: Stage) -> Path:
        folder = self._folder
        return folder.teacher_model if stage == "teacher" else folder.best_model

    def _trained(self, stage: Stage) -> Path:
        """The best epoch's model while it is taken back to its start."""
        return self._folder.path / f"{stage}_trained.safetensors"

    def _probed(self, stage: Stage) -> Path:
        """The model at the end of the probe, until it has served as a start."""
        return self._folder.path / f"{stage}_probed.safetensors"


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
