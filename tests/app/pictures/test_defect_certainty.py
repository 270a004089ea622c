from dataclasses import replace

import pytest

from app.pictures.defect_certainty import (
    found_rate,
    listed,
    not_seen_sentences,
    trust_sentence,
)


def test_silence_says_what_was_looked_for_and_how_much_is_found(card):
    good, bad, unknown = not_seen_sentences(card)
    assert good == (
        "No blur or noise that this map can see (it finds at least 7 of 10 that cover a sixteenth "
        "of the photo)."
    )
    assert bad == "Often missed: under-exposure (4 of 10)."
    assert unknown == "No other damage seen; how much of it is found was not measured."


def test_nothing_is_said_of_kinds_that_are_seen(card):
    good, bad, unknown = not_seen_sentences(card, {"noise"})
    assert good.startswith("Otherwise no blur that this map can see (it finds at least 9 of 10 ")
    assert "noise" not in f"{good}{bad}{unknown}"


def test_nothing_is_said_of_kinds_that_were_not_looked_for(card):
    (good,) = not_seen_sentences(card, kinds=("blur", "noise"))
    assert good.startswith("No blur or noise that this map can see")


def test_a_network_that_was_not_measured_claims_nothing(card):
    (sentence,) = not_seen_sentences(replace(card, rates={}))
    assert sentence == (
        "No blur, noise, under-exposure or other damage seen; how much of it is found was not "
        "measured."
    )


def test_where_all_is_seen_nothing_is_left_to_say(card):
    assert not_seen_sentences(card, card.network.kinds) == ()


def test_a_rate_of_few_photos_is_never_called_certain(card):
    assert found_rate(card, "blur") == 1.0
    good, *_ = not_seen_sentences(card, {"noise"})
    assert "at least 9 of 10" in good
    assert found_rate(card, "other damage") is None


def test_a_kind_that_is_seen_says_how_far_to_believe_it(card):
    assert trust_sentence(card, "noise") == (
        "Of planted ones that cover a sixteenth of the photo, 7 of 10 were called noise. Of the "
        "photos that people rated best, 1 in 60 was called so."
    )
    assert trust_sentence(card, "blur").endswith("none was called so.")
    assert "rated best" not in trust_sentence(card, "under-exposure")
    assert trust_sentence(card, "other damage") == ""


@pytest.mark.parametrize(
    ("things", "text"),
    [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")],
)
def test_things_are_listed_as_people_do(things, text):
    assert listed(things, "or") == text
