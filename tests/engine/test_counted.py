"""Numbers with their nouns."""

from engine.counted import counted


def test_numbers_are_told_with_their_noun():
    assert (counted(1), counted(0), counted(12_000, "star")) == (
        "1 photo",
        "0 photos",
        "12,000 stars",
    )


def test_a_plural_that_is_no_mere_s_is_given():
    assert counted(1, "entry", many="entries") == "1 entry"
    assert counted(2, "entry", many="entries") == "2 entries"
