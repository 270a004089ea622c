"""The training loop, for teacher and student alike: steps, saves, validation, the best epoch.

Every random choice is drawn from (seed, stage, repeat, epoch, step), none from a running state; a
run that is killed and resumed therefore takes the very steps of one that was left alone.
"""

# B views of a batch (crops in most networks), N photos

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.networks.quality_network import QualityNetwork
from trainer.checkpoint import EpochRecord, Position, load_checkpoint, save_checkpoint
from trainer.crop_batches import CropPlan
from trainer.epoch_losses import EpochLosses
from trainer.errors import TrainingError
from trainer.figures import epoch_agreement
from trainer.labels.split import Split
from trainer.learner import Learner
from trainer.material import RunMaterial
from trainer.objectives import Objective
from trainer.protocol import Epoch, Progress
from trainer.run_folder import RepeatFolder
from trainer.schedule import learning_rate_share
from trainer.scoring import Stopped, score_photos
from trainer.stages import Stage, stage_config
from trainer.time_left import StageWork, TimeLeft

_STAGE_NUMBER = {"teacher": 1, "student": 2}
_TIMING_S = 5.0  # a large batch can take a minute on a processor: then one step must do
_REPORT_EVERY_S = 0.5  # looking at a loss waits for the GPU, so not at every step


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTask:
    """Which stage of which repeat is trained, on which photos, and where it is kept."""

    stage: Stage
    repeat: int
    split: Split
    folder: RepeatFolder


class StageLoop:
    """Trains one network; `run` returns whether it came to the end or was stopped."""

    def __init__(
        self,
        material: RunMaterial,
        task: StageTask,
        network: QualityNetwork,
        objective: Objective,
        *,
        on_best: Callable[[QualityNetwork, EpochRecord], None],
        on_epoch: Callable[[QualityNetwork, EpochRecord], None] = lambda network, record: None,
        time_left: TimeLeft | None = None,
    ) -> None:
        self._material = material
        self._task = task
        self._config = stage_config(material.config, task.stage)
        self._learner = Learner(network, objective, self._config, material.machine)
        self._seed = (material.config.seed, _STAGE_NUMBER[task.stage], task.repeat)
        self._on_best = on_best
        self._on_epoch = on_epoch
        self._time_left = time_left
        self._watched_test = task.split.test if material.config.split.paper_protocol else ()
        source, train = material.source, task.split.train
        asked = material.config.photos.crops_per_photo
        self._views_per_photo = source.sight.num_random_views(asked)
        self._batch_size = min(self._config.batch_size, len(train) * self._views_per_photo)
        self._steps_per_epoch = source.num_batches(
            train, views_per_photo=self._views_per_photo, batch_size=self._batch_size
        )
        self.position = Position(stage=task.stage)
        self._losses = EpochLosses({}, material.machine.device)

    def run(self) -> bool:
        """Train to the end, from where the folder says the stage stood; False if stopped."""
        self._restore()
        try:
            while self.position.epoch < self._config.epochs:
                self._take_steps()
                self._finish_epoch()
            if not self.position.records:  # no epochs are asked for: the head as it started
                self._finish_epoch()
        except Stopped:
            self._save()
            return False
        self.position.is_done = True
        self._save()
        return True

    def work(self, num_steps: int = 3) -> StageWork:
        """What the stage has to do, with steps timed on real batches; nothing is learned."""
        plan = self._plan(epoch=0)
        self._learner.begin()
        batches = self._material.source.batches(plan, self._batch_size)
        seconds = []
        for step, crops in zip(range(num_steps), batches, strict=False):
            begun = time.monotonic()
            rated_B, photo_B = self._ratings(plan, step)
            self._learner.rehearse(crops, rated_B, photo_B, seed=(*self._seed, 0, step))
            seconds.append(time.monotonic() - begun)
            if sum(seconds) > _TIMING_S or self._material.reporter.should_stop:
                break
        return StageWork(
            stage=self._task.stage,
            num_epochs=self._config.epochs,
            steps_per_epoch=self._steps_per_epoch,
            validation_crops=self._material.num_validation_views
            * (len(self._task.split.validation) + len(self._watched_test)),
            seconds_per_step=min(seconds),
        )

    def _take_steps(self) -> None:
        """The steps that are left of this epoch; raises Stopped after the one it came in."""
        position, plan = self.position, self._plan(self.position.epoch)
        self._learner.begin(is_probe=position.epoch < self._config.probe_epochs)
        begun, first = time.monotonic(), position.step
        seconds_before, saved, reported = position.seconds_in_epoch, begun, 0.0
        self._losses = EpochLosses(position.loss_sums, self._material.machine.device)
        for crops in self._material.source.batches(plan, self._batch_size, first=first):
            self._step(crops, plan)
            now = time.monotonic()
            position.seconds_in_epoch = seconds_before + now - begun
            is_last = position.step == self._steps_per_epoch
            if now - reported > _REPORT_EVERY_S or is_last:
                self._require_finite()
                self._report((time.monotonic() - begun) / (position.step - first))
                reported = now
            if self._material.reporter.should_stop:
                self._require_finite()
                raise Stopped
            if now - saved > self._material.config.machine.save_every_s:
                self._require_finite()
                self._save()
                saved = now

    def _step(self, crops: Tensor, plan: CropPlan) -> None:
        position = self.position
        step = position.epoch * self._steps_per_epoch + position.step
        rated_B, photo_B = self._ratings(plan, position.step)
        losses = self._learner.step(
            crops,
            rated_B,
            photo_B,
            seed=(*self._seed, position.epoch, position.step),
            rate_share=learning_rate_share(
                self._config, step=step, steps_per_epoch=self._steps_per_epoch
            ),
            progress=(step + 1) / (self._config.epochs * self._steps_per_epoch),
        )
        self._losses.add(losses)
        position.step += 1

    def _ratings(self, plan: CropPlan, step: int) -> tuple[Tensor, Tensor]:
        """The ratings of a step's views on the device, and the numbers of their photos."""
        part = plan.part(step * self._batch_size, (step + 1) * self._batch_size)
        rated_B = torch.from_numpy(self._material.rated_N[part.photo_M]).float()
        rated_B = rated_B.to(self._material.machine.device, non_blocking=True)
        return rated_B, torch.from_numpy(part.photo_M)

    def _finish_epoch(self) -> None:
        position = self.position
        losses = self._losses.means(position.step)
        network = self._learner.evaluated_network
        validation_srcc, validation_plcc = self._agreement(network, self._task.split.validation)
        test = self._agreement(network, self._watched_test)
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
        self._on_epoch(network, record)
        position.epoch, position.step = position.epoch + 1, 0
        self._losses = EpochLosses({}, self._material.machine.device)
        position.seconds_in_epoch = 0.0
        self._save()
        self._material.reporter.send(
            Epoch(
                stage=self._task.stage,
                repeat=self._task.repeat,
                epoch=record.epoch,
                losses=losses,
                validation_srcc=validation_srcc,
                validation_plcc=validation_plcc,
                is_best=is_best,
                seconds=record.seconds,
            )
        )

    def _agreement(
        self, network: QualityNetwork, indices: Sequence[int]
    ) -> tuple[float, float] | tuple[None, None]:
        """SRCC and PLCC on these photos; None where there are none."""
        if not indices:
            return None, None
        begun = time.monotonic()
        scores_NK = score_photos(
            network,
            self._material.source,
            indices,
            num_crops=self._material.config.photos.validation_crops,
            machine=self._material.machine,
            should_stop=lambda: self._material.reporter.should_stop,
        )
        if self._time_left is not None:
            self._time_left.validation_took(scores_NK.size, time.monotonic() - begun)
        return epoch_agreement(scores_NK.mean(1), self._material.rated_N[list(indices)])

    def _plan(self, epoch: int) -> CropPlan:
        return self._material.source.random_plan(
            self._task.split.train,
            views_per_photo=self._views_per_photo,
            batch_size=self._batch_size,
            seed=[*self._seed, epoch],
        )

    def _require_finite(self) -> None:
        if self._learner.is_finite():
            return
        raise TrainingError(
            f"The {self._task.stage}'s loss is not a number any more "
            f"(epoch {self.position.epoch + 1}, step {self.position.step}).",
            f"Lower {self._task.stage}.learning_rate (it is {self._config.learning_rate}), or set "
            'machine.precision = "fp32". The best epoch so far and the last save are kept.',
        )

    def _report(self, seconds_per_step: float) -> None:
        position, seconds_left = self.position, None
        if self._time_left is not None:
            self._time_left.step_takes(self._task.stage, seconds_per_step)
            seconds_left = self._time_left.after_steps(
                self._task.repeat, self._task.stage, epoch=position.epoch, step=position.step
            )
        self._material.reporter.send(
            Progress(
                stage=self._task.stage,
                repeat=self._task.repeat,
                epoch=position.epoch,
                num_epochs=self._config.epochs,
                step=position.step,
                num_steps=self._steps_per_epoch,
                losses=self._losses.means(position.step),
                examples_per_s=self._batch_size / seconds_per_step,
                seconds_left=seconds_left,
                gpu_memory_bytes=self._material.machine.gpu_memory_bytes(),
            )
        )

    def _save(self) -> None:
        self.position.loss_sums = self._losses.sums()
        save_checkpoint(self._task.folder.last_pt, self.position, self._learner.state())

    def _restore(self) -> None:
        found = load_checkpoint(self._task.folder.last_pt)
        if found is not None and found[0].stage == self._task.stage:
            self.position, state = found
            self._learner.load(state)
