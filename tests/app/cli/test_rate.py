import csv
import json

import pytest

from app.cli.main import main
from app.rating.result_files import column_name
from engine.defects.defect_identity import bundled_identity
from engine.scorer import Scorer


@pytest.fixture
def rate(tiny_model, capfdbinary):
    """Runs `discern rate` in this process; gives (status, stdout, stderr) as text."""

    def run(*arguments):
        status = main(["rate", "--model", str(tiny_model), *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return status, out.decode("utf-8"), err.decode("utf-8")

    return run


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_is_rated_best_first(rate, photo_folder, tmp_path):
    status, out, err = rate(photo_folder, "--csv", tmp_path / "scores.csv")
    assert status == 0
    rows = _rows(tmp_path / "scores.csv")
    scores = [float(row["score"]) for row in rows]
    assert len(rows) == 6
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 6
    assert float(rows[0]["percentile"]) == 100
    assert float(rows[-1]["percentile"]) == pytest.approx(100 / 6, abs=0.001)
    assert {row["model"] for row in rows} == {rows[0]["model"]}
    assert rows[0]["model"].startswith("tiny@")
    assert {(row["width"], row["height"]) for row in rows} == {("260", "220")}
    lines = out.splitlines()
    assert len(lines) == 7
    assert [line.split()[-1] for line in lines[1:]] == [row["path"] for row in rows]
    assert "6 photos rated by tiny@" in err


def test_odd_files_are_rated_or_named_with_a_reason(rate, odd_folder, odd_files, tmp_path):
    status, out, err = rate(odd_folder, "--csv", tmp_path / "scores.csv")
    assert status == 1
    rows = _rows(tmp_path / "scores.csv")
    unreadable = [row for row in rows if not row["score"]]
    assert len(rows) == len(odd_files.READABLE) + len(odd_files.UNREADABLE)
    assert len(unreadable) == len(odd_files.UNREADABLE)
    assert rows[-len(unreadable) :] == unreadable
    assert all(row["error"].endswith(".") for row in unreadable)
    assert all(row["error"] == "" for row in rows if row["score"])
    assert f"Could not be read ({len(unreadable)}):" in out
    for row in rows:
        assert row["path"] in out
        assert row["error"] in out
    assert f"{len(unreadable)} could not be read" in err
    assert "my holiday 🏖️ photo.jpg" in out


def test_a_second_rating_reads_no_photo(rate, photo_folder, tmp_path, age):
    age(photo_folder)
    first = rate(photo_folder, "--csv", tmp_path / "first.csv")
    # Same size and time, but no photo any more: reading it would be noticed.
    for path in photo_folder.rglob("*.jpg"):
        path.write_bytes(b"x" * path.stat().st_size)
    age(photo_folder)
    status, out, err = rate(photo_folder, "--csv", tmp_path / "second.csv")
    assert (status, out) == first[:2]
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
    assert "6 of them remembered" in err


def test_a_moved_photo_is_remembered_and_a_changed_one_is_not(rate, photo_folder, tmp_path, age):
    age(photo_folder)
    rate(photo_folder)
    (photo_folder / "photo0.jpg").rename(photo_folder / "moved.jpg")
    (photo_folder / "photo1.jpg").write_bytes((photo_folder / "photo2.jpg").read_bytes())
    (photo_folder / "photo3.jpg").write_bytes(b"no photo any more")
    status, _, err = rate(photo_folder, "--csv", tmp_path / "scores.csv")
    assert status == 1
    rows = {row["path"].rpartition("/")[2]: row for row in _rows(tmp_path / "scores.csv")}
    assert rows["photo1.jpg"]["score"] == rows["photo2.jpg"]["score"]
    assert rows["photo3.jpg"]["score"] == ""
    assert ", 5 of them remembered; 1 could not be read." in err


def test_no_cache_neither_looks_up_nor_remembers(rate, photo_folder, discern_home):
    rate(photo_folder, "--no-cache")
    assert not (discern_home / "data").exists()
    rate(photo_folder)
    assert "remembered" not in rate(photo_folder, "--no-cache")[2]


def test_another_number_of_crops_is_another_score(rate, photo_folder):
    rate(photo_folder)
    status, _, err = rate(photo_folder, "--crops", 3)
    assert status == 0
    assert "remembered" not in err


def test_order_and_company_do_not_change_scores(rate, photo_folder, tmp_path):
    rate(photo_folder, "--no-cache", "--csv", tmp_path / "all.csv")
    together = {row["path"]: row["score"] for row in _rows(tmp_path / "all.csv")}
    for path in sorted(together, reverse=True)[:3]:
        rate(path, "--no-cache", "--csv", tmp_path / "one.csv")
        (row,) = _rows(tmp_path / "one.csv")
        assert row["score"] == together[path]


def test_json_says_what_the_csv_says(rate, photo_folder, tmp_path):
    rate(photo_folder, "--csv", tmp_path / "s.csv", "--json", tmp_path / "s.json")
    read = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert read["is_complete"] is True
    assert read["num_crops"] == 2
    for row, entry in zip(_rows(tmp_path / "s.csv"), read["photos"], strict=True):
        assert row["path"] == entry["path"]
        assert float(row["score"]) == entry["score"]


def test_a_dash_writes_the_csv_to_stdout_instead_of_the_table(rate, photo_folder):
    status, out, _ = rate(photo_folder, "--csv", "-")
    assert status == 0
    assert out.startswith("path,score,")
    assert out.count("\n") == 7


def test_overlays_are_written_for_every_rated_photo(rate, photo_folder, tmp_path):
    (photo_folder / "below" / "photo0.png").write_bytes((photo_folder / "photo0.jpg").read_bytes())
    (photo_folder / "broken.jpg").write_bytes(b"")
    status, _, _ = rate(photo_folder, "--overlays", tmp_path / "why" / "here")
    assert status == 1
    written = {path.name for path in (tmp_path / "why" / "here").iterdir()}
    assert written == {
        *(f"photo{number}.png" for number in range(6)),
        "photos-photo0.png",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--csv", "no/folder/s.csv"], "s.csv could not be written: No such file"),
        (["--csv", "-", "--json", "-"], "can't both write to the same place"),
        (["--crops", "1000"], "take 1 to 100"),
        (["--model", "no-such-model"], "There is no model no-such-model"),
    ],
)
def test_wrong_use_is_a_sentence_before_any_rating(rate, photo_folder, arguments, sentence):
    status, out, err = rate(photo_folder, *arguments)
    assert status == 2
    assert out == ""
    assert sentence in err
    assert "Traceback" not in err
    assert "rated" not in err


def test_an_empty_folder_is_a_sentence(rate, tmp_path):
    (tmp_path / "empty").mkdir()
    status, _, err = rate(tmp_path / "empty")
    assert status == 2
    assert f"There are no photos in {tmp_path / 'empty'}." in err


def test_a_missing_file_is_a_row_like_any_other_unreadable_one(rate, photo_folder, tmp_path):
    missing = photo_folder / "missing.jpg"
    status, _, _ = rate(missing, photo_folder / "photo0.jpg", "--csv", tmp_path / "s.csv")
    assert status == 1
    assert [bool(row["error"]) for row in _rows(tmp_path / "s.csv")] == [False, True]


def test_a_catalog_that_fails_does_not_stop_rating(rate, photo_folder, discern_home, expected_logs):
    (discern_home / "data" / "catalog.sqlite3").mkdir(parents=True)
    status, out, err = rate(photo_folder)
    assert status == 0
    assert len(out.splitlines()) == 7
    assert "Scores will not be remembered this time." in err


def test_defects_are_counted_when_asked_for(photo_folder, tiny_model, tmp_path, capfdbinary):
    csv_path = tmp_path / "scores.csv"
    arguments = ["--model", tiny_model, "--csv", csv_path, "--distortions"]

    status = main(["rate", str(photo_folder), *map(str, arguments)])

    assert status == 0
    scorer = Scorer.open(tiny_model, device="cpu")
    rows = _rows(csv_path)
    assert len(rows) == 6
    for row in rows:
        shares = scorer.distortions(row["path"]).share_affected()
        assert list(shares) == list(bundled_identity().kinds)
        for kind, share in shares.items():
            assert float(row[column_name(kind)]) == pytest.approx(share, abs=1e-4)


def test_defects_are_counted_into_a_file_only(rate, photo_folder):
    status, _, err = rate(photo_folder, "--distortions")
    assert status == 2
    assert "name one with --csv or --json" in err
