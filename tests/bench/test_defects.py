"""The test of the defect network: honest planting, and figures against hand arithmetic."""

import numpy as np
import pytest
from PIL import Image

from bench.defect_measures import Verdict, judge, likeness, named_kind, summary
from bench.defect_planting import AREAS, STRENGTHS, TAUGHT, Spoilt, region, spoilt_photos
from bench.defect_untaught import NEVER_TAUGHT
from bench.defects import Part
from engine.explain.distortion_kinds import KINDS
from engine.explain.distortion_map import DistortionMap
from trainer.defects.material import Material


def photo(seed=0):
    coarse = np.random.default_rng(seed).integers(30, 226, (8, 10, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((120, 96), Image.Resampling.BICUBIC))


def spoilt(inside):
    return Spoilt(
        pixels_HW3=np.zeros((*inside.shape, 3), np.uint8),
        is_inside_HW=inside,
        kind="blur",
        area="1/4",
        strength=0.5,
    )


@pytest.mark.parametrize("share", AREAS.values())
def test_a_region_covers_the_share_asked_for(share):
    for seed in range(10):
        weights = region(96, 120, share, np.random.default_rng(seed))
        assert (weights >= 0.5).mean() == pytest.approx(share, abs=0.02)
        assert weights.min() == 0
        assert weights.max() <= 1
        assert (weights > 0.01).mean() < 4 * share


@pytest.mark.parametrize("kind", {**TAUGHT, **NEVER_TAUGHT})
def test_every_defect_keeps_the_size_and_grows_with_strength(kind):
    defect = {**TAUGHT, **NEVER_TAUGHT}[kind]
    clean = photo()
    changes = []
    for strength in (STRENGTHS[0], STRENGTHS[-1]):
        made = [defect(clean, strength, np.random.default_rng(seed)) for seed in range(8)]
        assert all(one.shape == clean.shape and one.dtype == np.uint8 for one in made)
        changes.append(np.mean([np.abs(one.astype(int) - clean).mean() for one in made]))

    assert changes[1] > changes[0] > 0


def test_all_seven_kinds_are_planted_and_six_others_are_never_taught():
    assert tuple(TAUGHT) == KINDS
    assert len(NEVER_TAUGHT) == 6
    assert not set(NEVER_TAUGHT) & set(KINDS)


def test_planting_changes_the_region_and_little_else():
    clean = photo()
    for one in spoilt_photos([clean], TAUGHT, seed=0):
        change = np.abs(one.pixels_HW3.astype(int) - clean).mean(axis=2)
        assert change[one.is_inside_HW].mean() >= 3
        assert change[one.is_inside_HW].mean() > 2 * change[~one.is_inside_HW].mean()


def test_a_map_is_judged_as_by_hand():
    inside = np.zeros((4, 4), bool)
    inside[:2, :2] = True
    strength = np.zeros((2, 4, 4), np.float32)
    strength[0, 0, :] = 0.8  # half of it inside
    strength[1, 3, 3] = 0.4

    verdict = judge(spoilt(inside), DistortionMap(kinds=("blur", "noise"), strength_KHW=strength))

    assert verdict.is_peak_inside
    assert verdict.energy == pytest.approx((1.6 / 3.6) / 0.25)
    assert verdict.named == "blur"
    assert verdict.is_alarmed
    assert verdict.overlap == pytest.approx(2 / 6)


def test_below_a_half_the_strongest_kind_is_named():
    strength = np.full((2, 2, 2), 0.1, np.float32)
    strength[1, 0, 0] = 0.3

    assert named_kind(DistortionMap(kinds=("blur", "noise"), strength_KHW=strength)) == "noise"


def test_a_summary_counts_overlap_from_a_sixteenth_on():
    verdicts = [
        Verdict(
            kind="blur",
            area=area,
            strength=1,
            is_peak_inside=area == "1/4",
            energy=2.0,
            named="blur",
            is_alarmed=True,
            overlap=overlap,
        )
        for area, overlap in (("1/36", 0.0), ("1/4", 0.8), ("1/16", 0.6))
    ]

    rows = summary(verdicts)

    assert rows["overlap_from_1_16"] == pytest.approx(0.7)
    assert rows["peak_inside"] == pytest.approx(1 / 3)
    assert rows["named"] == 1
    assert rows["num"] == 3


def test_maps_that_rank_alike_are_alike():
    ramp = np.arange(64 * 64, dtype=np.float32).reshape(64, 64)

    assert likeness(ramp, np.exp(ramp / 1000)) == pytest.approx(1)
    assert likeness(ramp, -ramp) == pytest.approx(-1)
    assert likeness(ramp, np.zeros_like(ramp)) == 0


def test_the_photos_of_a_part_go_with_their_scores(tmp_path):
    lines = ["image,score"]
    for number in range(20):
        Image.fromarray(photo(number)).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,{number / 20}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    material = Material.of_labels(tmp_path / "labels.csv")

    for name in ("validation", "test"):
        part = Part(material, name)
        assert [int(path.stem) / 20 for path in part.paths] == pytest.approx(part.scores_0_1)
