import numpy as np
import pytest

from app.demo.partly import PARTLY_SPOILT, greenish, moved
from app.demo.photographs import read_photographs
from app.pictures.defect_place import place_words
from app.pictures.seen_defects import seen_defects
from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.explain.distortion_kinds import KINDS


@pytest.fixture(scope="module")
def photographs():
    return read_photographs()


@pytest.fixture(scope="module")
def finder():
    return DefectFinder.open(bundled_defect_network())


def test_there_is_one_for_every_kind_that_has_a_name():
    assert sorted(one.kind for one in PARTLY_SPOILT) == sorted(KINDS)
    assert len({one.file_name for one in PARTLY_SPOILT}) == len(PARTLY_SPOILT)


@pytest.mark.parametrize("one", PARTLY_SPOILT, ids=lambda one: one.kind)
def test_only_the_part_that_is_named_is_spoilt(photographs, one):
    clean = photographs[one.photograph].astype(np.int16)
    change = np.abs(one.apply(photographs[one.photograph]).astype(np.int16) - clean).mean(axis=2)
    rows, columns = (np.arange(side) / side for side in change.shape)
    left, top, right, bottom = one.box
    is_outside = (
        (rows[:, None] < top - 0.15)
        | (rows[:, None] > bottom + 0.15)
        | (columns[None] < left - 0.15)
        | (columns[None] > right + 0.15)
    )
    assert change[is_outside].max() == 0
    assert place_words(change > 3) == one.where


@pytest.mark.parametrize("one", PARTLY_SPOILT, ids=lambda one: one.kind)
def test_the_map_that_travels_with_the_program_shows_kind_and_place(photographs, finder, one):
    found = finder.look_at_whole(one.apply(photographs[one.photograph])).map
    # What a clean photograph is said to have is another matter.
    (of_the_kind,) = (seen for seen in seen_defects(found, finder.card) if seen.kind == one.kind)
    assert set(of_the_kind.where.split()) & set(one.where.split())


def test_movement_smears_a_line_sideways_only():
    pixels = np.zeros((9, 61, 3), np.uint8)
    pixels[:, 30] = 210
    smeared = moved(pixels)
    assert (smeared == smeared[:1]).all()
    assert smeared[0, :, 0].tolist() == [0] * 20 + [10] * 21 + [0] * 20


def test_the_wrong_light_takes_red_and_blue_away():
    assert greenish(np.full((1, 1, 3), 100, np.uint8)).ravel().tolist() == [62, 112, 72]
