"""A whole run: machine, networks, labels, photos, then every repeat, then the report."""

import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np

from engine.counted import counted
from engine.networks.sight import Sight
from engine.photos.resize import ResizeRule
from trainer.atomic_write import write_json
from trainer.figures import summary
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split
from trainer.labels_in_use import labels_in_use
from trainer.machine import Machine, choose_machine
from trainer.material import RunMaterial
from trainer.photo_cache import CachedPhotos, cache_photos, remove_cache
from trainer.preflight import notices_about_ratings, notices_about_teacher, try_networks
from trainer.protocol import PROTOCOL_VERSION, Finished, Notice, Progress, Started
from trainer.repeat import Repeat
from trainer.reporter import Reporter
from trainer.run_folder import RunFolder
from trainer.split_in_use import split_in_use
from trainer.stages import network_config
from trainer.varied_source import varied_source
from trainer.view_source import open_source

_log = logging.getLogger(__name__)

_FEW_CROPS = 10


def run_training(folder: RunFolder, reporter: Reporter) -> None:
    """Train, test and report as the folder's config says; what is done already is kept.

    The last message is Finished. Raises TrainingError or EngineError with what to do.
    """
    if not _is_reported(folder.report_json) and not _train(folder, reporter):
        reporter.send(Finished(report="", was_stopped=True))
        return
    if not folder.config.machine.photo_cache:
        remove_cache(folder.photo_cache)
    reporter.send(Finished(report=str(folder.report_json), was_stopped=False))


def _train(folder: RunFolder, reporter: Reporter) -> bool:
    """Everything up to the report; False if stopped."""
    config = folder.config
    machine = choose_machine(config.machine)
    notices = try_networks(config)
    labels = labels_in_use(folder, reporter)
    for notice in (
        *notices,
        *notices_about_teacher(config, labels),
        *notices_about_ratings(config, labels),
    ):
        reporter.send(notice)
    sight = network_config(config, "student").sight()
    photos = _photos(folder, labels, sight, reporter)
    if photos is None:
        return False
    material = RunMaterial(
        config=config,
        labels=labels,
        rated_N=np.array([labels.range.to_0_100(photo.score) for photo in labels.photos]),
        source=varied_source(
            open_source(photos, sight, device=machine.device), config.variety, machine.device
        ),
        machine=machine,
        reporter=reporter,
        finishes_early=folder.finish_early.exists(),
    )
    splits = [
        split_in_use(folder, labels, photos.unreadable, number)
        for number in range(config.split.num_repeats)
    ]
    repeats = [
        Repeat(material, folder.repeat_folder(number), split, number)
        for number, split in enumerate(splits)
    ]
    _warn(material, splits[0], reporter)
    time_left = repeats[0].measured_time()
    unfinished = [repeat for repeat in repeats if not repeat.is_finished]
    _announce(
        folder,
        reporter,
        machine,
        splits[0],
        seconds_expected=unfinished[0].seconds_left(time_left) if unfinished else 0.0,
    )
    entries = []
    for repeat in repeats:
        entry = repeat.run(time_left)
        if entry is None:
            return False
        entries.append(entry)
    _write_report(folder, repeats[0].protocol(), machine, entries)
    return True


def _photos(
    folder: RunFolder, labels: LabelSet, sight: Sight, reporter: Reporter
) -> CachedPhotos | None:
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
        crop_px=sight.least_side_px,
        folder=folder.photo_cache,
        on_progress=on_progress,
        should_stop=lambda: reporter.should_stop,
    )
    if photos is not None and photos.unreadable:
        names = [
            f"{labels.photos[index].path.name} ({reason})"
            for index, reason in list(photos.unreadable.items())[:5]
        ]
        num_left_out = len(photos.unreadable)
        verb = "is" if num_left_out == 1 else "are"
        reporter.send(
            Notice(
                what=f"{counted(num_left_out)} can't be read and {verb} left out: "
                + "; ".join(names),
                hint="The run goes on with the others.",
            )
        )
    return photos


def _warn(material: RunMaterial, split: Split, reporter: Reporter) -> None:
    config, machine = material.config, material.machine
    num_views = material.source.sight.num_random_views(config.photos.crops_per_photo)
    num_crops = len(split.train) * num_views
    batch_size = min(config.student.batch_size, num_crops)
    if config.student.contrast != "none" and batch_size < _FEW_CROPS:
        reporter.send(
            Notice(
                what=f"The student's batches hold {counted(batch_size, 'crop')}.",
                hint="Below 10 the pair ratios leave each crop one positive; 16 or more is better.",
            )
        )
    if machine.device.type == "cpu" and config.machine.device == "auto":
        reporter.send(
            Notice(
                what="There is no CUDA device here, so the run uses the processor.",
                hint="It works, and takes many times longer than a GPU.",
            )
        )


def _announce(
    folder: RunFolder,
    reporter: Reporter,
    machine: Machine,
    split: Split,
    *,
    seconds_expected: float,
) -> None:
    reporter.send(
        Started(
            version=PROTOCOL_VERSION,
            run_folder=str(folder.path),
            device_name=machine.name,
            precision=machine.precision,
            num_train=len(split.train),
            num_validation=len(split.validation),
            num_test=len(split.test),
            seconds_expected=seconds_expected,
        )
    )


def _write_report(
    folder: RunFolder, protocol: str, machine: Machine, entries: list[dict[str, Any]]
) -> None:
    write_json(
        folder.report_json,
        {
            "name": folder.config.name,
            "protocol": protocol,
            "machine": {"device": machine.name, "precision": machine.precision},
            "repeats": entries,
            "summary": summary(entries),
        },
    )


def _is_reported(report_json: Path) -> bool:
    """Whether the report of the whole run is there; that of a repeat has no summary."""
    if not report_json.exists():
        return False
    return "summary" in json.loads(report_json.read_text(encoding="utf-8"))
