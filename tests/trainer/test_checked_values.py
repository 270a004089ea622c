from dataclasses import dataclass, field
from typing import Literal

import pytest

from trainer.checked_values import ConfigError, build_checked
from trainer.errors import TrainingError


@dataclass(frozen=True, kw_only=True)
class Inner:
    batch_size: int = 4
    schedule: Literal["step", "cosine"] = "step"


@dataclass(frozen=True, kw_only=True)
class Outer:
    name: str
    rate: float = 0.5
    limit: float | None = None
    is_on: bool = False
    inner: Inner = field(default_factory=Inner)


def test_nested_tables_become_nested_dataclasses():
    values = {"name": "a", "rate": 0.25, "inner": {"batch_size": 8, "schedule": "cosine"}}

    assert build_checked(Outer, values) == Outer(
        name="a", rate=0.25, inner=Inner(batch_size=8, schedule="cosine")
    )


def test_what_is_left_out_keeps_its_default():
    assert build_checked(Outer, {"name": "a"}) == Outer(name="a")


def test_a_whole_number_will_do_for_a_fraction():
    outer = build_checked(Outer, {"name": "a", "rate": 1, "limit": 2})

    assert (outer.rate, outer.limit) == (1.0, 2.0)
    assert type(outer.rate) is float


def test_none_is_taken_where_it_may_be():
    assert build_checked(Outer, {"name": "a", "limit": None}).limit is None


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], r"The run is not a table\. Write it as \[section\]"),
        ({"name": "a", "inner": 3}, "inner is not a table"),
        ({}, r"name is missing\. Add it to the run's TOML"),
        ({"name": "a", "inner": {"batchsize": 3}}, r"inner\.batchsize\. Did you mean batch_size\?"),
        ({"name": "a", "zzz": 3}, r"no setting zzz\. Known are: name, rate, limit, is_on, inner"),
        ({"name": 3}, r"name is 3\. It must be a text"),
        ({"name": "a", "is_on": 1}, r"is_on is 1\. It must be true or false"),
        ({"name": "a", "rate": "fast"}, r"rate is 'fast'\. It must be a number"),
        ({"name": "a", "rate": True}, r"rate is True\. It must be a number"),
        ({"name": "a", "rate": None}, r"rate is None\. It must be a number"),
        ({"name": "a", "limit": "x"}, r"limit is 'x'\. It must be a number"),
        (
            {"name": "a", "inner": {"batch_size": 2.5}},
            r"inner\.batch_size is 2\.5\. It must be a whole number",
        ),
        ({"name": "a", "inner": {"batch_size": True}}, "batch_size is True"),
        (
            {"name": "a", "inner": {"schedule": "linear"}},
            r"inner\.schedule is 'linear'\. It may be: step, cosine",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(values, text):
    with pytest.raises(ConfigError, match=text):
        build_checked(Outer, values)


def test_a_config_error_is_a_training_error():
    assert issubclass(ConfigError, TrainingError)
