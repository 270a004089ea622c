"""Real photos that were looked at one by one: the list, its words and its judgements."""

import pytest

from bench.trust_real import LIST, RealPhoto, as_table, read_list, with_words, write_list

BLURRED = RealPhoto(image="a.jpg", seen="soft", says="blur: clear", judged="right")


def test_the_list_has_twenty_photos_and_says_what_a_person_sees():
    photos = read_list(LIST)

    assert len({one.image for one in photos}) == 20
    assert all(one.seen for one in photos)


def test_a_judgement_holds_for_the_words_it_was_made_of():
    assert with_words(BLURRED, "blur: clear") == BLURRED
    other = with_words(BLURRED, "nothing is marked")
    assert (other.says, other.judged) == ("nothing is marked", "")


def test_a_list_is_written_as_it_is_read(tmp_path):
    photos = [BLURRED, RealPhoto(image="b.jpg", seen="dark, and grainy", says="", judged="")]

    write_list(tmp_path / "list.csv", photos)

    assert read_list(tmp_path / "list.csv") == photos


def test_another_word_is_no_judgement(tmp_path):
    (tmp_path / "list.csv").write_text("image,seen,says,judged\na.jpg,soft,blur,nearly\n")

    with pytest.raises(ValueError, match=r"judged 'nearly'; write right, partly, wrong"):
        read_list(tmp_path / "list.csv")


def test_the_table_counts_the_judgements():
    wrong = RealPhoto(image="b.jpg", seen="dark", says="noise: slight", judged="wrong")

    table = as_table([BLURRED, wrong, wrong])

    assert "| a | soft | blur: clear | right |" in table
    assert table.endswith("Of 3: 1 right, 0 partly, 2 wrong.")
