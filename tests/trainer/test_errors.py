from trainer.errors import LabelError, TrainingError


def test_the_text_joins_what_was_wrong_and_the_way_out():
    error = LabelError("No scores.", "Add a column score.")
    assert str(error) == "No scores. Add a column score."
    assert (error.what, error.hint) == ("No scores.", "Add a column score.")
    assert isinstance(error, TrainingError)


def test_an_error_without_a_hint_is_its_sentence_alone():
    assert str(TrainingError("Nothing left.")) == "Nothing left."
