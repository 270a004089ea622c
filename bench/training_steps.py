"""Training steps per second with all of CSIQA's losses, against plain regression."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from bench.figure import Figure
from bench.interleaved import time_in_turns
from bench.subjects import BACKBONE
from engine.freed_memory import keep_freed_memory
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from trainer.config import MachineConfig, StudentConfig, TeacherConfig
from trainer.learner import Learner
from trainer.machine import Machine, choose_machine
from trainer.objectives import Objective, StudentObjective, TeacherObjective, with_ladders

_AT_LEAST = 0.8


def measure(
    *,
    num_rounds: int = 8,
    batch_size: int = 64,
    backbone: str = BACKBONE,
    crop_px: int = 224,
    machine: MachineConfig | None = None,
) -> list[Figure]:
    """Whole steps as the trainer takes them: forward, backward, clipping, AdamW.

    The steps in between, each with one part more, show where the time goes.
    """
    keep_freed_memory()
    bench = _Bench(choose_machine(machine or MachineConfig()), backbone, crop_px, batch_size)
    whole = StudentConfig(batch_size=batch_size)
    masked = replace(whole, distillation=False, contrast="none")
    steps = {
        "plain regression": bench.plain_step(),
        "with the quality-aware token and its mask": bench.student_step(masked),
        "and with distillation": bench.student_step(replace(whole, contrast="none")),
        "and with contrast: all of CSIQA": bench.student_step(whole),
    }
    timings = time_in_turns(steps, num_rounds=num_rounds, num_warmups=2)
    plain, one_loss, _, everything = steps
    where = f"{backbone}, batch of {batch_size}, {bench.machine.precision}, "
    where += "GPU" if bench.machine.device.type == "cuda" else "processor"
    figures = [
        Figure(
            what=f"training, {name}" + (f" ({where})" if name == plain else ""),
            value=1 / timings.fastest_s(name),
            unit="steps/s",
        )
        for name in steps
    ]
    return [
        *figures,
        Figure(
            what="  all losses, as a share of regression alone on the same network",
            value=timings.ratio(one_loss, everything),
            unit="x",
            at_least=_AT_LEAST,
        ),
        Figure(
            what="  all of CSIQA, as a share of plain regression",
            value=timings.ratio(plain, everything),
            unit="x",
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Bench:
    """A machine and a batch that all steps share."""

    machine: Machine
    backbone: str
    crop_px: int
    batch_size: int

    def plain_step(self) -> Callable[[], None]:
        """Regression alone: how the teacher is trained."""
        config = TeacherConfig(batch_size=self.batch_size)
        return self._step(self._teacher_network(), TeacherObjective(config), config)

    def student_step(self, config: StudentConfig) -> Callable[[], None]:
        """The student with the parts that `config` switches on."""
        network = CsiqaConfig(backbone=self.backbone, crop_px=self.crop_px)
        teacher = None
        if config.distillation:
            teacher = build_network(self._teacher_network()).to(self.machine.device)
        return self._step(network, with_ladders(StudentObjective(config, teacher), config), config)

    def _teacher_network(self) -> CsiqaConfig:
        return CsiqaConfig(
            backbone=self.backbone,
            crop_px=self.crop_px,
            has_quality_token=False,
            mask_probability=0.0,
        )

    def _step(
        self, network: CsiqaConfig, objective: Objective, config: TeacherConfig | StudentConfig
    ) -> Callable[[], None]:
        device = self.machine.device
        torch.manual_seed(0)
        built = build_network(network)
        built.start_from_mean(50.0)
        learner = Learner(built.to(device), objective, config, self.machine)
        learner.begin()
        shape = (self.batch_size, self.crop_px, self.crop_px, 3)
        crops = torch.randint(0, 256, shape, dtype=torch.uint8).to(device)
        rated = torch.linspace(5, 95, self.batch_size, device=device)
        photos = torch.arange(self.batch_size)
        number = itertools.count()

        def step() -> None:
            learner.step(crops, rated, photos, seed=(0, next(number)), rate_share=1.0, progress=1.0)
            self.machine.synchronise()

        return step
