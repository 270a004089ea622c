"""Paces in words."""

import pytest

from app.pace import pace_text


@pytest.mark.parametrize(
    ("number_per_s", "text"),
    [
        (1234.4, "1,234 crops per second"),
        (12.3, "12 crops per second"),
        (9.94, "9.9 crops per second"),
        (9.96, "10 crops per second"),
        (1.0, "1 crop per second"),
        (0.4, "0.4 crops per second"),
        (0.05, "3 crops per minute"),
        (1 / 60, "1 crop per minute"),
        (0.0, ""),
    ],
)
def test_a_pace_is_never_told_as_none(number_per_s, text):
    assert pace_text(number_per_s, "crop") == text
