"""The training loop, for teacher and student alike: steps, saves, validation, the best epoch.

Every random choice is drawn from (seed, stage, repeat, epoch, step), none from a running state; a
run that is killed and resumed therefore takes the very steps of one that was left alone.
"""

# B crops of a batch, N photos

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.measures.correlation import plcc, srcc
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from trainer.checkpoint import EpochRecord, Position, load_checkpoint, save_checkpoint
from trainer.config import PhotosConfig, StageConfig
from trainer.crop_batches import CropPlan, CropSource, random_plan
from trainer.errors import TrainingError
from trainer.machine import Machine
from trainer.objectives import Objective
from trainer.optimizer import make_optimizer
from trainer.protocol import Epoch, Progress
from trainer.reporter import Reporter
from trainer.run_folder import RepeatFolder
from trainer.schedule import learning_rate_share
from trainer.scoring import score_photos

_STAGE_NUMBER = {"teacher": 1, "student": 2}
_CHECK_EVERY_STEPS = 20  # looking at a loss waits for the GPU, so not at every step


@dataclass(frozen=True, slots=True, kw_only=True)
class StageData:
    """The photos of a stage: where crops come from, labels 0-100 by photo, and the parts."""

    source: CropSource
    rated_N: npt.NDArray[np.float64]
    train: Sequence[int]
    validation: Sequence[int]
    test: Sequence[int] = ()  # given only under the paper's protocol


class StageLoop:
    """Trains one network; `run` returns whether it came to the end or was stopped."""

    def __init__(
        self,
        network: QualityNetwork,
        objective: Objective,
        config: StageConfig,
        photos: PhotosConfig,
        data: StageData,
        *,
        stage: str,
        repeat: int,
        seed: int,
        machine: Machine,
        folder: RepeatFolder,
        reporter: Reporter,
        save_every_s: float,
        on_best: Callable[[QualityNetwork, EpochRecord], None],
    ) -> None:
        self._network = network
        self._objective = objective
        self._config = config
        self._photos = photos
        self._data = data
        self._stage = stage
        self._repeat = repeat
        self._seed = (seed, _STAGE_NUMBER[stage], repeat)
        self._machine = machine
        self._folder = folder
        self._reporter = reporter
        self._save_every_s = save_every_s
        self._on_best = on_best
        self._optimizer = make_optimizer(network, config)
        self._average = _moving_average(network, config.weight_averaging)
        self._generator = torch.Generator(machine.device)
        num_samples = len(data.train) * photos.crops_per_photo
        self._batch_size = min(config.batch_size, num_samples)
        self.steps_per_epoch = num_samples // self._batch_size
        self.position = Position(stage=stage)
        self._sums: dict[str, Tensor] = {}
        self._started = time.monotonic()
        self._steps_here = 0

    def run(self) -> bool:
        """Train to the end, from where the folder says the stage stood; False if stopped."""
        self._restore()
        self._network.train()
        self._started = time.monotonic()
        while self.position.epoch < self._config.epochs:
            if not self._run_epoch():
                return False
        self.position.is_done = True
        self._save()
        return True

    def seconds_per_step(self, num_steps: int = 3) -> float:
        """How long a step takes here, measured on real batches; nothing is learned from them."""
        plan = self._plan(epoch=0)
        self._network.train()
        batches = self._data.source.batches(plan, self._batch_size)
        seconds = []
        for number, crops in zip(range(num_steps), batches, strict=False):
            begun = time.monotonic()
            self._backward(crops, plan, number)
            self._machine.synchronise()
            seconds.append(time.monotonic() - begun)
        self._optimizer.zero_grad(set_to_none=True)
        return min(seconds)

    def _run_epoch(self) -> bool:
        position, plan = self.position, self._plan(self.position.epoch)
        begun, saved = time.monotonic() - position.seconds_in_epoch, time.monotonic()
        self._sums = {
            name: torch.tensor(value, device=self._machine.device, dtype=torch.float64)
            for name, value in position.loss_sums.items()
        }
        batches = self._data.source.batches(plan, self._batch_size, first=position.step)
        for crops in batches:
            self._step(crops, plan)
            position.seconds_in_epoch = time.monotonic() - begun
            if position.step % _CHECK_EVERY_STEPS == 0 or position.step == self.steps_per_epoch:
                self._check_finite()
                self._report()
            is_stopping = self._reporter.should_stop
            if is_stopping or time.monotonic() - saved > self._save_every_s:
                self._check_finite()
                self._save()
                saved = time.monotonic()
            if is_stopping:
                return False
        self._finish_epoch()
        return True

    def _step(self, crops: Tensor, plan: CropPlan) -> None:
        position = self.position
        step = position.epoch * self.steps_per_epoch + position.step
        share = learning_rate_share(self._config, step=step, steps_per_epoch=self.steps_per_epoch)
        for group in self._optimizer.param_groups:
            group["lr"] = self._config.learning_rate * share * group["share"]
        parts = self._backward(crops, plan, position.step)
        nn.utils.clip_grad_norm_(self._network.parameters(), self._config.clip_norm)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        if self._average is not None:
            self._average.update_parameters(self._network)
        for name, value in parts.items():
            self._sums[name] = self._sums.get(name, torch.zeros_like(value.double())) + value
        position.step += 1
        self._steps_here += 1

    def _backward(self, crops: Tensor, plan: CropPlan, step: int) -> dict[str, Tensor]:
        part = plan.part(step * self._batch_size, (step + 1) * self._batch_size)
        rated_B = torch.from_numpy(self._data.rated_N[part.photo_M]).float()
        seed = np.random.SeedSequence([*self._seed, self.position.epoch, step])
        self._generator.manual_seed(int(seed.generate_state(1, np.uint64)[0] >> np.uint64(1)))
        with self._machine.autocast():
            loss = self._objective(
                self._network,
                normalise(crops, self._network.normalisation),
                rated_B.to(self._machine.device, non_blocking=True),
                self._generator,
            )
        loss.total.backward()  # type: ignore[no-untyped-call]
        return {"loss": loss.total.detach(), **loss.parts}

    def _finish_epoch(self) -> None:
        position = self.position
        losses = self._mean_losses()
        network = self._evaluated_network()
        validation_srcc, validation_plcc = self._agreement(network, self._data.validation)
        test: tuple[float, float] | tuple[None, None] = (None, None)
        if self._data.test:
            test = self._agreement(network, self._data.test)
        record = EpochRecord(
            epoch=position.epoch,
            losses=losses,
            validation_srcc=validation_srcc,
            validation_plcc=validation_plcc,
            seconds=position.seconds_in_epoch,
            test_srcc=test[0],
            test_plcc=test[1],
        )
        position.records.append(record)
        is_best = position.best is record
        if is_best:
            self._on_best(network, record)
        position.epoch, position.step = position.epoch + 1, 0
        position.loss_sums, position.seconds_in_epoch = {}, 0.0
        self._sums = {}
        self._save()
        self._reporter.send(
            Epoch(
                stage=self._stage,
                repeat=self._repeat,
                epoch=record.epoch,
                losses=losses,
                validation_srcc=validation_srcc,
                validation_plcc=validation_plcc,
                is_best=is_best,
                seconds=record.seconds,
            )
        )

    def _agreement(self, network: QualityNetwork, indices: Sequence[int]) -> tuple[float, float]:
        scores_NK = score_photos(
            network,
            self._data.source,
            indices,
            num_crops=self._photos.validation_crops,
            machine=self._machine,
        )
        predicted, rated = scores_NK.mean(1), self._data.rated_N[list(indices)]
        if np.ptp(predicted) == 0:
            return 0.0, 0.0  # a network that says the same of every photo agrees with nobody
        return srcc(predicted, rated), plcc(predicted, rated)

    def _evaluated_network(self) -> QualityNetwork:
        if self._average is None:
            return self._network
        averaged = self._average.module
        assert isinstance(averaged, QualityNetwork)
        return averaged

    def _plan(self, epoch: int) -> CropPlan:
        return random_plan(
            self._data.source.photos,
            self._data.train,
            crop_px=self._photos.crop_px,
            crops_per_photo=self._photos.crops_per_photo,
            seed=[*self._seed, epoch],
        )

    def _mean_losses(self) -> dict[str, float]:
        steps = max(1, self.position.step)
        return {name: float(value) / steps for name, value in self._sums.items()}

    def _check_finite(self) -> None:
        if math.isfinite(float(self._sums["loss"])):
            return
        raise TrainingError(
            f"The {self._stage}'s loss is not a number any more (epoch {self.position.epoch + 1}, "
            f"step {self.position.step}).",
            f"Lower {self._stage}.learning_rate (it is {self._config.learning_rate}), or set "
            'machine.precision = "fp32". The best epoch so far and the last save are kept.',
        )

    def _report(self) -> None:
        position = self.position
        steps_left = (self._config.epochs - position.epoch) * self.steps_per_epoch - position.step
        seconds_per_step = (time.monotonic() - self._started) / self._steps_here
        self._reporter.send(
            Progress(
                stage=self._stage,
                repeat=self._repeat,
                epoch=position.epoch,
                num_epochs=self._config.epochs,
                step=position.step,
                num_steps=self.steps_per_epoch,
                losses=self._mean_losses(),
                examples_per_s=self._batch_size / seconds_per_step,
                seconds_left=steps_left * seconds_per_step,
                gpu_memory_bytes=self._machine.gpu_memory_bytes(),
            )
        )

    def _save(self) -> None:
        self.position.loss_sums = {name: float(value) for name, value in self._sums.items()}
        states = {
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": None if self._average is None else self._average.state_dict(),
        }
        save_checkpoint(self._folder.last_pt, self.position, states)

    def _restore(self) -> None:
        found = load_checkpoint(self._folder.last_pt)
        if found is None or found[0].stage != self._stage:
            return
        self.position, states = found
        self._network.load_state_dict(states["network"])
        self._optimizer.load_state_dict(states["optimizer"])
        if self._average is not None:
            self._average.load_state_dict(states["average"])


def _moving_average(network: QualityNetwork, decay: float) -> AveragedModel | None:
    if decay == 0:
        return None
    average_fn = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(network, multi_avg_fn=average_fn, use_buffers=True)
