"""What counts as a number in a file."""

import pytest

from engine.defects.plain_number import is_number


@pytest.mark.parametrize("value", [0, -3, 2.5])
def test_finite_numbers_count(value):
    assert is_number(value)


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf"), [1]])
def test_nothing_else_does(value):
    assert not is_number(value)
