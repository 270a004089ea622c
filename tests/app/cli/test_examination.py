"""Scores, overlays and defects from one reading of each photo."""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine.scorer
from app.cli.main import main
from app.rating.result_files import OWN_COLUMNS
from engine.defects.defect_finder import DefectFinder
from engine.defects.defect_identity import bundled_identity
from engine.defects.tile_map import pixel_kinds
from engine.explain.grad_cam import photo_map
from engine.view_scorer import ViewScorer


@pytest.fixture
def calls(monkeypatch):
    """How often photos are read, scored, covered with crops, and looked at for defects."""
    counted = Counter()
    read, score = engine.scorer.read_resized, ViewScorer._see_alike

    def count(name, function):
        def counting(*arguments, **options):
            counted[name] += 1
            return function(*arguments, **options)

        return counting

    monkeypatch.setattr(engine.scorer, "read_resized", count("read", read))
    monkeypatch.setattr(ViewScorer, "_see_alike", count("scored", score))
    monkeypatch.setattr(engine.scorer, "photo_map", count("covered", photo_map))
    monkeypatch.setattr(DefectFinder, "look_at", count("looked", DefectFinder.look_at))
    return counted


@pytest.fixture
def rate(tiny_model, photo_folder, capfdbinary):
    def run(*arguments):
        status = main(["rate", str(photo_folder), "--model", str(tiny_model), *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_score_overlay_and_defects_take_one_reading_and_one_look(rate, calls, tmp_path):
    arguments = ["--overlays", tmp_path / "why", "--distortions", "--csv", tmp_path / "s.csv"]

    status, _, _ = rate(*arguments)

    assert status == 0
    assert calls == {"read": 6, "scored": 6, "covered": 6, "looked": 6}
    assert len(list((tmp_path / "why").iterdir())) == 6
    assert all(0 <= float(row["blur_share"]) <= 1 for row in rows(tmp_path / "s.csv"))


def test_remembered_photos_are_looked_at_without_being_scored_again(
    rate, calls, tmp_path, photo_folder, age
):
    age(photo_folder)
    rate("--csv", tmp_path / "alone.csv")
    assert calls == {"read": 6, "scored": 6}
    calls.clear()
    first, second = tmp_path / "first", tmp_path / "second"

    _, _, err = rate("--overlays", first, "--distortions", "--csv", tmp_path / "s.csv")

    assert calls == {"read": 6, "covered": 6, "looked": 6}
    assert "6 of them remembered" in err
    scores = {row["path"]: row["score"] for row in rows(tmp_path / "s.csv")}
    assert scores == {row["path"]: row["score"] for row in rows(tmp_path / "alone.csv")}
    assert all(row["blur_share"] for row in rows(tmp_path / "s.csv"))
    rate("--no-cache", "--overlays", second)
    for picture in first.iterdir():
        assert picture.read_bytes() == (second / picture.name).read_bytes()


def test_defects_alone_need_no_gradient(rate, calls, tmp_path, monkeypatch):
    monkeypatch.setattr(engine.scorer, "photo_map", None)
    status, _, _ = rate("--distortions", "--csv", tmp_path / "s.csv")
    assert status == 0
    assert calls == {"read": 6, "scored": 6, "looked": 6}


def test_the_scores_are_those_of_plain_rating(rate, tmp_path):
    rate("--no-cache", "--csv", tmp_path / "plain.csv")
    rate("--no-cache", "--csv", tmp_path / "both.csv", "--overlays", tmp_path / "why")
    assert rows(tmp_path / "plain.csv") == rows(tmp_path / "both.csv")


def test_a_photo_that_can_no_longer_be_read_keeps_its_remembered_score(
    rate, photo_folder, tmp_path, age, expected_logs
):
    age(photo_folder)
    rate()
    path = photo_folder / "photo0.jpg"
    path.write_bytes(b"x" * path.stat().st_size)
    age(photo_folder)
    status, _, err = rate("--overlays", tmp_path / "why", "--distortions", "--csv", "-")
    assert status == 0
    assert len(list((tmp_path / "why").iterdir())) == 5
    (record,) = expected_logs
    assert "its score is remembered, and it can't be looked at again" in record.getMessage()
    assert "6 of them remembered" in err


def test_an_overlay_that_cannot_be_written_costs_the_overlays_alone(rate, tmp_path):
    (tmp_path / "why" / "photo0.png").mkdir(parents=True)
    status, out, err = rate("--overlays", tmp_path / "why", "--csv", tmp_path / "s.csv")
    assert status == 2
    assert len(out.splitlines()) == 7
    assert len(rows(tmp_path / "s.csv")) == 6
    assert err.count("No more overlays are written; rating goes on.") == 1
    assert "6 photos rated" in err


def test_what_was_found_is_not_looked_for_again(rate, calls, tmp_path, photo_folder, age):
    age(photo_folder)
    rate("--distortions", "--csv", tmp_path / "first.csv")
    calls.clear()

    _, _, err = rate("--distortions", "--csv", tmp_path / "second.csv")

    assert calls == {}
    assert "6 of them remembered" in err
    assert rows(tmp_path / "first.csv") == rows(tmp_path / "second.csv")


def test_a_large_photo_is_looked_at_closely_and_scores_the_same(rate, photo_folder, tmp_path):
    shutil.rmtree(photo_folder)
    photo_folder.mkdir()
    rng = np.random.default_rng(0)
    drawn = np.kron(rng.integers(40, 220, (15, 15)), np.ones((160, 160))).astype(np.uint8)
    noisy = np.clip(drawn + rng.normal(0, 5, drawn.shape), 0, 255).astype(np.uint8)
    Image.fromarray(noisy).convert("RGB").save(photo_folder / "large.png")
    Image.fromarray(noisy[:400, :400]).convert("RGB").save(photo_folder / "small.png")
    rate("--no-cache", "--csv", tmp_path / "plain.csv")
    rate("--no-cache", "--distortions", "--csv", tmp_path / "s.csv", "--json", tmp_path / "s.json")

    found = {Path(row["path"]).stem: row for row in rows(tmp_path / "s.csv")}
    assert found["large"]["seen_reduced"] == "true"
    assert float(found["large"]["noise_at_100"]) == pytest.approx(5, rel=0.1)
    assert float(found["large"]["focus_spread_px"]) < 0.8
    assert float(found["large"]["focus_at_100"]) > 80
    assert int(found["large"]["focus_width_px"]) == 256
    assert found["small"]["seen_reduced"] == "false"
    assert {found["small"][column] for column in OWN_COLUMNS} == {""}
    plain = {row["path"]: row["score"] for row in rows(tmp_path / "plain.csv")}
    assert {row["path"]: row["score"] for row in found.values()} == plain
    listed = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["photos"]
    own = {Path(photo["path"]).stem: photo["own_pixels"] for photo in listed}
    assert own["small"] is None
    assert list(own["large"]["distortions"]) == list(pixel_kinds(bundled_identity().kinds))
