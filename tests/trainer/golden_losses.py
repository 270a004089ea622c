"""The losses of 20 steps of a tiny student. Run as a program it prints them as JSON.

python tests/trainer/golden_losses.py > tests/golden/student_losses.json
"""

import importlib.util
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from trainer.config import LabelsConfig, MachineConfig, PhotosConfig, RunConfig, StudentConfig
from trainer.crop_batches import CropSource
from trainer.labels.split import Split
from trainer.loop import StageLoop, StageTask
from trainer.machine import Machine
from trainer.material import RunMaterial
from trainer.objectives import StudentObjective
from trainer.photo_cache import CachedPhotos
from trainer.run_folder import RepeatFolder

CROP_PX = 48
NUM_STEPS = 20
BATCH_SIZE = 12
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png")  # PNG: all decoders agree


def photos():
    """48 pieces of real photographs, each darker than the last, as the cache would hold them."""
    folder = Path(importlib.util.find_spec("skimage").origin).parent / "data"
    pieces = []
    for number in range(48):
        with Image.open(folder / PHOTOGRAPHS[number % 3]) as image:
            pixels = np.asarray(image.convert("RGB"))[::3, ::3]
        top, left = 2 * (number % 16), 3 * (number % 7)
        width, height = 64 + number % 5, 56 + number % 3
        piece = pixels[top : top + height, left : left + width].astype(np.int64)
        pieces.append((piece * (96 - number) // 96).astype(np.uint8))
    sizes = [piece.shape[0] * piece.shape[1] for piece in pieces]
    return CachedPhotos(
        pixels_P3=np.concatenate([piece.reshape(-1, 3) for piece in pieces]),
        first_N=np.cumsum([0, *sizes[:-1]]),
        width_N=np.array([piece.shape[1] for piece in pieces]),
        height_N=np.array([piece.shape[0] for piece in pieces]),
        unreadable={},
    )


class Recorded:
    """An objective that writes down every loss it gives."""

    def __init__(self, objective):
        self._objective = objective
        self.losses = []

    def __call__(self, *arguments):
        loss = self._objective(*arguments)
        parts = {name: float(value) for name, value in loss.parts.items()}
        self.losses.append({"loss": float(loss.total.detach()), **parts})
        return loss

    def state(self):
        return self._objective.state()

    def load(self, state):
        self._objective.load(state)


class Silence:
    """A reporter to whom nobody listens."""

    should_stop = False

    def send(self, message):
        pass


def material(config, *, rated_N, reporter):
    """What a stage is trained with, on these photos and a processor."""
    cpu = torch.device("cpu")
    return RunMaterial(
        config=config,
        labels=None,  # a stage asks for ratings alone
        rated_N=rated_N,
        source=CropSource(photos(), crop_px=CROP_PX, device=cpu),
        machine=Machine(device=cpu, dtype=torch.float32, name="here"),
        reporter=reporter,
    )


def losses():
    """One dictionary for each step: the loss and its parts."""
    config = StudentConfig(epochs=5, batch_size=BATCH_SIZE, learning_rate=2e-4, step_epochs=2)
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as folder, torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            teacher = build_network(
                CsiqaConfig(backbone="test_vit", crop_px=CROP_PX, has_quality_token=False)
            )
            teacher.start_from_mean(60.0)
            student = build_network(CsiqaConfig(backbone="test_vit", crop_px=CROP_PX))
            student.start_from_mean(50.0)
            objective = Recorded(StudentObjective(config, teacher))
            loop = StageLoop(
                material(
                    RunConfig(
                        name="golden",
                        labels=LabelsConfig(source="labels.csv"),
                        seed=3,
                        photos=PhotosConfig(crop_px=CROP_PX, crops_per_photo=1, validation_crops=1),
                        student=config,
                        machine=MachineConfig(save_every_s=1e9),
                    ),
                    rated_N=np.array([90.0 - 2 * number + number % 4 for number in range(48)]),
                    reporter=Silence(),
                ),
                StageTask(
                    stage="student",
                    repeat=0,
                    split=Split(
                        train=tuple(range(48)),
                        validation=tuple(range(0, 48, 6)),
                        test=(),
                        how="by hand",
                    ),
                    folder=RepeatFolder(Path(folder)),
                ),
                student,
                objective,
                on_best=lambda network, record: None,
            )
            loop.run()
    finally:
        torch.set_num_threads(num_threads)
    assert len(objective.losses) == NUM_STEPS
    return objective.losses


if __name__ == "__main__":
    json.dump(losses(), sys.stdout, indent=1)
    sys.stdout.write("\n")
