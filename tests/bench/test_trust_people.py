"""False alarms and agreement, counted by hand."""

from pathlib import Path

import numpy as np
import pytest

from bench.trust_part import DeliberatePhoto, Part
from bench.trust_people import Looked, agreement_rows, best_tenth_rows, deliberate_rows, source_of


def looked(*loudest, mean=0.1, explained=50.0):
    return Looked(loudest_K=np.array(loudest, np.float32), mean=mean, explained_0_100=explained)


def values(rows):
    return {row.key: row.measured.value for row in rows}


def test_a_photo_alarms_when_any_kind_reaches_a_half():
    found = [looked(0.5, 0.1), looked(0.4, 0.49), looked(0.6, 0.9), looked(0.0, 0.0)]

    groups, shares = best_tenth_rows(("blur", "noise"), found)

    assert values(groups["main"]) == {"false alarms, best-rated tenth": 0.5}
    assert [row.measured.value for row in groups["alarms"]] == [0.5, 0.25]
    assert shares == {"blur": 0.5, "noise": 0.25}
    assert groups["main"][0].is_met is False


def test_listed_photos_are_counted_together_by_part_and_by_sort():
    photos = [
        DeliberatePhoto(image="a", sort="night", part="test"),
        DeliberatePhoto(image="b", sort="night", part="validation"),
        DeliberatePhoto(image="c", sort="fog", part="test"),
        DeliberatePhoto(image="d", sort="fog", part="test"),
    ]

    rows = deliberate_rows(photos, lambda image: looked(0.9 if image == "a" else 0.2))

    assert [(row.of, row.measured.value, row.measured.num) for row in rows] == [
        ("", 0.25, 4),
        ("those of the test part", pytest.approx(1 / 3), 3),
        ("night", 0.5, 2),
        ("fog", 0.0, 2),
    ]


def test_a_map_that_is_fuller_in_worse_photos_agrees_with_people():
    paths = tuple(Path(f"ss0{place % 2} ({place}).jpg") for place in range(40))
    scores = tuple(np.linspace(1, 0, 40))
    part = Part(name="test", paths=paths, scores_0_1=scores)
    found = {
        place: looked(0.1, mean=place / 40, explained=(40 - place) ** 2 / 16) for place in range(40)
    }

    rows = agreement_rows(part, found)

    assert values(rows) == {
        "map's mean against people, SRCC": pytest.approx(1),
        "explained score against people, SRCC": pytest.approx(1),
        "within ss00: map's mean against people, SRCC": pytest.approx(1),
        "within ss01: map's mean against people, SRCC": pytest.approx(1),
    }
    assert rows[0].is_met is True


def test_the_source_is_the_beginning_of_the_name():
    assert source_of(Path("photos/ss02 (7).jpg")) == "ss02"
