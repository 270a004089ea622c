import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.catalog.looks import StoredLook
from app.rating.ranking import ranked
from app.rating.rate_photos import RatedPhoto
from app.rating.result_files import (
    OWN_COLUMNS,
    RATING_COLUMNS,
    FoundInPhotos,
    column_name,
    csv_chunks,
    json_chunks,
)
from engine.certainty.familiarity import Familiarity
from engine.defects.box import Box

UNUSUAL = 'a, "b"\n🏖️ 写真.jpg'
BROKEN = "broken\udcff.jpg"


def photo(path, score=None, error=None):
    return RatedPhoto(
        path=Path(path),
        score_0_100=score,
        uncertainty=None if score is None else 1 / 3,
        width_px=None if score is None else 640,
        height_px=None if score is None else 480,
        error=error,
        is_remembered=False,
    )


@pytest.fixture
def photos():
    return ranked(
        [photo(UNUSUAL, 200 / 3), photo(BROKEN, 10.0), photo("c.jpg", error="It is empty.")]
    )


def test_the_csv_has_the_promised_columns_and_rows(photos):
    text = b"".join(csv_chunks(photos, model_id="m@1")).decode("utf-8")
    head = (
        "path,score,uncertainty,uncertainty_is,unlike,percentile,model,width,height,seen_reduced,"
        "error"
    )
    assert text.splitlines()[0] == head
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0] == {
        "path": UNUSUAL,
        "score": "66.6667",
        "uncertainty": "0.3333",
        "uncertainty_is": "spread",
        "unlike": "",
        "percentile": "100.0",
        "model": "m@1",
        "width": "640",
        "height": "480",
        "seen_reduced": "false",
        "error": "",
    }
    assert rows[1]["path"] == r"broken\udcff.jpg"
    assert rows[2] == {
        "path": "c.jpg",
        "score": "",
        "uncertainty": "",
        "uncertainty_is": "",
        "unlike": "",
        "percentile": "",
        "model": "m@1",
        "width": "",
        "height": "",
        "seen_reduced": "",
        "error": "It is empty.",
    }


def test_the_json_reads_back_exactly(photos):
    content = b"".join(json_chunks(photos, model_id="m@1", num_crops=10, is_complete=False))
    read = json.loads(content.decode("utf-8"))
    assert {key: read[key] for key in ("model", "num_crops", "is_complete")} == {
        "model": "m@1",
        "num_crops": 10,
        "is_complete": False,
    }
    assert [row["path"] for row in read["photos"]] == [UNUSUAL, BROKEN, "c.jpg"]
    assert read["photos"][0]["score"] == 66.6667
    assert read["photos"][2]["score"] is None
    assert read["photos"][2]["error"] == "It is empty."


def test_nothing_rated_makes_valid_files():
    assert b"".join(csv_chunks([], model_id="m@1")).count(b"\n") == 1
    content = b"".join(json_chunks([], model_id="m@1", num_crops=1, is_complete=True))
    assert json.loads(content)["photos"] == []


@pytest.fixture
def found():
    shares = {"blur": 0.0, "colour cast or haze": 0.123456}
    look = StoredLook(
        shares=shares,
        shares_at_100={"blur": 0.5, "colour cast or haze": 0.0},
        focus_spread_px=2.0,
        focus_box=Box(left_px=512, top_px=256, width_px=250, height_px=240),
        noise_at_100=3.14159,
    )
    return FoundInPhotos(kinds=tuple(shares), of_photo={Path(UNUSUAL): look})


def test_every_kind_of_defect_has_a_column_that_is_empty_where_it_is_not_known(photos, found):
    text = b"".join(csv_chunks(photos, model_id="m", found=found)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["blur_share"] for row in rows] == ["0.0", "", ""]
    assert [row["colour_cast_or_haze_share"] for row in rows] == ["0.1235", "", ""]


def test_the_json_lists_the_kinds_of_defects(photos, found):
    chunks = json_chunks(photos, model_id="m", num_crops=3, is_complete=True, found=found)
    listed = json.loads(b"".join(chunks))["photos"]
    assert listed[0]["distortions"] == {"blur": 0.0, "colour cast or haze": 0.1235}
    assert listed[0]["own_pixels"] == {
        "focus_at_100": 29.1213,
        "focus_spread_px": 2.0,
        "focus_box": {"left_px": 512, "top_px": 256, "width_px": 250, "height_px": 240},
        "noise_at_100": 3.1416,
        "distortions": {"blur": 0.5, "colour cast or haze": 0.0},
    }
    assert [photo["distortions"] for photo in listed[1:]] == [None, None]


def test_own_pixels_have_columns_that_are_empty_where_they_were_not_looked_at(photos, found):
    text = b"".join(csv_chunks(photos, model_id="m", found=found)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [rows[0][column] for column in OWN_COLUMNS] == [
        "29.1213", "2.0", "3.1416", "512", "256", "250", "240",
    ]  # fmt: skip
    assert {rows[1][column] for column in OWN_COLUMNS} == {""}
    small = FoundInPhotos(
        kinds=("blur",), of_photo={Path(UNUSUAL): StoredLook(shares={"blur": 1.0})}
    )
    chunks = json_chunks(photos, model_id="m", num_crops=3, is_complete=True, found=small)
    listed = json.loads(b"".join(chunks))["photos"]
    assert listed[0]["distortions"] == {"blur": 1.0}
    assert [photo["own_pixels"] for photo in listed] == [None] * 3


def test_a_score_of_more_than_four_megapixels_says_that_it_was_seen_reduced():
    large = replace(photo("a.jpg", 50.0), width_px=2001, height_px=2000)
    rated = ranked([large, photo("b.jpg", 40.0), photo("c.jpg", error="It is empty.")])
    text = b"".join(csv_chunks(rated, model_id="m")).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["seen_reduced"] for row in rows] == ["true", "false", ""]
    chunks = json_chunks(rated, model_id="m", num_crops=3, is_complete=True)
    listed = json.loads(b"".join(chunks))["photos"]
    assert [row["seen_reduced"] for row in listed] == [True, False, None]


def test_a_kind_makes_a_column_name_without_spaces():
    assert column_name("motion blur") == "motion_blur_share"


def test_names_with_carriage_returns_and_formulas_stay_one_row_each():
    odd = ranked([photo("a\rb.jpg", 3.0), photo("=1+2.jpg", 2.0), photo("c.jpg", 1.0)])
    text = b"".join(csv_chunks(odd, model_id="=evil@1")).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["path"] for row in rows] == ["a\rb.jpg", "./=1+2.jpg", "c.jpg"]
    assert {row["model"] for row in rows} == {"'=evil@1"}


def test_a_model_that_predicts_ratings_adds_their_shares(photos):
    first, second, unreadable = photos
    rated = replace(first.photo, ratings=(0.05, 0.1, 0.25, 0.4, 0.2))
    photos = [replace(first, photo=rated), second, unreadable]
    text = b"".join(csv_chunks(photos, model_id="m@1")).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [rows[0][name] for name in RATING_COLUMNS] == [
        "0.05",
        "0.1",
        "0.25",
        "0.4",
        "0.2",
        "0.6",
    ]
    assert [rows[2][name] for name in RATING_COLUMNS] == [""] * 6
    read = json.loads(b"".join(json_chunks(photos, model_id="m", num_crops=2, is_complete=True)))
    assert read["photos"][0]["ratings"] == {
        "shares": [0.05, 0.1, 0.25, 0.4, 0.2],
        "good_or_better": 0.6,
    }
    assert "ratings" not in read["photos"][1]


def test_a_photo_unlike_the_training_photos_says_why(photos):
    unlike = Familiarity(distance=1.5, odd=("darker",))
    photos = [replace(one, photo=replace(one.photo, familiarity=unlike)) for one in photos[:1]]
    text = b"".join(csv_chunks(photos, model_id="m@1")).decode("utf-8")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["uncertainty_is"] == "interval"
    assert "1.5 times as far" in row["unlike"]
    content = json.loads(
        b"".join(json_chunks(photos, model_id="m@1", num_crops=2, is_complete=True))
    )
    assert content["photos"][0]["distance"] == 1.5
    assert content["photos"][0]["unlike"] == row["unlike"]
