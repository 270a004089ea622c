import numpy as np
import pytest
import torch

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.normalisation import normalise
from trainer.crop_batches import CropSource, fixed_plan
from trainer.machine import Machine
from trainer.scoring import Stopped, score_photos

MACHINE = Machine(device=torch.device("cpu"), dtype=torch.float32, name="here")


@pytest.fixture
def source(golden_losses):
    return CropSource(golden_losses.photos(), crop_px=48, device=torch.device("cpu"))


@pytest.fixture
def network():
    torch.manual_seed(1)
    return build_network(CsiqaConfig(backbone="test_vit", crop_px=48))


def scored(network, source, indices=(5, 0, 9), **options):
    return score_photos(network, source, indices, num_crops=4, machine=MACHINE, **options)


def test_scores_are_those_of_the_fixed_crops_in_the_order_of_the_photos(network, source):
    scores = scored(network, source)
    assert scores.shape == (3, 4)
    crops = source.cut(fixed_plan(source.photos, [0], crop_px=48, num_crops=4))
    with torch.no_grad():
        expected = network.eval()(normalise(crops, network.normalisation)).numpy()
    assert scores[1] == pytest.approx(expected, abs=1e-3)


def test_scores_do_not_depend_on_the_batch(network, source):
    assert scored(network, source) == pytest.approx(scored(network, source, batch_size=5), abs=1e-3)


def test_the_network_goes_on_as_it_was(network, source):
    for is_training in (True, False):
        network.train(is_training)
        scored(network, source)
        assert network.training == is_training


def test_photos_are_counted_and_scoring_ends_when_asked(network, source):
    counted = []
    scored(network, source, batch_size=4, on_progress=counted.append)
    assert counted == [1, 2, 3]
    network.train()
    counted.clear()
    with pytest.raises(Stopped):
        scored(
            network,
            source,
            batch_size=4,
            on_progress=counted.append,
            should_stop=lambda: counted == [1],
        )
    assert network.training


def test_a_network_without_chance_gives_the_same_scores_again(network, source):
    network.train()  # its mask is random, but only in training steps
    assert np.array_equal(scored(network, source), scored(network, source))
