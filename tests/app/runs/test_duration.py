import pytest

from app.runs.duration import duration_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (754, "13 min"),
        (3569, "59 min"),
        (3599, "1 h"),
        (12_000, "3 h 20 min"),
        (86_399, "1 d"),
        (187_200, "2 d 4 h"),
    ],
)
def test_a_duration_is_told_as_people_say_it(seconds, text):
    assert duration_text(seconds) == text
