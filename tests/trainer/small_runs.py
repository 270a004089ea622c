"""A small real data set, tiny networks, and runs of them in this process."""

import csv
import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from trainer.config import (
    LabelsConfig,
    MachineConfig,
    NetworkConfig,
    PhotosConfig,
    RunConfig,
    SplitConfig,
    StudentConfig,
    TeacherConfig,
)
from trainer.protocol import Epoch, Progress
from trainer.run import run_training
from trainer.run_folder import RunFolder

CROP_PX = 64
PHOTO_SIZE_PX = (96, 80)
NUM_LEVELS = 5  # of damage, from none
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png")
PARTS = 8 * ["train"] + 2 * ["val"] + 4 * ["test"] + 2 * ["train"]


def photographs():
    """scikit-image's own photographs, uint8 (H, W, 3)."""
    folder = Path(importlib.util.find_spec("skimage").origin).parent / "data"
    for name in PHOTOGRAPHS:
        with Image.open(folder / name) as image:
            yield np.asarray(image.convert("RGB"))


def scenes(num_scenes=16):
    """Square pieces of the photographs, brought to the size of a small photo."""
    width, height = PHOTO_SIZE_PX
    pieces = []
    for pixels in photographs():
        step = min(pixels.shape[:2]) // 2
        for top in (0, step):
            for left in (0, step):
                piece = Image.fromarray(pixels[top : top + step, left : left + step])
                pieces.append(piece.resize((width, height), Image.Resampling.LANCZOS))
    return pieces[:num_scenes]


def damaged(scene, level):
    """The scene ever darker and noisier: level 0 is as it was, 4 the worst."""
    pixels = np.asarray(scene, np.float64) * 0.65**level
    pixels += np.random.default_rng(level).normal(0, 6 * level, pixels.shape)
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def write_set(folder):
    """80 photographs as PNG and JPEG, with labels.csv beside them; returns the path of that."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, scene in enumerate(scenes()):
        for level in range(NUM_LEVELS):
            name = f"scene{number:02d}_{level}" + (".jpg" if level % 2 else ".png")
            options = {"quality": 90 - 10 * level} if level % 2 else {}
            damaged(scene, level).save(folder / name, **options)
            score = 4.7 - 0.85 * level + 0.01 * (number % 7)
            rows.append([name, f"{score:.2f}", f"scene{number:02d}", PARTS[number]])
    labels = folder / "labels.csv"
    with labels.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "mos", "reference", "split"])
        writer.writerows(rows)
    return labels


def config(labels, **sections):
    """A run of a few seconds; `sections` replace settings, as in student={"epochs": 1}."""
    settings = RunConfig(
        name="small",
        labels=LabelsConfig(source=str(labels), score_low=1.0, score_high=5.0),
        split=SplitConfig(),
        photos=PhotosConfig(
            long_side_px=96,
            short_side_px=80,
            crop_px=CROP_PX,
            crops_per_photo=1,
            validation_crops=2,
            test_crops=2,
        ),
        network=NetworkConfig(backbone="test_vit", weights="none"),
        teacher=TeacherConfig(epochs=2, batch_size=12, learning_rate=1e-3),
        student=StudentConfig(epochs=2, batch_size=12, learning_rate=1e-3),
        machine=MachineConfig(device="cpu", precision="fp32", num_threads=1),
    )
    changed = {
        section: replace(getattr(settings, section), **values)
        if isinstance(values, dict)
        else values
        for section, values in sections.items()
    }
    return replace(settings, **changed)


class Ear:
    """Hears the messages of a run in place of a reporter, and can ask it to stop."""

    def __init__(self, stop_when=lambda message: False):
        self.messages = []
        self.should_stop = False
        self._stop_when = stop_when

    def send(self, message):
        self.messages.append(message)
        if self._stop_when(message):
            self.should_stop = True

    def heard(self, kind):
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def epochs(self):
        return self.heard(Epoch)

    def progress(self, stage):
        return [message for message in self.heard(Progress) if message.stage == stage]


def run(folder, **options):
    """Train in this process what the folder's config asks for; the Ear that listened."""
    ear = Ear(**options)
    run_training(RunFolder.open(folder.path), ear)
    return ear
