"""Teaching a tiny network's head: it learns, it repeats itself, and it leaves the network alone."""

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.metrics import roc_auc_score

from engine.explain.distortion_kinds import KINDS
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model
from engine.photos.resize import ResizeRule
from trainer.distortion.plan import TeachingPlan
from trainer.distortion.teaching import answer_loss, example_batches, frozen_features, teach
from trainer.errors import TrainingError

RULE = ResizeRule(long_side_px=None, short_side_px=80)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return CSIQA(CsiqaConfig(backbone="test_vit", crop_px=64)).eval()


@pytest.fixture(scope="module")
def photos(small_runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("good photos")
    paths = []
    for number, scene in enumerate(small_runs.scenes()):
        paths.append(folder / f"{number}.png")
        Image.fromarray(np.asarray(scene)).save(paths[-1])
    return 4 * paths


def test_a_taught_head_tells_spoilt_patches_from_good_ones(small_runs, tmp_path):
    network, card = open_model(default_model())
    before = {name: value.clone() for name, value in network.state_dict().items()}
    photos = []
    for number, pixels in enumerate(small_runs.photographs()):
        photos.append(tmp_path / f"{number}.png")
        Image.fromarray(pixels).save(photos[-1])
    plan = TeachingPlan(epochs=20, num_hidden=32, learning_rate=5e-3)
    losses = []

    head = teach(
        network,
        2 * photos,
        card.resize_rule,
        plan,
        on_step=lambda step, num_steps, loss: losses.append((num_steps, loss)),
    )

    assert [num_steps for num_steps, _ in losses] == 14 * [14]  # 20 times 8 photos, 12 at once
    assert not head.training
    found, wanted = [], []
    for examples in example_batches(network, 2 * photos, card.resize_rule, epochs=4, seed=1):
        features, crops = frozen_features(network, examples)
        with torch.no_grad():
            found.append(head(features.sequences, features.num_prefix, crops).numpy())
        wanted.append(examples.wanted_BKGG > 0.4)
    for kind in ("noise", "blur"):  # what so few steps can teach
        one = KINDS.index(kind)
        truth = np.concatenate(wanted)[:, one].ravel()
        assert roc_auc_score(truth, np.concatenate(found)[:, one].ravel()) > 0.8, kind
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_the_same_plan_gives_the_same_head(network, photos):
    plan = TeachingPlan(epochs=1, num_hidden=4)
    heads = [teach(network, photos[:20], RULE, plan).state_dict() for _ in range(2)]

    assert all(torch.equal(value, heads[1][name]) for name, value in heads[0].items())


def test_what_is_not_asked_costs_nothing():
    logits = torch.tensor([[[[2.0, -1.0]]]])
    wanted = torch.tensor([[[[1.0, 1.0]]]])
    is_asked = torch.tensor([[[[1.0, 0.0]]]])

    loss = answer_loss(logits, wanted, is_asked)

    assert float(loss) == pytest.approx(np.log1p(np.exp(-2.0)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"epochs": 0}, "at least one epoch"),
        ({"learning_rate": 3.0}, "between 0 and 1"),
        ({"false_alarms": -0.1}, "between 0 and 1"),
        ({"contrast": 0.0}, "contrast is"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changes, reason):
    with pytest.raises(TrainingError, match=reason):
        TeachingPlan(**changes)
