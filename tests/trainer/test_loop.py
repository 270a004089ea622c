import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from trainer import loop as loop_module
from trainer.checkpoint import load_checkpoint
from trainer.config import (
    LabelsConfig,
    MachineConfig,
    PhotosConfig,
    RunConfig,
    StageConfig,
    StudentConfig,
    TeacherConfig,
)
from trainer.errors import TrainingError
from trainer.labels.split import Split
from trainer.loop import StageLoop, StageTask
from trainer.objectives import Loss, TeacherObjective
from trainer.run_folder import RepeatFolder
from trainer.time_left import TimeLeft

CPU = torch.device("cpu")
STEPS_PER_EPOCH = 4
NUM_EPOCHS = 2
NUM_STEPS = STEPS_PER_EPOCH * NUM_EPOCHS


class Scripted:
    """The teacher's objective, but for what happens at one step, counted from 0."""

    def __init__(self, at=-1, happens=lambda loss: loss):
        self._objective = TeacherObjective(StageConfig())
        self._at = at
        self._happens = happens
        self.num_calls = 0

    def __call__(self, *arguments):
        loss = self._objective(*arguments)
        self.num_calls += 1
        return self._happens(loss) if self.num_calls == self._at + 1 else loss

    def state(self):
        return self._objective.state()

    def load(self, state):
        self._objective.load(state)


@pytest.fixture
def stage(golden_losses, small_runs, tmp_path):
    """Makes the loop of a small stage; each call is a new start in the same folder."""

    def made(
        objective=None, *, name="teacher", folder="stage", ear=None, time_left=None, **options
    ):
        ear = small_runs.Ear() if ear is None else ear
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        torch.manual_seed(1)
        network = options.pop("network", None) or build_network(
            CsiqaConfig(backbone="test_vit", crop_px=48, has_quality_token=False)
        )
        network.start_from_mean(50.0)
        kept = []
        validation = options.pop("validation", range(0, 48, 4))
        save_every_s = options.pop("save_every_s", 1e9)
        recipe = {"epochs": NUM_EPOCHS, "batch_size": 12, "learning_rate": 1e-3, **options}
        settings = RunConfig(
            name="a stage",
            labels=LabelsConfig(source="labels.csv"),
            seed=3,
            photos=PhotosConfig(crop_px=48, crops_per_photo=1, validation_crops=3),
            teacher=TeacherConfig(**recipe),
            student=StudentConfig(**recipe),
            machine=MachineConfig(save_every_s=save_every_s),
        )
        split = Split(train=tuple(range(48)), validation=tuple(validation), test=(), how="")
        loop = StageLoop(
            golden_losses.material(settings, rated_N=np.linspace(95.0, 5.0, 48), reporter=ear),
            StageTask(stage=name, repeat=0, split=split, folder=RepeatFolder(path)),
            network,
            objective or Scripted(),
            on_best=lambda best, record: kept.append(
                (record.epoch, {name: v.clone() for name, v in best.state_dict().items()})
            ),
            time_left=time_left,
        )
        return SimpleNamespace(
            loop=loop, network=network, ear=ear, kept=kept, last_pt=path / "last.pt"
        )

    return made


def weights(made):
    return {name: value.clone() for name, value in made.network.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def asking_to_stop(ear):
    def ask(loss):
        ear.should_stop = True
        return loss

    return ask


def test_a_stage_takes_its_steps_and_says_so(stage):
    made = stage(objective := Scripted())
    assert made.loop.run()
    assert objective.num_calls == NUM_STEPS
    assert [message.epoch for message in made.ear.epochs] == [0, 1]
    last = made.ear.progress("teacher")[-1]
    assert (last.epoch, last.num_epochs, last.step, last.num_steps) == (1, 2, 4, 4)
    assert last.losses.keys() == {"loss", "regression"}
    assert last.losses["loss"] == pytest.approx(made.ear.epochs[-1].losses["loss"])
    assert last.examples_per_s > 0
    position, _ = load_checkpoint(made.last_pt)
    assert position.is_done
    assert [record.epoch for record in position.records] == [0, 1]


def test_only_better_epochs_are_kept(stage):
    made = stage(epochs=4)
    made.loop.run()
    best_so_far = [message.epoch for message in made.ear.epochs if message.is_best]
    assert [epoch for epoch, _ in made.kept] == best_so_far
    figures = [message.validation_srcc for message in made.ear.epochs]
    assert best_so_far == [n for n, srcc in enumerate(figures) if srcc > max([-2, *figures[:n]])]


@pytest.mark.parametrize(
    ("at", "options"),
    [
        (1, {}),
        (3, {}),
        (5, {"weight_averaging": 0.9, "layer_decay": 0.8}),
        (6, {"ladder_weight": 1.0}),
        (7, {}),
    ],
)
def test_a_stage_that_was_stopped_ends_as_one_left_alone(stage, small_runs, at, options):
    alone = stage(folder="alone", **options)
    assert alone.loop.run()
    ear = small_runs.Ear()
    stopped = stage(Scripted(at, asking_to_stop(ear)), ear=ear, **options)
    assert not stopped.loop.run()
    torch.manual_seed(99)
    torch.randn(10)  # another process has other random numbers
    resumed = stage(objective := Scripted(), **options)
    assert resumed.loop.run()
    assert objective.num_calls == NUM_STEPS - at - 1
    assert same(weights(resumed), weights(alone))
    assert same(resumed.kept[-1][1], alone.kept[-1][1]) or at == 7
    of_alone, of_resumed = (m.loop.position.records for m in (alone, resumed))
    assert [r.losses for r in of_resumed] == [r.losses for r in of_alone]
    assert [r.validation_srcc for r in of_resumed] == [r.validation_srcc for r in of_alone]


def test_dropout_is_drawn_from_the_step_too(stage, small_runs):
    def with_dropout():
        torch.manual_seed(1)
        network = build_network(
            CsiqaConfig(backbone="test_vit", crop_px=48, has_quality_token=False)
        )
        network.encoder.pos_drop = nn.Dropout(0.5)
        return network

    alone = stage(folder="alone", network=with_dropout())
    alone.loop.run()
    ear = small_runs.Ear()
    stage(Scripted(5, asking_to_stop(ear)), ear=ear, network=with_dropout()).loop.run()
    torch.manual_seed(99)
    resumed = stage(network=with_dropout())
    resumed.loop.run()
    assert same(weights(resumed), weights(alone))


def test_stop_is_heard_while_photos_are_validated(stage, small_runs):
    alone = stage(folder="alone", validation=range(48))  # 144 crops: more than one batch
    alone.loop.run()
    ear = small_runs.Ear()
    stopped = stage(ear=ear, validation=range(48))

    def ask(module, arguments):
        ear.should_stop = ear.should_stop or not module.training

    stopped.network.decoder.register_forward_pre_hook(ask)
    assert not stopped.loop.run()
    assert ear.epochs == []
    assert load_checkpoint(stopped.last_pt)[0].step == STEPS_PER_EPOCH
    resumed = stage(validation=range(48))
    assert resumed.loop.run()
    assert [message.epoch for message in resumed.ear.epochs] == [0, 1]
    assert same(weights(resumed), weights(alone))


def test_a_checkpoint_of_another_stage_is_no_start(stage):
    made = stage()
    made.loop.run()
    again = stage(name="student")
    assert again.loop.run()
    assert [message.epoch for message in again.ear.epochs] == [0, 1]


def all_finite(last_pt):
    _, states = load_checkpoint(last_pt)
    moments = [v for state in states["optimizer"]["state"].values() for v in state.values()]
    return all(bool(torch.isfinite(v).all()) for v in [*states["network"].values(), *moments])


def not_a_number(loss):
    return Loss(
        loss.total * float("nan"), {"regression": loss.parts["regression"]}, loss.predicted_B
    )


def endless_gradient(loss):
    nothing = (loss.total * 0).sqrt()  # 0, with a gradient of 0 x infinity
    return Loss(loss.total + nothing, loss.parts, loss.predicted_B)


@pytest.mark.parametrize("disaster", [not_a_number, endless_gradient])
@pytest.mark.parametrize("at", [2, 5])
def test_a_loss_that_is_no_number_ends_the_stage_before_it_is_saved(stage, disaster, at):
    made = stage(Scripted(at, disaster), save_every_s=0)
    with pytest.raises(TrainingError, match="The teacher's loss is not a number any more") as found:
        made.loop.run()
    assert f"epoch {at // 4 + 1}, step {at % 4 + 1}" in found.value.what
    assert "teacher.learning_rate (it is 0.001)" in found.value.hint
    assert all_finite(made.last_pt)
    position, _ = load_checkpoint(made.last_pt)
    assert (position.epoch, position.step) == (at // 4, at % 4)


def test_a_last_step_that_went_wrong_is_not_validated(stage):
    made = stage(Scripted(3, endless_gradient))
    with pytest.raises(TrainingError, match="not a number any more"):
        made.loop.run()
    assert made.ear.epochs == []
    assert made.kept == []


def test_a_graphics_card_that_is_full_costs_no_more_than_the_last_save(stage):
    def full(loss):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")

    alone = stage(folder="alone")
    alone.loop.run()
    with pytest.raises(torch.OutOfMemoryError, match="out of memory"):
        stage(Scripted(5, full), save_every_s=0).loop.run()
    resumed = stage(objective := Scripted())
    assert resumed.loop.run()
    assert objective.num_calls == 3
    assert same(weights(resumed), weights(alone))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_disk_that_is_full_leaves_the_last_save_whole(stage, small_runs):
    import resource

    ear = small_runs.Ear()
    assert not stage(Scripted(2, asking_to_stop(ear)), ear=ear).loop.run()
    made = stage()
    before = made.last_pt.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(TrainingError, match="There is no room on the disk"):
            made.loop.run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert made.last_pt.read_bytes() == before
    assert [path.name for path in made.last_pt.parent.iterdir()] == ["last.pt"]


def test_weights_are_averaged_where_that_is_asked_for(stage):
    decay = 0.75
    steps = []

    class Watched(Scripted):
        def __call__(self, network, *arguments):
            steps.append(network.head.bias.detach().clone())
            return super().__call__(network, *arguments)

    made = stage(Watched(), weight_averaging=decay, epochs=1)
    made.loop.run()
    trained = [*steps[1:], made.network.head.bias.detach()]
    expected = trained[0]  # the first step starts the average
    for bias in trained[1:]:
        expected = decay * expected + (1 - decay) * bias
    ((_, kept),) = made.kept
    assert kept["head.bias"] == pytest.approx(expected, rel=1e-6)
    assert not torch.equal(kept["head.bias"], made.network.head.bias)


def test_a_network_that_says_the_same_of_every_photo_agrees_with_nobody(stage):
    made = stage(epochs=1, learning_rate=1e-30)
    with torch.no_grad():
        made.network.head.weight.zero_()
    made.loop.run()
    assert made.ear.epochs[0].validation_srcc == 0.0


def test_a_set_smaller_than_a_batch_is_one_batch(stage):
    made = stage(objective := Scripted(), batch_size=100)
    made.loop.run()
    assert objective.num_calls == NUM_EPOCHS
    assert made.ear.progress("teacher")[-1].num_steps == 1


def test_what_a_stage_has_to_do_is_measured_without_learning(stage):
    made = stage()
    before = weights(made)
    work = made.loop.work()
    assert same(weights(made), before)
    assert (work.stage, work.num_epochs, work.steps_per_epoch) == ("teacher", 2, 4)
    assert work.validation_crops == 12 * 3
    assert 0 < work.seconds_per_step < 60
    alone = stage(folder="alone")
    alone.loop.run()
    made.loop.run()
    assert same(weights(made), weights(alone))


def test_slow_steps_are_not_timed_thrice(stage, monkeypatch):
    made = stage(objective := Scripted())
    made.loop.work()
    assert objective.num_calls == 3
    monkeypatch.setattr(loop_module, "_TIMING_S", 0.0)
    made = stage(objective := Scripted())
    assert made.loop.work().seconds_per_step > 0
    assert objective.num_calls == 1


def test_the_time_left_is_that_of_the_whole_run(stage):
    time_left = TimeLeft(
        [stage().loop.work()],
        test_crops=10,
        num_repeats=2,
        seconds_per_validation_crop=0.0,
        seconds_per_test_crop=100.0,
    )
    made = stage(time_left=time_left)
    made.loop.run()
    left = [message.seconds_left for message in made.ear.progress("teacher")]
    assert all(2000 < seconds < 2200 for seconds in left)  # twice a test of 1000 s
    assert left[-1] < left[0]
    assert stage().ear.progress("teacher") == []
