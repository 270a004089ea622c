import numpy as np

from app.pictures.defect_lines import defect_lines
from app.pictures.distortion_colours import colour_of
from engine.explain.distortion_map import DistortionMap


def map_of(card, **strengths):
    strength = np.zeros((len(card.network.kinds), 10, 10), np.float32)
    for kind, value in strengths.items():
        strength[card.network.kinds.index(kind)] = value
    return DistortionMap(kinds=card.network.kinds, strength_KHW=strength)


def test_a_defect_has_its_colour_and_what_was_not_seen_has_none(card):
    first, *others = defect_lines(map_of(card, noise=0.9), card, fits=lambda _: True)
    assert first.text.startswith("Noise: ")
    assert first.colour == colour_of("noise")
    assert len(others) == 3
    assert {line.colour for line in others} == {None}


def test_lines_are_broken_between_words_where_they_do_not_fit(card):
    lines = defect_lines(map_of(card, noise=0.9), card, fits=lambda text: len(text) <= 30)
    assert max(len(line.text) for line in lines) <= 30
    whole = defect_lines(map_of(card, noise=0.9), card, fits=lambda _: True)
    assert " ".join(line.text for line in lines) == " ".join(line.text for line in whole)
    assert [line.colour for line in lines].count(colour_of("noise")) == 1


def test_a_word_that_never_fits_has_a_line_of_its_own(card):
    lines = defect_lines(map_of(card), card, fits=lambda _: False)
    assert [line.text for line in lines[:2]] == ["No", "blur"]
