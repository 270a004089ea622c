"""The card of a defect network: complete, and refused with a sentence where it lies."""

import json
from pathlib import Path

import pytest

from engine.defects.defect_card import DEFECT_FORMAT_VERSION, DefectCard, KindRates
from engine.errors import ModelFileError


def test_a_card_comes_back_from_json_as_it_was(tiny_defect_card):
    text = json.dumps(tiny_defect_card.to_json())

    assert DefectCard.from_json(json.loads(text)) == tiny_defect_card


def test_a_newer_format_is_refused(tiny_defect_card):
    values = {**tiny_defect_card.to_json(), "format_version": DEFECT_FORMAT_VERSION + 1}

    with pytest.raises(ModelFileError, match="Update Discern"):
        DefectCard.from_json(values)


def test_a_card_without_a_version_is_refused(tiny_defect_card):
    values = tiny_defect_card.to_json()
    del values["format_version"]

    with pytest.raises(ModelFileError, match="does not state its format version"):
        DefectCard.from_json(values)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"levels": {}}, "every kind"),
        ({"rates": {"rust": {}}}, "does not know"),
        ({"rates": {"blur": {"found": {"1/16": 1.5}}}}, "shares from 0 to 1"),
        ({"long_side_px": 8}, "must be 64 to"),
        ({"name": " "}, "name not empty"),
        ({"num_photos": -1}, "0 or more"),
        ({"smoothing_places": -0.5}, "must be 0 to"),
        ({"smoothing_places": float("nan")}, "must be 0 to"),
        ({"network": {"backbone": "resnet18", "kinds": ["blur"]}}, "known are"),
        ({"colour": "red"}, "colour"),
        ({"levels": None}, "can't be read"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(tiny_defect_card, change, words):
    with pytest.raises(ModelFileError, match=words):
        DefectCard.from_json({**tiny_defect_card.to_json(), **change})


def test_a_card_that_lacks_its_network_says_so(tiny_defect_card):
    values = tiny_defect_card.to_json()
    del values["network"]

    with pytest.raises(ModelFileError, match="'network' is missing"):
        DefectCard.from_json(values)


def test_rates_may_be_unknown():
    assert KindRates().false_alarms is None


def test_a_card_of_format_1_opens_and_smooths_nothing():
    golden = Path(__file__).parents[2] / "golden" / "defect_card_v1.json"
    card = DefectCard.from_json(json.loads(golden.read_text(encoding="utf-8")))

    assert card.smoothing_places == 0
    assert card.levels["blur"].proof == 1.4619375
    assert card.rates["blur"].found["1/36"] > 0.5
