from dataclasses import replace
from pathlib import Path

from app.models.text import card_lines
from engine.networks.model_file import read_card


def shown(tiny_model, figures):
    card = replace(read_card(tiny_model), figures=figures)
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
    assert "PLCC, raw 0.500" in figures
    assert not any(line.startswith("KRCC") for line in figures)
    assert any(line.startswith("RMSE") and line.endswith("not readable") for line in figures)
