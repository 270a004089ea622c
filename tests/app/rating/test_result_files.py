import csv
import io
import json
from pathlib import Path

import pytest

from app.rating.ranking import ranked
from app.rating.rate_photos import RatedPhoto
from app.rating.result_files import DistortionShares, column_name, csv_chunks, json_chunks

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
    assert text.splitlines()[0] == "path,score,uncertainty,percentile,model,width,height,error"
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0] == {
        "path": UNUSUAL,
        "score": "66.6667",
        "uncertainty": "0.3333",
        "percentile": "100.0",
        "model": "m@1",
        "width": "640",
        "height": "480",
        "error": "",
    }
    assert rows[1]["path"] == r"broken\udcff.jpg"
    assert rows[2] == {
        "path": "c.jpg",
        "score": "",
        "uncertainty": "",
        "percentile": "",
        "model": "m@1",
        "width": "",
        "height": "",
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
    return DistortionShares(kinds=tuple(shares), of_photo={Path(UNUSUAL): shares})


def test_every_kind_of_defect_has_a_column_that_is_empty_where_it_is_not_known(photos, found):
    text = b"".join(csv_chunks(photos, model_id="m", found=found)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["blur_share"] for row in rows] == ["0.0", "", ""]
    assert [row["colour_cast_or_haze_share"] for row in rows] == ["0.1235", "", ""]


def test_the_json_lists_the_kinds_of_defects(photos, found):
    chunks = json_chunks(photos, model_id="m", num_crops=3, is_complete=True, found=found)
    listed = json.loads(b"".join(chunks))["photos"]
    assert listed[0]["distortions"] == {"blur": 0.0, "colour cast or haze": 0.1235}
    assert [photo["distortions"] for photo in listed[1:]] == [None, None]


def test_a_kind_makes_a_column_name_without_spaces():
    assert column_name("motion blur") == "motion_blur_share"


def test_names_with_carriage_returns_and_formulas_stay_one_row_each():
    odd = ranked([photo("a\rb.jpg", 3.0), photo("=1+2.jpg", 2.0), photo("c.jpg", 1.0)])
    text = b"".join(csv_chunks(odd, model_id="=evil@1")).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["path"] for row in rows] == ["a\rb.jpg", "./=1+2.jpg", "c.jpg"]
    assert {row["model"] for row in rows} == {"'=evil@1"}
