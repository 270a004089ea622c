"""The measures of trust, on maps whose figures are known beforehand."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from skimage.transform import resize
from torch import nn

from bench.trust_checks import (
    RESTORED_SHARES,
    flip_likeness,
    likeness,
    random_blame,
    restoring_gains,
    shift_likeness,
    with_random_weights,
)
from bench.trust_measures import Row, measure_maps, measure_planted, measure_sanity
from bench.trust_methods import Blame, BothOverlays, named_kind
from bench.trust_photos import HeldOutPhotos
from bench.trust_planted import AREAS, SEEN_FROM, PlantedPhoto, judge, planted_photos
from bench.untaught_defects import UNTAUGHT
from engine.explain.distortion_map import DistortionMap
from engine.networks.distortion_file import open_distortion_head
from engine.networks.model_file import open_model
from trainer.distortion.defects import DEFECTS


@pytest.fixture(scope="module")
def photo():
    return (resize(data.astronaut(), (192, 192), anti_aliasing=True) * 255).astype(np.uint8)


@pytest.fixture
def quarter():
    """Half dark, half light; the defect is the upper left quarter."""
    clean = np.full((64, 64, 3), 100, np.uint8)
    spoilt = clean.copy()
    spoilt[:32, :32] = 20
    is_inside = np.zeros((64, 64), bool)
    is_inside[:32, :32] = True
    return PlantedPhoto(
        pixels_HW3=spoilt,
        clean_HW3=clean,
        is_inside_HW=is_inside,
        kind="noise",
        area=1 / 4,
        strength=1.0,
    )


def blame(map_HW, named=None):
    return Blame(map_HW=map_HW.astype(np.float32), named=named, is_strong=False)


def test_a_perfect_map_has_its_peak_inside_and_all_its_energy(quarter):
    trial = judge(quarter, blame(quarter.is_inside_HW, named="noise"))

    assert trial.is_peak_inside
    assert trial.energy == pytest.approx(4)
    assert trial.is_named


def test_an_even_map_has_the_energy_of_chance_and_an_empty_one_finds_nothing(quarter):
    assert judge(quarter, blame(np.full((64, 64), 0.3))).energy == pytest.approx(1)
    assert not judge(quarter, blame(np.zeros((64, 64)))).is_peak_inside
    assert judge(quarter, blame(np.zeros((64, 64)))).is_named is None


def test_a_map_of_the_rest_is_wrong(quarter):
    trial = judge(quarter, blame(~quarter.is_inside_HW, named="blur"))

    assert not trial.is_peak_inside
    assert trial.energy == 0
    assert trial.is_named is False


def test_planted_defects_can_be_seen_and_have_their_area(photo):
    found = list(planted_photos([photo] * 8, DEFECTS))

    assert {one.kind for one in found} == set(DEFECTS)
    assert {one.area for one in found} == set(AREAS)
    for one in found:
        change = np.abs(one.pixels_HW3.astype(int) - one.clean_HW3)[one.is_inside_HW].mean()
        assert change >= SEEN_FROM
        assert one.is_inside_HW.mean() == pytest.approx(one.area, rel=0.05)


def test_a_defect_that_cannot_be_seen_anywhere_is_passed_over():
    sky = np.full((96, 96, 3), 180, np.uint8)

    assert list(planted_photos([sky], {"blur": DEFECTS["blur"]})) == []


@pytest.mark.parametrize("kind", UNTAUGHT)
def test_untaught_defects_grow_with_their_strength(photo, kind):
    changes = [
        np.abs(UNTAUGHT[kind](photo, strength, np.random.default_rng(0)).astype(int) - photo).mean()
        for strength in (0.0, 0.5, 1.0)
    ]

    assert changes == sorted(changes)
    assert changes[0] > 1


def test_the_named_kind_is_the_widest_or_where_none_is_wide_the_strongest():
    weak = np.full((2, 4, 4), 0.1, np.float32)
    weak[1, 0, 0] = 0.3
    assert named_kind(DistortionMap(kinds=("blur", "noise"), strength_KHW=weak)) == "noise"
    weak[0, :2] = 0.6
    weak[1, 0, 0] = 0.9
    assert named_kind(DistortionMap(kinds=("blur", "noise"), strength_KHW=weak)) == "blur"


def test_giving_back_the_blamed_patches_is_worth_what_they_cost(quarter):
    def brightness(pixels_HW3):
        return float(pixels_HW3.mean())

    right = restoring_gains(brightness, quarter, quarter.is_inside_HW.astype(np.float32))
    wrong = restoring_gains(brightness, quarter, 1 - quarter.is_inside_HW.astype(np.float32))

    # Four patches, of which 5 % and 10 % are none, 20 % and 30 % one: the spoilt one, 80 levels.
    assert len(RESTORED_SHARES) == 4
    assert right == pytest.approx([0, 0, 20, 20])
    assert wrong == pytest.approx([0, 0, 0, 0])


def test_likeness_is_the_correlation_of_ranks():
    ramp = np.linspace(0, 1, 160)[None, :].repeat(160, axis=0)
    assert likeness(ramp, ramp**3) == pytest.approx(1)
    assert likeness(ramp, -ramp) == pytest.approx(-1)
    assert likeness(ramp, np.zeros_like(ramp)) == 0


def test_a_map_of_the_pixels_themselves_moves_with_the_photo(photo):
    def brightness(photo_HW3):
        return blame(photo_HW3.mean(axis=2) / 255)

    def fixed(photo_HW3):
        height, width = photo_HW3.shape[:2]
        return blame(np.linspace(0, 1, width)[None, :].repeat(height, axis=0))

    assert flip_likeness(brightness, photo) == pytest.approx(1)
    assert shift_likeness(brightness, photo) == pytest.approx(1)
    assert flip_likeness(fixed, photo) == pytest.approx(-1)


def test_random_weights_are_the_same_numbers_in_other_places():
    network = nn.Linear(8, 8)

    other = with_random_weights(network)

    assert not torch.equal(other.weight, network.weight)
    torch.testing.assert_close(other.weight.flatten().sort()[0], network.weight.flatten().sort()[0])


def test_random_blame_fills_any_size():
    assert random_blame((70, 90, 3), np.random.default_rng(0)).shape == (70, 90)


def test_a_row_says_which_target_is_missed():
    row = Row(letter="a", what="x", values={"m": 0.9, "n": None}, sample="3", target=0.95, unit="%")
    most = Row(letter="c", what="y", values={"m": 0.2}, sample="3", target=0.1, is_most=True)

    assert row.cell("m") == "90 % (missed)"
    assert row.target_text == "at least 95 %"
    assert row.is_met("n") is None
    assert most.cell("m") == "0.20 (missed)"
    assert most.target_text == "at most 0.10"
    assert most.to_json()["values"] == {"m": 0.2}


@pytest.fixture(scope="module")
def measured(seeing_model, tmp_path_factory):
    """Every measure of a model whose head sees blur everywhere, on a few photos."""
    folder = tmp_path_factory.mktemp("photos")
    paths = []
    for number in range(12):
        pixels = data.astronaut()[20 * number : 20 * number + 200, 10 : 10 + 220 + 5 * number]
        paths.append(folder / f"{number}.png")
        Image.fromarray(pixels).save(paths[-1])
    network, card = open_model(seeing_model)
    head = open_distortion_head(seeing_model)
    photos = HeldOutPhotos(
        source="cuts",
        part="test",
        paths=tuple(paths),
        rated_0_100=tuple(90.0 - 5 * number for number in range(12)),
        card=card,
    )
    methods = BothOverlays(network, head, card).methods()
    rows = []
    for measure in (measure_planted, measure_maps, measure_sanity):
        rows += measure(network, card, head, methods, photos, 2)
    return rows


def test_all_seven_measures_are_taken_of_both_overlays(measured):
    assert {row.letter for row in measured} == set("abcdefg")
    assert all(set(row.values) == {"Grad-CAM", "distortion map"} for row in measured)


def test_a_head_that_sees_blur_everywhere_has_the_figures_of_chance(measured):
    energy = next(row for row in measured if row.what.startswith("planted defects: energy"))
    alarms = next(row for row in measured if row.letter == "c")

    assert energy.values["distortion map"] == pytest.approx(1, abs=0.01)
    assert alarms.values["distortion map"] == 1
