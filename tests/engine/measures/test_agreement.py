import json
from dataclasses import replace

import pytest

from engine.measures.agreement import MEASURES, TITLES, Agreement, Figure, Undefined

AGREEMENT = Agreement(
    num_photos=7,
    srcc=Figure(value=0.9, low=0.8, high=0.95),
    plcc=Figure(value=0.5),
    plcc_mapped=Undefined.FLAT_MAP,
    krcc=Figure(value=0.7, low=0.6, high=0.8),
    rmse=Figure(value=0.1, low=0.05, high=0.2),
)


def test_reports_keep_their_keys():
    assert AGREEMENT.to_json() == {
        "num_photos": 7,
        "srcc": {"value": 0.9, "low": 0.8, "high": 0.95},
        "plcc": {"value": 0.5, "low": None, "high": None},
        "plcc_mapped": None,
        "krcc": {"value": 0.7, "low": 0.6, "high": 0.8},
        "rmse": {"value": 0.1, "low": 0.05, "high": 0.2},
    }
    assert list(AGREEMENT.to_json()) == ["num_photos", *MEASURES]


def test_a_report_does_not_hold_why_a_figure_has_no_value():
    read = Agreement.from_json(json.loads(json.dumps(AGREEMENT.to_json())))
    assert read == replace(AGREEMENT, plcc_mapped=Undefined.NOT_STATED)


@pytest.mark.parametrize(
    ("entry", "value", "error"),
    [
        ("srcc", {"value": 1.0}, KeyError),
        ("srcc", {"value": "much", "low": None, "high": None}, ValueError),
        ("krcc", 0.5, TypeError),
        ("num_photos", "many", ValueError),
    ],
)
def test_a_report_that_makes_no_sense_is_refused(entry, value, error):
    with pytest.raises(error):
        Agreement.from_json({**AGREEMENT.to_json(), entry: value})


def test_only_figures_with_a_value_are_defined():
    assert list(AGREEMENT.defined()) == ["srcc", "plcc", "krcc", "rmse"]
    assert list(AGREEMENT.figures()) == list(MEASURES) == list(TITLES)
