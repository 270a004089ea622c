import numpy as np
import pytest
from scipy import special

from app.pictures.seen_defects import Severity, seen_defects, severity_of
from engine.defects.proven_strength import KindLevel, proven_strengths
from engine.explain.distortion_map import DistortionMap

_LEVEL = KindLevel(proof=2.0, extent=-0.5, contrast=2.0)


def map_of(card, **strengths):
    """A map of 40 x 40 places in which the named kinds are in the lower left quarter."""
    strength = np.full((len(card.network.kinds), 40, 40), 0.1, np.float32)
    for kind, value in strengths.items():
        strength[card.network.kinds.index(kind), 20:, :20] = value
    return DistortionMap(kinds=card.network.kinds, strength_KHW=strength)


def test_a_defect_has_kind_place_and_share(card):
    (seen,) = seen_defects(map_of(card, blur=0.7), card)
    assert (seen.kind, seen.share, seen.where) == ("blur", 0.25, "lower left")
    assert seen.words == "blur: clear, lower left, 25 % of the photo"


def test_a_clean_map_has_none(card):
    assert seen_defects(map_of(card), card) == ()


def test_less_than_a_hundredth_of_the_photo_is_not_mentioned(card):
    found = map_of(card)
    found.strength_KHW[0, 0, :15] = 0.9  # 15 of 1,600 places
    assert seen_defects(found, card) == ()
    found.strength_KHW[0, 0, :16] = 0.9
    assert [seen.kind for seen in seen_defects(found, card)] == ["blur"]


def test_the_widest_defect_comes_first(card):
    found = map_of(card, blur=0.9)
    found.strength_KHW[1] = 0.9
    assert [seen.kind for seen in seen_defects(found, card)] == ["noise", "blur"]


@pytest.mark.parametrize(
    ("answer", "severity"),
    [(0.6, Severity.SLIGHT), (0.85, Severity.CLEAR), (0.95, Severity.SPOILT), (1, Severity.SPOILT)],
)
def test_severity_is_on_the_scale_of_teaching_whatever_the_levels(answer, severity):
    logits = np.full((1, 4, 4), min(special.logit(answer), 20.0), np.float32)
    for level in (_LEVEL, KindLevel(), KindLevel(proof=0.3, extent=0.1, contrast=7.0, reach=0.5)):
        strength = proven_strengths(logits, [level])[0, 0, 0]
        assert strength >= 0.5
        assert severity_of(float(strength), 0.05, level) == severity


@pytest.mark.parametrize(
    ("share", "severity"),
    [
        (0.09, Severity.SLIGHT),
        (0.1, Severity.CLEAR),
        (0.69, Severity.CLEAR),
        (0.7, Severity.SPOILT),
    ],
)
def test_a_faint_defect_is_worse_the_wider_it_is(share, severity):
    assert severity_of(0.5, share, KindLevel()) == severity


def test_what_affects_half_the_photo_need_not_be_as_strong_to_spoil_it():
    assert severity_of(0.66, 0.44, KindLevel()) == Severity.CLEAR
    assert severity_of(0.66, 0.45, KindLevel()) == Severity.SPOILT


@pytest.mark.parametrize(("rows", "words"), [(20, "spoils the photo"), (4, "spoils this part")])
def test_what_spoils_a_small_part_does_not_spoil_the_photo(card, rows, words):
    found = map_of(card)
    found.strength_KHW[0, :rows, :20] = 1.0
    (seen,) = seen_defects(found, card)
    assert seen.severity == Severity.SPOILT
    assert seen.how_bad == words
