from dataclasses import replace
from pathlib import Path

from app.cli.rating_table import HEADER, table_lines
from app.cli.terminal import width_of
from app.rating.ranking import RankedPhoto
from app.rating.rate_photos import RatedPhoto
from engine.certainty.familiarity import Familiarity


def photo(path, score=None, error=None):
    return RankedPhoto(
        RatedPhoto(
            path=Path(path),
            score_0_100=score,
            uncertainty=None if score is None else 2.345,
            width_px=None,
            height_px=None,
            error=error,
            is_remembered=False,
        ),
        None if score is None else 100.0,
    )


def test_a_line_shows_score_uncertainty_percentile_and_path():
    lines = list(table_lines([photo("a/b.jpg", 63.42)], width=80))
    assert lines == [HEADER, "  63.4    2.3     100.0 %  a/b.jpg"]
    assert lines[1].index("a/b.jpg") == HEADER.index("photo")


def test_photos_that_were_looked_at_reduced_are_told():
    large = RankedPhoto(replace(photo("a.jpg", 60.0).photo, width_px=6000, height_px=4000), 100.0)
    small = RankedPhoto(replace(photo("b.jpg", 50.0).photo, width_px=640, height_px=480), 50.0)
    note = "One photo has more than 4 megapixels and was looked at reduced: the score says nothing"
    lines = list(table_lines([large, small], width=120))
    assert lines[3] == ""
    assert " ".join(lines[4:]).startswith(note)
    assert lines[-1].endswith("--distortions.")
    closely = " ".join(table_lines([large, large], width=80, looked_closely=True))
    assert "2 photos have more than 4 megapixels" in closely
    assert "--distortions" not in closely
    assert len(list(table_lines([small], width=80))) == 2


def test_the_unreadable_follow_with_their_reasons():
    lines = list(table_lines([photo("a.jpg", 1.0), photo("b.jpg", error="It is empty.")], width=80))
    assert lines[2:] == ["", "Could not be read (1):", "  b.jpg", "    It is empty."]


def test_with_nothing_rated_there_is_no_empty_table():
    lines = list(table_lines([photo("b.jpg", error="It is empty.")], width=80))
    assert lines[0] == "Could not be read (1):"


def test_lines_keep_to_the_width():
    paths = ["a" * 200 + ".jpg", "写真" * 60 + ".jpg", "new\nline" * 30 + ".jpg"]
    photos = [photo(path, 50.0) for path in paths] + [photo("x" * 300, error="It is empty.")]
    lines = list(table_lines(photos, width=80))
    assert max(width_of(line) for line in lines) <= 80
    assert all("\n" not in line for line in lines)
    assert lines[1].endswith("a.jpg")


def test_a_narrow_terminal_still_shows_the_end_of_the_name():
    (_, line) = table_lines([photo("holiday/IMG_0001.jpg", 50.0)], width=10)
    assert line.endswith("01.jpg")


def test_photos_unlike_the_training_photos_are_marked_and_told():
    known, odd = photo("a.jpg", 60.0), photo("b.jpg", 50.0)
    odd = RankedPhoto(replace(odd.photo, familiarity=Familiarity(distance=1.2)), 50.0)
    lines = list(table_lines([known, odd], width=200))
    assert "?" not in lines[1]
    assert lines[2] == "  50.0    2.3?     50.0 %  b.jpg"
    assert lines[4].startswith("One photo is unlike anything this model learned from")
