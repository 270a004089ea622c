"""A whole run: labels, photos, machine, then every repeat, then the report."""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.networks.model_file import NetworkConfig, build_network
from engine.photos.resize import ResizeRule
from trainer.atomic_write import write_json
from trainer.config import RunConfig, StageConfig
from trainer.crop_batches import CropSource
from trainer.errors import TrainingError
from trainer.figures import summarise
from trainer.labels.check import check_labels
from trainer.labels.label_problem import stop_on_fatal
from trainer.labels.label_set import LabelSet
from trainer.labels.read_labels import read_labels
from trainer.labels.split import Split, split_labels
from trainer.labels_in_use import store_labels, stored_labels
from trainer.machine import Machine, choose_machine
from trainer.objectives import Objective, StudentObjective, TeacherObjective, needs_teacher
from trainer.photo_cache import CachedPhotos, cache_photos
from trainer.protocol import PROTOCOL_VERSION, Finished, Notice, Progress, Started
from trainer.repeat import Repeat, RunMaterial
from trainer.reporter import Reporter
from trainer.run_folder import RunFolder

_log = logging.getLogger(__name__)


def run_training(folder: RunFolder, reporter: Reporter) -> None:
    """Train, test and report as the folder's config says; what is done already is kept.

    The last message is Finished. Raises TrainingError or EngineError with what to do.
    """
    config = folder.config
    machine = choose_machine(config.machine)
    labels = _labels(folder, reporter)
    photos = _photos(folder, labels, reporter)
    if photos is None:
        reporter.send(Finished(report="", was_stopped=True))
        return
    material = RunMaterial(
        config=config,
        labels=labels,
        rated_N=np.array([labels.range.to_0_100(photo.score) for photo in labels.photos]),
        source=CropSource(photos, crop_px=config.photos.crop_px, device=machine.device),
        machine=machine,
        reporter=reporter,
    )
    repeats = [
        Repeat(
            material, folder.repeat_folder(number), _split(folder, labels, photos, number), number
        )
        for number in range(config.split.num_repeats)
    ]
    _warn_of_small_batches(folder, reporter)
    _announce(folder, reporter, machine, _split(folder, labels, photos, 0), repeats[0])
    entries: list[dict[str, Any]] = []
    for repeat in repeats:
        entry = repeat.run()
        if entry is None:
            reporter.send(Finished(report="", was_stopped=True))
            return
        entries.append(entry)
    write_json(
        folder.report_json,
        {
            "name": config.name,
            "protocol": repeats[0].protocol(),
            "machine": {"device": machine.name, "precision": machine.precision},
            "repeats": entries,
            "summary": _summary(entries),
        },
    )
    folder.last_pt.unlink(missing_ok=True)
    reporter.send(Finished(report=str(folder.report_json), was_stopped=False))


def _labels(folder: RunFolder, reporter: Reporter) -> LabelSet:
    """The labels, checked; what was left out or decided is told once, at the first start."""
    stored = stored_labels(folder)
    if stored is not None:
        return stored
    labels = _read(folder.config)
    for note in labels.notes:
        reporter.send(Notice(what=note, hint=""))
    labels, problems = check_labels(labels)
    for problem in problems:
        if not problem.is_fatal:
            reporter.send(Notice(what=problem.what, hint=problem.hint))
    stop_on_fatal(problems)
    store_labels(folder, labels)
    return labels


def _read(config: RunConfig) -> LabelSet:
    asked = config.labels
    labels = read_labels(
        Path(asked.source),
        kind=asked.kind,
        score_low=asked.score_low,
        score_high=asked.score_high,
        higher_is_better=asked.higher_is_better,
    )
    return replace(labels, name=asked.name) if asked.name else labels


def _photos(folder: RunFolder, labels: LabelSet, reporter: Reporter) -> CachedPhotos | None:
    config = folder.config.photos
    total, begun = len(labels.photos), time.monotonic()

    def on_progress(num_done: int) -> None:
        rate = num_done / max(1e-9, time.monotonic() - begun)
        reporter.send(
            Progress(
                stage="photos",
                repeat=0,
                epoch=0,
                num_epochs=1,
                step=num_done,
                num_steps=total,
                losses={},
                examples_per_s=rate,
                seconds_left=(total - num_done) / rate,
                gpu_memory_bytes=None,
            )
        )

    photos = cache_photos(
        [photo.path for photo in labels.photos],
        ResizeRule(long_side_px=config.long_side_px, short_side_px=config.short_side_px),
        crop_px=config.crop_px,
        folder=folder.photo_cache,
        on_progress=on_progress,
        should_stop=lambda: reporter.should_stop,
    )
    if photos is not None and photos.unreadable:
        names = [
            f"{labels.photos[index].path.name} ({reason})"
            for index, reason in list(photos.unreadable.items())[:5]
        ]
        reporter.send(
            Notice(
                what=f"{len(photos.unreadable)} photos can't be read and are left out: "
                + "; ".join(names),
                hint="The run goes on with the others.",
            )
        )
    return photos


def _split(folder: RunFolder, labels: LabelSet, photos: CachedPhotos, number: int) -> Split:
    """The parts of a repeat as its folder has them, else drawn now; unreadable photos are out."""
    path = folder.repeat_folder(number).split_json
    if path.exists():
        return Split.from_json(json.loads(path.read_text(encoding="utf-8")))
    config = folder.config.split
    split = split_labels(
        labels,
        seed=config.seed + number,
        test_fraction=config.test_fraction,
        validation_fraction=config.validation_fraction,
        keep_given=config.num_repeats == 1,
    )

    def readable(part: Sequence[int]) -> tuple[int, ...]:
        return tuple(index for index in part if index not in photos.unreadable)

    split = replace(
        split,
        train=readable(split.train),
        validation=readable(split.validation),
        test=readable(split.test),
    )
    _require_spread(labels, split)
    write_json(path, split.to_json())
    return split


def _require_spread(labels: LabelSet, split: Split) -> None:
    parts = {"training": split.train, "validation": split.validation, "test": split.test}
    for name, part in parts.items():
        if len({labels.photos[index].score for index in part}) < 2:
            raise TrainingError(
                f"The {name} part has {len(part)} photos, and their scores don't differ.",
                "Add photos or labels, or change the fractions in [split].",
            )


def _warn_of_small_batches(folder: RunFolder, reporter: Reporter) -> None:
    student = folder.config.student
    if student.contrast != "none" and student.batch_size < 10:
        reporter.send(
            Notice(
                what=f"student.batch_size is {student.batch_size}.",
                hint="Below 10 the pair ratios leave each crop one positive; 16 or more is better.",
            )
        )


def _announce(
    folder: RunFolder, reporter: Reporter, machine: Machine, split: Split, repeat: Repeat
) -> None:
    if machine.device.type == "cpu" and folder.config.machine.device == "auto":
        reporter.send(
            Notice(
                what="There is no CUDA device here, so the run uses the processor.",
                hint="It works, and takes many times longer than a GPU.",
            )
        )
    reporter.send(
        Started(
            version=PROTOCOL_VERSION,
            run_folder=str(folder.path),
            device_name=machine.name,
            precision=machine.precision,
            num_train=len(split.train),
            num_validation=len(split.validation),
            num_test=len(split.test),
            seconds_expected=_expected_seconds(folder, repeat),
        )
    )


def _expected_seconds(folder: RunFolder, repeat: Repeat) -> float:
    """For all repeats, from a few real steps of each stage; validation is not counted."""
    config = folder.config
    seconds = 0.0
    stages: list[tuple[str, NetworkConfig, Objective, StageConfig]] = []
    teacher_config = repeat.teacher_network_config()
    stand_in = None
    if needs_teacher(config.student):
        # an untrained teacher takes as long as a trained one
        stand_in = build_network(teacher_config).to(choose_machine(config.machine).device)
        if not config.teacher.model:
            objective = TeacherObjective(config.teacher)
            stages.append(("teacher", teacher_config, objective, config.teacher))
    student = StudentObjective(config.student, stand_in)
    stages.append(("student", repeat.student_network_config(), student, config.student))
    for stage, network_config, stage_objective, stage_config in stages:
        loop = repeat.stage_loop(stage, network_config, stage_objective, Path())
        seconds += loop.seconds_per_step() * loop.steps_per_epoch * stage_config.epochs
    return seconds * config.split.num_repeats


def _summary(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean and spread over repeats of every figure, for teacher and student."""
    return {
        role: {
            measure: summarise([entry[role]["figures"][measure]["value"] for entry in entries])
            for measure in ("srcc", "plcc", "plcc_mapped", "krcc", "rmse")
        }
        for role in ("teacher", "student")
        if all(role in entry for entry in entries)
    }


def check_run(config: RunConfig) -> list[str]:
    """What is wrong with a run's labels and machine, one sentence each, without training."""
    found: list[str] = []
    try:
        found.append(f"Machine: {choose_machine(config.machine).name}.")
        labels = _read(config)
    except TrainingError as error:
        return [*found, str(error)]
    labels_used, problems = check_labels(labels)
    found += list(labels.notes)
    found += [f"{problem.what} {problem.hint}" for problem in problems]
    return [
        *found,
        f"{len(labels_used.photos)} of {len(labels.photos)} labelled photos can be used.",
    ]
