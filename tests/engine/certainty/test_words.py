from engine.certainty.stored_certainty import certainty_entry
from engine.certainty.words import certainty_words
from tests.engine.certainty.made_up_errors import certainty_of


def test_the_card_says_whose_errors_made_the_intervals():
    assert "800 photos of 2 sources" in certainty_words(certainty_entry(certainty_of()))
    assert "400 validation photos" in certainty_words(certainty_entry(certainty_of((0.0,))))


def test_models_without_intervals_say_so():
    assert "says little of how far off" in certainty_words(None)
