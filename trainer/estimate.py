"""What a run will take of time, memory and disk, measured on a few of its photos and steps."""

import math
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil
import torch

from engine.networks.model_file import build_network
from engine.networks.sight import CropSight, Sight
from engine.photos.resize import ResizeRule
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.final_test import num_scored_photos
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split, split_as_configured
from trainer.machine import Machine
from trainer.material import RunMaterial
from trainer.photo_cache import CachedPhotos, cache_photos
from trainer.protocol import Estimate, Message
from trainer.repeat import Repeat
from trainer.run_folder import RepeatFolder
from trainer.stages import network_config, stage_config, stages_to_train
from trainer.time_left import StageWork, TimeLeft
from trainer.varied_source import varied_source
from trainer.view_source import open_source

_FEWEST_PHOTOS, _MOST_PHOTOS = 8, 48
_VALIDATION_PHOTOS = 4
_BYTES_PER_WEIGHT = 4
_SAVED_COPIES = 5  # teacher, student, and in last.pt the weights with AdamW's two moments


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Stands where a run has its reporter: there is no run to speak of yet."""

    should_stop: bool = False

    def send(self, message: Message) -> None:
        """Nobody listens."""


def estimate_run(config: RunConfig, labels: LabelSet, machine: Machine) -> Estimate:
    """Rehearse a few steps of each stage on photos of the run; nothing is learned or kept.

    Raises what a run would: EngineError, TrainingError, or PyTorch's errors of full memory.
    """
    split = split_as_configured(labels, config.split)
    if machine.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(machine.device)
    sight = network_config(config, "student").sight()
    sample, parts, rehearsed = _sample(config, labels, split, sight)
    temporary = tempfile.mkdtemp(prefix="discern-estimate-")
    try:
        begun = time.monotonic()
        photos = _decoded(config, sample, sight, Path(temporary) / "photos")
        seconds_per_photo = (time.monotonic() - begun) / len(sample.photos)
        bytes_per_photo = photos.pixels_P3.nbytes / len(sample.photos)
        material = RunMaterial(
            config=rehearsed,
            labels=sample,
            rated_N=np.array([labels.range.to_0_100(photo.score) for photo in sample.photos]),
            source=varied_source(
                open_source(photos, sight, device=machine.device), config.variety, machine.device
            ),
            machine=machine,
            reporter=_Nobody(),
        )
        repeat = Repeat(material, RepeatFolder(Path(temporary)), parts, 0)
        measured = repeat.measured_time()
        del material, repeat, photos  # the photos are mapped from files in the folder
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    num_photos = len(labels.photos)
    num_weights = _num_weights(config)
    used, available = _memory(machine, num_weights)
    seconds = num_photos * seconds_per_photo + _whole(config, split, measured).of_all()
    models = _SAVED_COPIES * _BYTES_PER_WEIGHT * num_weights * config.split.num_repeats
    return Estimate(
        device_name=machine.name,
        is_gpu=machine.device.type == "cuda",
        seconds=seconds,
        memory_bytes=used,
        memory_available_bytes=available,
        disk_bytes=round(num_photos * bytes_per_photo) + models,
    )


def _decoded(config: RunConfig, sample: LabelSet, sight: Sight, folder: Path) -> CachedPhotos:
    rule = ResizeRule(
        long_side_px=config.photos.long_side_px, short_side_px=config.photos.short_side_px
    )
    paths = [photo.path for photo in sample.photos]
    photos = cache_photos(paths, rule, crop_px=sight.least_side_px, folder=folder)
    assert photos is not None, "nobody can stop it"
    if photos.unreadable:
        raise TrainingError(
            "Some of the photos that were tried can't be read.", "See the page of the labels."
        )
    return photos


def _sample(
    config: RunConfig, labels: LabelSet, split: Split, sight: Sight
) -> tuple[LabelSet, Split, RunConfig]:
    """A few photos from all over the scale, parted, and the config that fills a batch with them."""
    batch_size = max(stage_config(config, stage).batch_size for stage in stages_to_train(config))
    wanted = math.ceil(batch_size / sight.num_random_views(config.photos.crops_per_photo))
    # More crops of fewer photos fill a batch as well; photos shown whole can't stand in for others.
    most = _MOST_PHOTOS if isinstance(sight, CropSight) else wanted
    train = _spread(split.train, min(most, max(_FEWEST_PHOTOS, wanted)))
    validation = _spread(split.validation, _VALIDATION_PHOTOS)
    chosen = (*train, *validation)
    sample = replace(labels, photos=tuple(labels.photos[index] for index in chosen))
    first = len(train)
    parts = Split(
        train=tuple(range(first)),
        validation=tuple(range(first, len(chosen))),
        test=tuple(range(first, len(chosen))),
        how="for an estimate",
    )
    crops = max(config.photos.crops_per_photo, min(100, math.ceil(batch_size / len(train))))
    photos = replace(config.photos, crops_per_photo=crops)
    return sample, parts, replace(config, photos=photos)


def _spread(indices: tuple[int, ...], count: int) -> tuple[int, ...]:
    step = max(1, len(indices) // count)
    return indices[::step][:count]


def _whole(config: RunConfig, split: Split, measured: TimeLeft) -> TimeLeft:
    """The time of the whole run, from what one step and one crop take."""
    photos, sight = config.photos, network_config(config, "student").sight()
    num_tested = len(split.test) if config.split.paper_protocol else 0
    works = []
    for stage in stages_to_train(config):
        recipe = stage_config(config, stage)
        num_samples = len(split.train) * sight.num_random_views(photos.crops_per_photo)
        works.append(
            StageWork(
                stage=stage,
                num_epochs=recipe.epochs,
                steps_per_epoch=max(1, num_samples // min(recipe.batch_size, num_samples)),
                validation_crops=sight.num_views(photos.validation_crops)
                * (len(split.validation) + num_tested),
                seconds_per_step=measured.seconds_per_step[stage],
            )
        )
    num_scored = num_scored_photos(split, len(works))
    return TimeLeft(
        works,
        test_crops=sight.num_views(photos.test_crops) * num_scored,
        num_repeats=config.split.num_repeats,
        seconds_per_validation_crop=measured.seconds_per_validation_crop,
        seconds_per_test_crop=measured.seconds_per_test_crop,
    )


def _num_weights(config: RunConfig) -> int:
    network = build_network(network_config(config, "student"))
    return sum(weight.numel() for weight in network.parameters())


def _memory(machine: Machine, num_weights: int) -> tuple[int, int]:
    """The most that a run will hold of its device's memory, and how much of it there is for it.

    The rehearsal has no moments of AdamW, two numbers for each weight; they are added.
    """
    moments = 2 * _BYTES_PER_WEIGHT * num_weights
    if machine.device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(machine.device)
        peak = torch.cuda.max_memory_allocated(machine.device)
        return peak + moments, free + torch.cuda.memory_reserved(machine.device)
    rss = _peak_rss_bytes()
    return rss + moments, psutil.virtual_memory().available + psutil.Process().memory_info().rss


def _peak_rss_bytes() -> int:
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    else:  # noqa: RET505 the type checker leaves out what another system runs
        import resource  # the standard library has it on POSIX only

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
