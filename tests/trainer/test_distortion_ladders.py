import numpy as np
import pytest
import skimage.data
import torch
from torch import nn

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.normalisation import normalise
from trainer.config import StageConfig
from trainer.distortion_ladders import (
    LADDER_KINDS,
    LadderMaker,
    distorted_twice,
)
from trainer.learner import Learner
from trainer.machine import Machine
from trainer.objectives import TeacherObjective, ladder_ranking, with_ladders

CROP_PX = 48
NUM_CROPS = 16
PHOTOS = torch.arange(NUM_CROPS)


def photo_crops(num_crops=NUM_CROPS, side_px=CROP_PX):
    photo = skimage.data.chelsea()
    corners = np.random.default_rng(0).integers(0, 200, (num_crops, 2))
    return np.stack([photo[y : y + side_px, x : x + side_px] for y, x in corners])


@pytest.fixture(scope="module")
def crops():
    return torch.from_numpy(photo_crops())


@pytest.fixture(scope="module")
def rated():
    return torch.linspace(0.0, 100.0, NUM_CROPS)[
        torch.randperm(NUM_CROPS, generator=torch.Generator().manual_seed(4))
    ]


def network():
    torch.manual_seed(3)
    made = build_network(CsiqaConfig(backbone="test_vit", crop_px=CROP_PX, has_quality_token=False))
    made.start_from_mean(50.0)
    nn.init.normal_(made.head.weight, std=0.05)
    return made


def learner(**options):
    torch.manual_seed(3)
    machine = Machine(device=torch.device("cpu"), dtype=torch.float32, name="a processor")
    config = StageConfig(learning_rate=1e-3, **options)
    made = Learner(network(), with_ladders(TeacherObjective(config), config), config, machine)
    made.begin()
    return made


def test_ladders_begin_with_crops_of_the_better_half(crops, rated):
    ladders = LadderMaker().make(crops, rated, seed=(1, 2))
    assert len(ladders.clean_K) == NUM_CROPS / 8
    assert (rated[ladders.clean_K] >= rated.median()).all()
    assert len(set(ladders.clean_K.tolist())) == len(ladders.clean_K)
    for distorted in (ladders.mild_KSS3, ladders.strong_KSS3):
        assert distorted.shape == (2, CROP_PX, CROP_PX, 3)
        assert distorted.dtype == torch.uint8


def test_a_small_batch_has_one_ladder(crops):
    ladders = LadderMaker().make(crops[:4], torch.tensor([1.0, 2.0, 4.0, 3.0]), seed=(0,))
    assert ladders.clean_K.tolist() in ([2], [3])


def test_the_seed_alone_decides_what_a_ladder_is(crops, rated):
    first, again, other = (
        LadderMaker(num_threads=threads).make(crops, rated, seed=seed)
        for threads, seed in ((1, (1, 2)), (4, (1, 2)), (1, (1, 3)))
    )
    assert torch.equal(first.clean_K, again.clean_K)
    assert torch.equal(first.strong_KSS3, again.strong_KSS3)
    assert not torch.equal(first.strong_KSS3, other.strong_KSS3)


def test_the_second_step_changes_a_crop_more_than_the_first():
    (crop,) = photo_crops(1, side_px=224)
    changes = np.array(
        [
            [np.abs(step.astype(float) - crop).mean() for step in distorted_twice(crop, seed)]
            for seed in range(60)
        ]
    )
    assert (changes[:, 1] > changes[:, 0]).all()
    assert (changes[:, 0] > 0).all()


def test_every_kind_of_defect_comes_up(monkeypatch):
    drawn = set()

    def watched(kind):
        def defect(crop, strength, rng):
            drawn.add(kind)
            return crop

        return defect

    monkeypatch.setattr(
        "trainer.distortion_ladders.DEFECTS", {kind: watched(kind) for kind in LADDER_KINDS}
    )
    for seed in range(100):
        distorted_twice(photo_crops(1)[0], seed)
    assert drawn == set(LADDER_KINDS)


def test_the_ranking_is_what_each_step_lacks_to_the_margin():
    clean, mild, strong = torch.tensor([[60.0, 50.0], [55.0, 51.0], [54.0, 40.0]])
    # lacking: 2 - 5 and 2 - (-1), then 2 - 1 and 2 - 11
    assert ladder_ranking(clean, mild, strong, margin=2.0).item() == pytest.approx(
        ((0 + 3) / 2 + (1 + 0) / 2) / 2
    )
    assert ladder_ranking(clean, clean - 3, clean - 6, margin=3.0).item() == 0.0


def test_the_ladder_is_added_to_the_loss_with_its_weight(crops, rated):
    plain = learner().step(crops, rated, PHOTOS, seed=(5,), rate_share=1.0, progress=1.0)
    ranked = learner(ladder_weight=0.5, ladder_margin=4.0).step(
        crops, rated, PHOTOS, seed=(5,), rate_share=1.0, progress=1.0
    )
    assert set(ranked) == {"loss", "regression", "ladder"}
    assert ranked["regression"] == pytest.approx(plain["regression"])
    assert ranked["loss"].item() == pytest.approx(
        (ranked["regression"] + 0.5 * ranked["ladder"]).item(), rel=1e-6
    )
    whole, ladders = network(), LadderMaker().make(crops, rated, seed=(5,))
    scores = [
        whole(normalise(which, whole.normalisation))
        for which in (crops[ladders.clean_K], ladders.mild_KSS3, ladders.strong_KSS3)
    ]
    assert ranked["ladder"].item() == pytest.approx(
        ladder_ranking(*scores, margin=4.0).item(), rel=1e-3
    )


def test_learning_from_ladders_lowers_the_scores_of_distorted_crops(crops, rated):
    made = learner(ladder_weight=1.0)
    losses = [
        made.step(crops, rated, PHOTOS, seed=(7,), rate_share=1.0, progress=1.0)["ladder"].item()
        for _ in range(30)
    ]
    assert losses[0] > 1.0
    assert losses[-1] < 0.25 * losses[0]
