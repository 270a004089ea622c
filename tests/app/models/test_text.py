from dataclasses import replace
from pathlib import Path

from app.models.text import card_lines, list_lines
from engine.defects.defect_identity import bundled_identity
from engine.networks.model_file import read_card
from engine.networks.model_library import list_models
from engine.networks.starting_point import StartingPoint


def shown(tiny_model, figures=None, **changes):
    card = replace(read_card(tiny_model), figures=figures or {}, **changes)
    return list(card_lines(card, path=Path(tiny_model), width=80))


def test_a_figure_is_shown_with_its_interval_where_it_has_one(tiny_model):
    lines = shown(
        tiny_model,
        {
            "num_photos": 2,
            "srcc": {"value": 0.875, "low": 0.8, "high": 0.95},
            "plcc": {"value": 0.5, "low": None, "high": None},
            "krcc": None,
            "rmse": {"value": "much"},
        },
    )
    figures = [" ".join(line.split()) for line in lines if line.startswith("  ")]
    assert "SRCC 0.875 [0.800, 0.950]" in figures
    assert "PLCC 0.500" in figures
    assert not any(line.startswith("KRCC") for line in figures)
    assert any(line.startswith("RMSE") and line.endswith("not readable") for line in figures)


def test_a_single_photo_is_not_called_photos(tiny_model):
    lines = shown(tiny_model, {"num_photos": 1}, trained_on="a set", num_photos=1)
    assert fact(lines, "trained on") == "a set, 1 photo"
    assert any(line.startswith("On its own test part of 1 photo, with") for line in lines)


def fact(lines, label):
    """What stands behind a label, on one line."""
    first = next(number for number, line in enumerate(lines) if line.startswith(label))
    texts = [lines[first].removeprefix(label)]
    for line in lines[first + 1 :]:
        if not line.startswith("  "):
            break
        texts.append(line)
    return " ".join(" ".join(texts).split())


def test_a_card_says_which_weights_training_began_with(tiny_model):
    start = StartingPoint(kind="file", name="vit.safetensors", sha256="ab" * 32)
    found = fact(shown(tiny_model, start=start), "began with")
    assert found == f"vit.safetensors, SHA-256 {'ab' * 32}"
    assert fact(shown(tiny_model), "began with") == "not recorded"


def test_a_card_says_what_finds_defects(tiny_model):
    found = fact(shown(tiny_model), "defects")
    assert found == f"found by {bundled_identity().name}, as for every model"


def test_the_list_says_what_a_model_costs_and_is_good_for(tiny_model):
    (entry,) = [
        one for one in list_models(tiny_model.parent) if one.path.parent == tiny_model.parent
    ]
    lines = list(list_lines([entry], seconds={entry.path: 0.2345}))
    assert lines[0].split()[-4:] == ["per", "photo", "size", "where"]
    assert " 0.23 s " in lines[1]
    said = f"{entry.name}: good for many looks at parts of a photo"
    assert any(line.startswith(said) for line in lines)
    assert "± is the spread over views of the photo" in "\n".join(lines)


def test_a_card_says_how_sure_its_scores_are(tiny_model):
    assert fact(shown(tiny_model), "how sure").startswith("the spread over views")
    entry = {"basis": "sources", "one": 14.2, "num_errors": 1200, "num_sources": 3}
    found = fact(shown(tiny_model, certainty=entry), "how sure")
    assert found.startswith("two thirds of the photos of a source not met before lie within ± 14.2")
