"""The rows of planted defects, counted by hand."""

import pytest

from bench.defect_measures import Verdict
from bench.trust_planted import found_rates, taught_rows


def verdict(kind, area, strength, *, is_right=True, overlap=0.8):
    return Verdict(
        kind=kind,
        area=area,
        strength=strength,
        is_peak_inside=is_right,
        energy=12.0 if is_right else 0.5,
        named=kind if is_right else "noise",
        is_alarmed=is_right,
        overlap=overlap,
    )


VERDICTS = [
    verdict("blur", "1/4", 0.25),
    verdict("blur", "1/36", 1.0, is_right=False, overlap=0.0),
    verdict("compression", "1/16", 0.25, overlap=0.6),
    verdict("compression", "1/16", 1.0, is_right=False, overlap=0.1),
]


def values(rows):
    return {row.key: None if row.measured is None else row.measured.value for row in rows}


def test_all_are_counted_and_held_to_the_targets():
    rows = taught_rows(VERDICTS)["main"]

    assert values(rows) == {
        "peak inside": 0.5,
        "energy over the area's share": pytest.approx(6.25),
        "kind named right": 0.5,
        "overlap with the region (IoU at a half, areas from 1/16)": pytest.approx(0.5),
        "a half is reached inside": 0.5,
    }
    assert [row.is_met for row in rows] == [False, False, False, False, None]
    assert rows[3].sample == "3 defects"


def test_kinds_areas_and_strengths_are_told_apart():
    groups = taught_rows(VERDICTS)

    found = values(groups["broken down"])
    assert found["blur: peak inside"] == 0.5
    assert found["area 1/4: peak inside"] == 1
    assert found["area 1/36: kind named right"] == 0
    assert found["strength 0.25: a half is reached inside"] == 1
    assert values(groups["grid"]) == {
        "blur, 0.25: peak inside": 1,
        "blur, 1: peak inside": 0,
        "compression, 0.25: peak inside": 1,
        "compression, 1: peak inside": 0,
    }


def test_a_card_is_told_what_was_found_at_which_size():
    assert found_rates(VERDICTS) == {
        "blur": {"found": {"1/4": 1.0, "1/36": 0.0}, "named": {"1/4": 1.0, "1/36": 0.0}},
        "compression": {"found": {"1/16": 0.5}, "named": {"1/16": 0.5}},
    }
