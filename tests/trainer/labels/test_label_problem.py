import pytest

from trainer.errors import LabelError
from trainer.labels.label_problem import problem, stop_on_fatal


def test_the_first_few_become_the_examples_of_a_problem():
    one = problem("missing_photo", "Missing.", "Look.", [f"{i}.jpg" for i in range(9)])
    assert one.count == 9
    assert one.examples == ("0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg")
    assert not one.is_fatal


def test_problems_that_were_dealt_with_stop_nothing():
    stop_on_fatal([problem("missing_photo", "Missing.", "Look.", ["a.jpg"])])


def test_all_fatal_problems_are_told_at_once():
    fatal = [
        problem("a", "First.", "Do this.", ["a.jpg", "b.jpg"], is_fatal=True),
        problem("b", "Second.", "Do that.", [], is_fatal=True),
        problem("c", "Third.", "Do this.", [], is_fatal=True),
    ]
    text = r"^First\. For example a\.jpg, b\.jpg\. Second\. Third\. Do this\. Do that\.$"
    with pytest.raises(LabelError, match=text):
        stop_on_fatal(fatal)
