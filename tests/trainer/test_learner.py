"""What fine-tuning that forgets less does to the weights, against hand arithmetic."""

import copy

import pytest
import torch

from engine.networks.model_file import build_network
from engine.networks.whole_frame import WholeFrameConfig
from trainer.config import StageConfig
from trainer.learner import Learner
from trainer.levels import levels_of
from trainer.machine import Machine
from trainer.objectives import TeacherObjective

CPU = Machine(device=torch.device("cpu"), dtype=torch.float32, name="")
HEAD = "head.weight"
LAST = "backbone.blocks.4.0.conv_pwl.weight"
FIRST = "backbone.blocks.0.0.conv.weight"
STEM = "backbone.conv_stem.weight"
MEAN = "backbone.blocks.4.0.bn3.running_mean"


@pytest.fixture
def learner():
    """Makes a learner of a small network; both are new with every call, and the same."""

    def made(**recipe):
        torch.manual_seed(0)
        network = build_network(
            WholeFrameConfig(backbone="test_efficientnet", long_px=64, short_px=64)
        )
        network.start_from_mean(50.0)
        torch.nn.init.normal_(network.head.weight, std=0.005)
        config = StageConfig(**{"learning_rate": 1e-3, "weight_decay": 0.05, **recipe})
        return Learner(network, TeacherObjective(config), config, CPU), network

    return made


def take_steps(learner, num_steps, *, total=None, rate_share=1.0, after=lambda: None):
    for step in range(num_steps):
        generator = torch.Generator().manual_seed(step)
        views = torch.randint(0, 256, (6, 64, 64, 3), generator=generator, dtype=torch.uint8)
        learner.step(
            views,
            torch.tensor([10.0, 20.0, 30.0, 40.0, 60.0, 90.0]),
            torch.arange(6),
            seed=(1, step),
            rate_share=rate_share,
            progress=(step + 1) / (total or num_steps),
        )
        after()


def state(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def changed(before, network):
    return {name for name, value in network.state_dict().items() if not before[name].equal(value)}


def test_frozen_blocks_and_their_statistics_stay_and_all_above_learns(learner):
    made, network = learner(frozen_blocks=2)
    before = state(network)
    made.begin()
    take_steps(made, 2)
    levels, moved = levels_of(network), changed(before, network)
    assert {levels.of(name) for name in before if name not in moved} == {0, 1, 2}
    assert {levels.of(name) for name in moved} == {3, 4, 5, 6}


def test_nothing_is_held_still_unless_asked(learner):
    made, network = learner()
    before = state(network)
    made.begin()
    take_steps(made, 1)
    assert changed(before, network) == set(before)


def test_in_a_probe_the_head_alone_learns_and_afterwards_all(learner):
    made, network = learner(probe_epochs=1)
    before = state(network)
    made.begin(is_probe=True)
    take_steps(made, 2)
    head = {"head.weight", "head.bias"}
    statistics = {f"standardised.{name}" for name in ("mean_S", "deviation_S", "num_batches")}
    assert changed(before, network) == head | statistics
    made.begin()
    take_steps(made, 1)
    assert {STEM, FIRST, LAST, MEAN} <= changed(before, network)


def test_frozen_norms_keep_their_statistics_while_weights_learn(learner):
    made, network = learner(frozen_norms=True)
    before = state(network)
    made.begin()
    take_steps(made, 2)
    moved = changed(before, network)
    assert {STEM, LAST, "backbone.bn1.weight"} <= moved
    assert not any("running" in name for name in moved)
    assert "standardised.mean_S" in moved  # above the blocks: nothing to keep


def test_what_is_held_still_is_so_again_after_a_look_at_validation(learner):
    made, network = learner(frozen_norms=True)
    network.eval()
    network.train()
    made.begin()
    assert not network.backbone.bn1.training
    assert network.head.training


def test_the_pull_to_the_start_is_that_share_of_the_way_after_every_step(learner):
    decay, rate, layer_decay = 20.0, 1e-3, 0.5
    pulled, network = learner(start_decay=decay, layer_decay=layer_decay)
    start = state(network)
    pulled.begin()
    take_steps(pulled, 1)
    # L2-SP stands in place of weight decay
    plain, plain_network = learner(layer_decay=layer_decay, weight_decay=0.0)
    plain.begin()
    take_steps(plain, 1)
    levels = levels_of(network)
    for name in (STEM, FIRST, LAST):
        share = layer_decay ** (levels.top - levels.of(name))
        free = plain_network.state_dict()[name]
        expected = free - rate * share * decay * (free - start[name])
        torch.testing.assert_close(network.state_dict()[name], expected, rtol=1e-5, atol=1e-8)
        assert not torch.equal(free, expected)


def test_the_head_is_not_pulled_and_keeps_its_weight_decay(learner):
    found = {}
    for decay in (0.0, 50.0):
        made, network = learner(start_decay=decay)
        made.begin()
        take_steps(made, 1)
        found[decay] = network.head.weight.detach().clone()
    torch.testing.assert_close(found[0.0], found[50.0])


def test_a_strong_pull_keeps_weights_near_their_start(learner):
    distances = {}
    for decay in (0.0, 500.0):
        made, network = learner(start_decay=decay)
        before = state(network)
        made.begin()
        take_steps(made, 8)
        distances[decay] = (network.state_dict()[LAST] - before[LAST]).norm()
    assert distances[500.0] < 0.75 * distances[0.0]


def test_a_pull_resumes_from_the_weights_that_the_run_started_with(learner):
    alone, network = learner(start_decay=50.0)
    alone.begin()
    take_steps(alone, 1)
    saved = copy.deepcopy(alone.state())
    take_steps(alone, 2)
    resumed, same = learner(start_decay=50.0)  # built from the starting weights again
    resumed.load(saved)
    resumed.begin()
    take_steps(resumed, 2)
    assert all(
        torch.equal(value, same.state_dict()[name]) for name, value in state(network).items()
    )


def test_the_mean_of_the_last_share_of_steps_is_kept(learner):
    made, network = learner(averaged_share=0.5)
    seen = []
    made.begin()
    take_steps(made, 4, after=lambda: seen.append(state(network)))
    mean = (seen[2][LAST] + seen[3][LAST]) / 2
    kept = made.evaluated_network.state_dict()
    torch.testing.assert_close(kept[LAST], mean)
    torch.testing.assert_close(kept[MEAN], (seen[2][MEAN] + seen[3][MEAN]) / 2)
    assert not torch.equal(kept[LAST], seen[3][LAST])


def test_before_that_share_the_network_itself_is_looked_at(learner):
    made, network = learner(averaged_share=0.5)
    made.begin()
    take_steps(made, 2, total=4)
    assert made.evaluated_network is network


def test_a_mean_goes_on_after_a_stop(learner):
    alone, _ = learner(averaged_share=0.8)
    alone.begin()
    take_steps(alone, 3, total=4)
    saved = copy.deepcopy(alone.state())
    resumed, _ = learner(averaged_share=0.8)
    resumed.load(saved)
    kept, same = (one.evaluated_network.state_dict() for one in (alone, resumed))
    assert all(torch.equal(kept[name], same[name]) for name in kept)
