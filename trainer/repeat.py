"""One split of the labels from beginning to end: teacher, student, and the test read once."""

# N photos, K crops of each

import csv
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.explain.grad_cam import measure_map_scale
from engine.measures.correlation import srcc
from engine.measures.logistic_fit import fit_logistic
from engine.networks.backbone import StartingWeights
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_card import LabelScale, ModelCard, Role
from engine.networks.model_file import NetworkConfig, build_network, open_model, save_model
from engine.networks.portable import PortableConfig
from engine.networks.quality_network import QualityNetwork
from engine.photos.resize import ResizeRule
from trainer.atomic_write import write_json, write_text
from trainer.checkpoint import EpochRecord
from trainer.config import RunConfig
from trainer.crop_batches import CropSource
from trainer.figures import compare, measure_figures
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split
from trainer.loop import StageData, StageLoop
from trainer.machine import Machine
from trainer.objectives import Objective, StudentObjective, TeacherObjective, needs_teacher
from trainer.protocol import Notice, Progress
from trainer.reporter import Reporter
from trainer.run_folder import RepeatFolder
from trainer.scoring import score_photos

_log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]
_MAP_SCALE_PHOTOS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMaterial:
    """What all repeats of a run share."""

    config: RunConfig
    labels: LabelSet
    rated_N: Floats
    source: CropSource
    machine: Machine
    reporter: Reporter


class Repeat:
    """One repeat of a run; every step it finds done in its folder it does not do again."""

    def __init__(
        self, material: RunMaterial, folder: RepeatFolder, split: Split, number: int
    ) -> None:
        self._material = material
        self._folder = folder
        self._split = split
        self._number = number
        self._config = material.config
        self._test_machine = replace(material.machine, dtype=torch.float32)

    def run(self) -> dict[str, Any] | None:
        """Train, test and report; the report's entry for this repeat, or None if stopped."""
        teacher: QualityNetwork | None = None
        if needs_teacher(self._config.student):
            teacher = self._teacher()
            if teacher is None:
                return None
        objective = StudentObjective(self._config.student, teacher)
        student_config = self.student_network_config()
        if not self._train("student", student_config, objective, self._folder.best_model):
            return None
        return self._report()

    def student_network_config(self) -> NetworkConfig:
        """The student that the run's switches describe."""
        config, student = self._config, self._config.student
        if config.network.architecture == "portable":
            return PortableConfig(backbone=config.network.backbone, crop_px=config.photos.crop_px)
        return CsiqaConfig(
            backbone=config.network.backbone,
            crop_px=config.photos.crop_px,
            has_quality_token=student.quality_token,
            mask_probability=student.mask_probability if student.mask else 0.0,
            is_cls_masked=student.mask_cls,
        )

    def teacher_network_config(self) -> NetworkConfig:
        """The same network without the quality-aware token and its mask."""
        config = self.student_network_config()
        if isinstance(config, PortableConfig):
            return config
        return replace(config, has_quality_token=False, mask_probability=0.0, is_cls_masked=False)

    def _teacher(self) -> QualityNetwork | None:
        if self._config.teacher.model:
            return self._given_teacher(Path(self._config.teacher.model))
        objective = TeacherObjective(self._config.teacher)
        path = self._folder.teacher_model
        if not self._train("teacher", self.teacher_network_config(), objective, path):
            return None
        return open_model(path)[0].to(self._material.machine.device)

    def _given_teacher(self, path: Path) -> QualityNetwork:
        network, card = open_model(path)
        if card.label_sha256 == self._material.labels.sha256:
            self._material.reporter.send(
                Notice(
                    what=f"The teacher {card.name} was trained on these same labels.",
                    hint="If its test part was another one, it has seen photos that are tested "
                    "here, and the student's figures are too good.",
                )
            )
        return network.to(self._material.machine.device)

    def _train(
        self,
        stage: str,
        network_config: NetworkConfig,
        objective: Objective,
        model_path: Path,
    ) -> bool:
        done = self._epochs_json(stage)
        if done.exists():
            return True
        loop = self.stage_loop(stage, network_config, objective, model_path)
        if not loop.run():
            return False
        write_json(done, [asdict(record) for record in loop.position.records])
        return True

    def stage_loop(
        self,
        stage: str,
        network_config: NetworkConfig,
        objective: Objective,
        model_path: Path,
    ) -> StageLoop:
        """The loop of a stage, its network at the starting weights."""
        material, config = self._material, self._config
        torch.manual_seed(config.seed + 1000 * self._number)
        network = build_network(network_config, weights=_weights(config.network.weights))
        network.start_from_mean(float(material.rated_N[list(self._split.train)].mean()))
        network = network.to(material.machine.device)
        role: Role = "teacher" if stage == "teacher" else "student"

        def keep(best: QualityNetwork, record: EpochRecord) -> None:
            _log.info("%s: epoch %d is the best so far", stage, record.epoch + 1)
            save_model(model_path, best, self._card(best, role), dtype=torch.float32)

        return StageLoop(
            network,
            objective,
            config.teacher if stage == "teacher" else config.student,
            config.photos,
            StageData(
                source=material.source,
                rated_N=material.rated_N,
                train=self._split.train,
                validation=self._split.validation,
                test=self._split.test if config.split.paper_protocol else (),
            ),
            stage=stage,
            repeat=self._number,
            seed=config.seed,
            machine=material.machine,
            folder=self._folder,
            reporter=material.reporter,
            save_every_s=config.machine.save_every_s,
            on_best=keep,
        )

    def _card(self, network: QualityNetwork, role: Role) -> ModelCard:
        config, labels = self._config, self._material.labels
        settings = asdict(config)
        for section, name in (("labels", "source"), ("network", "weights"), ("teacher", "model")):
            settings[section][name] = Path(settings[section][name]).name  # no paths of a machine
        settings["machine"].pop("photo_cache")
        suffix = "-teacher" if role == "teacher" else ""
        return ModelCard(
            name=f"{config.name}{suffix}",
            role=role,
            network=self.teacher_network_config()
            if role == "teacher"
            else self.student_network_config(),
            normalisation=network.normalisation,
            resize_rule=ResizeRule(
                long_side_px=config.photos.long_side_px, short_side_px=config.photos.short_side_px
            ),
            num_crops=config.photos.test_crops,
            labels=LabelScale(
                low=labels.range.low,
                high=labels.range.high,
                higher_is_better=labels.range.higher_is_better,
            ),
            trained_on=labels.name,
            num_photos=len(self._split.train),
            label_sha256=labels.sha256,
            protocol=self.protocol(),
            settings=settings,
            parent="" if role == "teacher" else self._parent(),
            date=datetime.now(UTC).date().isoformat(),
            program=f"discern {_program_version()}",
        )

    def _parent(self) -> str:
        if not needs_teacher(self._config.student):
            return ""
        given = self._config.teacher.model
        return Path(given).name if given else f"{self._config.name}-teacher"

    def protocol(self) -> str:
        """How the figures were obtained, in words."""
        split, photos = self._split, self._config.photos
        return (
            f"{self._material.labels.name}: {len(split.train)} photos for training, "
            f"{len(split.validation)} for validation, {len(split.test)} for test, parted "
            f"{split.how}. The epoch was chosen on validation; the test part was read once, after "
            f"that, with {photos.test_crops} fixed crops of {photos.crop_px} pixels per photo. "
            "The logistic of mapped PLCC and of RMSE was fitted on validation. Intervals: 95 %, "
            "bootstrap over the test photos."
        )

    def _report(self) -> dict[str, Any] | None:
        models = {"student": self._folder.best_model}
        if self._folder.teacher_model.exists():
            models = {"teacher": self._folder.teacher_model, **models}
        entry: dict[str, Any] = {"repeat": self._number}
        test_scores: dict[str, Floats] = {}
        for role, path in models.items():
            if self._material.reporter.should_stop:
                return None
            test_scores[role], entry[role] = self._finish_model(role, path)
        entry["preferred"] = max(models, key=lambda role: entry[role]["validation_srcc"])
        if len(models) == 2:
            rated = self._rated(self._split.test)
            entry["student_minus_teacher"] = compare(
                test_scores["student"], test_scores["teacher"], rated
            )
        self._write_predictions(test_scores)
        write_json(self._folder.report_json, {"protocol": self.protocol(), "repeats": [entry]})
        return entry

    def _finish_model(self, role: str, path: Path) -> tuple[Floats, dict[str, Any]]:
        """Store the model as it will be used (fp16), then measure that very file."""
        network, card = open_model(path)
        save_model(path, network, card)
        network = open_model(path)[0].to(self._material.machine.device)
        validation = self._scores(network, self._split.validation, role)
        test = self._scores(network, self._split.test, role)
        rated = self._rated(self._split.validation)
        logistic = fit_logistic(validation, rated)
        figures = measure_figures(
            test,
            self._rated(self._split.test),
            logistic,
            to_label_units=self._material.labels.range.from_0_100,
        )
        photos = self._material.source.photos
        some = self._split.validation[:_MAP_SCALE_PHOTOS]
        map_scale = measure_map_scale(network, [photos.photo(index) for index in some])
        card = replace(card, figures=figures, logistic=logistic, map_scale=map_scale)
        save_model(path, network, card)
        epochs = json.loads(self._epochs_json(role).read_text(encoding="utf-8"))
        entry = {
            "model": path.name,
            "validation_srcc": srcc(validation, rated),
            "figures": figures,
            "epochs": epochs,
        }
        if self._config.split.paper_protocol:
            entry["paper_protocol"] = _optimistic(epochs)
        return test, entry

    def _scores(self, network: QualityNetwork, indices: Sequence[int], role: str) -> Floats:
        def on_progress(done: int, total: int) -> None:
            self._material.reporter.send(_test_progress(self._number, done, total))

        scores_NK = score_photos(
            network,
            self._material.source,
            indices,
            num_crops=self._config.photos.test_crops,
            machine=self._test_machine,
            on_progress=on_progress,
        )
        _log.debug("scored %d photos with the %s", len(indices), role)
        scores_N: Floats = scores_NK.mean(1)
        return scores_N

    def _rated(self, indices: Sequence[int]) -> Floats:
        return self._material.rated_N[list(indices)]

    def _write_predictions(self, test_scores: dict[str, Floats]) -> None:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["image", "rated_0_100", *test_scores])
        columns = [self._rated(self._split.test), *test_scores.values()]
        for index, *values in zip(self._split.test, *columns, strict=True):
            path = self._material.labels.photos[index].path
            writer.writerow([path, *(f"{value:.4f}" for value in values)])
        write_text(self._folder.predictions_csv, out.getvalue())

    def _epochs_json(self, stage: str) -> Path:
        return self._folder.path / f"{stage}_epochs.json"


def _test_progress(repeat: int, done: int, total: int) -> Progress:
    return Progress(
        stage="test",
        repeat=repeat,
        epoch=0,
        num_epochs=1,
        step=done,
        num_steps=total,
        losses={},
        examples_per_s=0.0,
        seconds_left=None,
        gpu_memory_bytes=None,
    )


def _optimistic(epochs: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(epochs, key=lambda record: record["test_srcc"])
    return {
        "what": "The epoch chosen on the test part itself, as the paper's base code does [A]. "
        "Optimistic; not to be compared with the figures.",
        "epoch": best["epoch"],
        "srcc": best["test_srcc"],
        "plcc": best["test_plcc"],
    }


def _weights(setting: str) -> StartingWeights:
    if setting == "hub":
        return "hub"
    return "none" if setting == "none" else Path(setting)


def _program_version() -> str:
    try:
        return version("discern-iqa")
    except PackageNotFoundError:
        return "from source"
