import json
import math
from dataclasses import replace

import pytest

from engine.errors import ModelFileError
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_card import FORMAT_VERSION, MapScale, ModelCard
from engine.networks.portable import PortableConfig
from engine.networks.starting_point import StartingPoint
from engine.photos.resize import ResizeRule


@pytest.fixture
def card(make_card, tiny_network):
    return make_card(tiny_network)


@pytest.fixture
def stored(card):
    """The card as plain JSON values, which a test may change."""
    return json.loads(json.dumps(card.to_json()))


def test_every_field_survives_the_way_through_json(card, stored):
    assert ModelCard.from_json(stored) == card


def test_another_card_survives_too(make_card, tiny_network):
    card = make_card(
        tiny_network,
        role="plain",
        network=PortableConfig(backbone="resnet50", crop_px=96),
        resize_rule=ResizeRule(long_side_px=512, short_side_px=384),
        labels=LabelScale(low=0.0, high=1.0, higher_is_better=True),
        logistic=LogisticMap(low=-1.0, high=2.0, centre=50.0, width=9.0, is_linear=True),
        map_scale=MapScale(),
        figures={},
    )

    assert ModelCard.from_json(json.loads(json.dumps(card.to_json()))) == card
    assert card.architecture == "portable"
    assert card.crop_px == 96


def test_a_card_without_logistic_survives(make_card, tiny_network):
    card = make_card(tiny_network, logistic=None)

    assert ModelCard.from_json(card.to_json()).logistic is None


@pytest.mark.parametrize(
    ("is_higher_better", "expected"), [(True, (1.0, 2.0, 5.0)), (False, (5.0, 4.0, 1.0))]
)
def test_scores_come_back_in_label_units(is_higher_better, expected):
    scale = LabelScale(low=1.0, high=5.0, higher_is_better=is_higher_better)

    assert tuple(scale.from_0_100(score) for score in (0, 25, 100)) == pytest.approx(expected)


def test_a_newer_format_is_refused_with_the_way_out(stored):
    stored["format_version"] = FORMAT_VERSION + 1
    with pytest.raises(ModelFileError, match=r"has format 6, .* formats up to 5. Update Discern"):
        ModelCard.from_json(stored)


@pytest.mark.parametrize("version", [None, "1", 1.0, True, 0, -3])
def test_a_format_that_is_none_is_refused(stored, version):
    stored["format_version"] = version
    with pytest.raises(ModelFileError, match="does not state its format version"):
        ModelCard.from_json(stored)


@pytest.mark.parametrize("architecture", [None, "gan", 3, "csiqa "])
def test_an_unknown_architecture_is_refused(stored, architecture):
    stored["architecture"] = architecture
    with pytest.raises(
        ModelFileError,
        match=r"architecture is .*; known are csiqa, portable, whole_frame and pan",
    ):
        ModelCard.from_json(stored)


@pytest.mark.parametrize(
    "entry",
    ["name", "role", "network", "normalisation", "resize_rule", "num_crops", "labels", "logistic"],
)
def test_a_missing_entry_is_refused_by_name(stored, entry):
    del stored[entry]
    with pytest.raises(ModelFileError, match=f"card can't be read: .*'{entry}'"):
        ModelCard.from_json(stored)


@pytest.mark.parametrize(
    ("entry", "value", "text"),
    [
        ("surprise", 1, "unexpected keyword argument 'surprise'"),
        ("name", "  ", "The model has no name"),
        ("name", 7, "name is 7; it must be a text"),
        ("protocol", ["a"], "protocol is .*; it must be a text"),
        ("role", "boss", "role is 'boss'; it must be one of .*teacher"),
        ("num_crops", 0, "num_crops is 0; it must be 1 to 100"),
        ("num_crops", 10**9, "num_crops is 1000000000"),
        ("num_crops", "10", "num_crops is '10'"),
        ("network", "vit", "card can't be read"),
        ("network", {"backbone": "test_vit", "depth": 3}, "unexpected keyword argument 'depth'"),
        ("network", {"backbone": "test_vit", "crop_px": 10**6}, "crop_px is 1000000"),
        ("network", {"backbone": ["a"]}, "it must be the name of a timm network"),
        ("network", {"backbone": "v", "mask_probability": "x"}, "card can't be read"),
        ("normalisation", {"mean": [0, 0, 0]}, "'std' is missing"),
        ("normalisation", {"mean": [0, 0, 0], "std": [1, 1]}, "give 3 numbers"),
        ("normalisation", {"mean": [0, 0, 0], "std": [1, 1, 0]}, "it must be above 0"),
        ("normalisation", {"mean": "abc", "std": [1, 1, 1]}, "card can't be read"),
        ("normalisation", None, "card can't be read"),
        ("resize_rule", {"short_side_px": 3}, "must have exactly the entries"),
        ("labels", {"low": 1, "high": 1, "higher_is_better": True}, "which is no range"),
        ("labels", {"low": 0, "high": math.inf, "higher_is_better": True}, "which is no range"),
        ("labels", [0, 1], "card can't be read"),
        ("logistic", {"low": 0}, "The score map has the entries"),
        ("map_scale", {"top": -1.0}, "The scale of the maps is -1.0"),
        ("map_scale", {"top": math.nan}, "The scale of the maps is nan"),
        ("figures", [1], "figures and settings must be tables"),
        ("settings", "x", "figures and settings must be tables"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(stored, entry, value, text):
    stored[entry] = value
    with pytest.raises(ModelFileError, match=text):
        ModelCard.from_json(stored)


def test_entries_that_older_files_lack_have_defaults(stored):
    for entry in ("trained_on", "num_photos", "figures", "settings", "parent", "date", "program"):
        del stored[entry]
    del stored["network"]["is_cls_masked"]
    stored["map_scale"] = {}

    card = ModelCard.from_json(stored)

    assert (card.num_photos, card.figures, card.map_scale) == (0, {}, MapScale())
    assert isinstance(card.network, CsiqaConfig)


def test_what_training_began_with_survives_in_a_newer_format(card, stored):
    start = StartingPoint(kind="file", name="vit.safetensors", sha256="cd" * 32)
    began = replace(card, start=start)
    written = json.loads(json.dumps(began.to_json()))

    assert ModelCard.from_json(written) == began
    assert (written["format_version"], stored["format_version"]) == (3, 1)
    assert "start" not in stored
    assert ModelCard.from_json(stored).start is None


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ({"kind": "moon", "name": "a"}, "The weights came from 'moon'"),
        ({"kind": "file"}, "The weights from file are called ''"),
        ({"kind": "random", "name": "a"}, "The weights from random are called 'a'"),
        ({"kind": "file", "name": "a", "sha256": "xy"}, "'xy', which is no SHA-256"),
        ({"name": "a"}, "missing 1 required keyword-only argument: 'kind'"),
        (["file"], "card can't be read"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(stored, start, text):
    stored["start"] = start
    with pytest.raises(ModelFileError, match=text):
        ModelCard.from_json(stored)
