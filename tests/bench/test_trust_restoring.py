"""What giving back blamed patches is worth, on photos whose score is known."""

import numpy as np
import pytest

from bench.defect_planting import Spoilt
from bench.trust_restoring import RESTORED_SHARES, random_blame, restoring_gain, scored_by
from engine.device import choose_device
from engine.networks.model_file import open_model
from engine.scorer import Scorer


@pytest.fixture
def quarter():
    """The defect is the upper left quarter: 20 where it was 100."""
    clean = np.full((64, 64, 3), 100, np.uint8)
    spoilt = clean.copy()
    spoilt[:32, :32] = 20
    is_inside = np.zeros((64, 64), bool)
    is_inside[:32, :32] = True
    return Spoilt(
        pixels_HW3=spoilt,
        clean_HW3=clean,
        is_inside_HW=is_inside,
        kind="noise",
        area="1/4",
        strength=1.0,
    )


def brightness(pixels_HW3):
    return float(pixels_HW3.mean())


def test_giving_back_the_blamed_patches_is_worth_what_they_cost(quarter):
    right = quarter.is_inside_HW.astype(np.float32)

    # Four patches, of which 5 % and 10 % are none, 20 % and 30 % one: the spoilt one, 20 levels.
    assert len(RESTORED_SHARES) == 4
    assert restoring_gain(brightness, quarter, right) == pytest.approx((0 + 0 + 20 + 20) / 4)
    assert restoring_gain(brightness, quarter, 1 - right) == 0


def test_random_blame_fills_any_size():
    assert random_blame((70, 90, 3), np.random.default_rng(0)).shape == (70, 90)


def test_a_photo_is_scored_as_the_scorer_does(tiny_model):
    network, card = open_model(tiny_model)
    photo = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)

    scored = scored_by(network, card)(photo)

    scorer = Scorer(network, card, model_id="x", device=choose_device("cpu"))
    assert scored == pytest.approx(
        scorer.score([photo])[0].score_0_100, abs=0.2
    )  # it works in halves
