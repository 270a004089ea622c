import csv
import os
from pathlib import Path

import pytest

from app.actions.export_csv import ExportCsv
from app.catalog.photo_entry import Flag
from app.errors import OutputNotWritten


@pytest.fixture
def photos(photo):
    return [
        photo("a.jpg", score_0_100=20.0, uncertainty=1.25, width_px=6, height_px=4, stars=1),
        photo(
            "b, c.jpg", score_0_100=80.0, uncertainty=2.0, flag=Flag.PICKED, focus_at_100=88.123456
        ),
        photo("d.jpg", error="It is\nno photo."),
    ]


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_holds_everything_best_first(photos, tmp_path, apply):
    path = tmp_path / "scores.csv"
    apply(ExportCsv(photos, path, model_id="m@1"))
    best, middle, last = rows(path)
    assert best == {
        "path": str(photos[1].path),
        "score": "80.0",
        "uncertainty": "2.0",
        "uncertainty_is": "spread",
        "unlike": "",
        "percentile": "100.0",
        "model": "m@1",
        "width": "",
        "height": "",
        "error": "",
        "stars": "0",
        "flag": "picked",
        "seen_reduced": "",
        "focus_at_100": "88.12",
        "noise_at_100": "",
    }
    assert (middle["score"], middle["stars"], middle["width"]) == ("20.0", "1", "6")
    assert (last["score"], last["error"], last["flag"]) == ("", "It is\nno photo.", "none")


def test_undo_removes_the_table_unless_it_was_changed(photos, tmp_path, apply):
    path = tmp_path / "scores.csv"
    undo = apply(ExportCsv(photos, path, model_id="m@1")).undo
    path.write_text("edited")
    assert "so it is kept" in apply(undo).failures[0][1]
    undo = apply(ExportCsv(photos, path, model_id="m@1")).undo
    assert undo.preview().title == f"Put back the old {path}"
    assert apply(undo).failures == ()
    assert path.read_text() == "edited"
    path.unlink()
    undo = apply(ExportCsv(photos, path, model_id="m@1")).undo
    assert undo.preview().title == f"Remove {path}"
    assert apply(undo).failures == ()
    assert not path.exists()


def test_a_table_that_would_be_replaced_is_named(photos, tmp_path):
    path = tmp_path / "scores.csv"
    preview = ExportCsv(photos, path, model_id="m@1").preview()
    assert preview.title == f"Export the scores of 3 photos to {path}"
    assert (preview.num_photos, preview.conflicts) == (3, ())
    path.touch()
    assert ExportCsv(photos, path, model_id="m@1").preview().conflicts == (
        f"{path} exists and will be replaced.",
    )


def test_a_missing_folder_is_named(photos, tmp_path, apply):
    with pytest.raises(OutputNotWritten, match="No such file"):
        apply(ExportCsv(photos, tmp_path / "no" / "scores.csv", model_id="m@1"))


def test_a_table_that_cannot_be_taken_back_is_told(photos, tmp_path, apply, monkeypatch):
    path = tmp_path / "scores.csv"
    undo = apply(ExportCsv(photos, path, model_id="m@1")).undo

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    assert apply(undo).failures == ((path, "It was not removed: Read-only file system."),)
    monkeypatch.undo()
    second = apply(ExportCsv(photos[:1], path, model_id="m@1")).undo
    monkeypatch.setattr("engine.files.atomic_write.os.replace", refuse)
    assert "Read-only" in apply(second).failures[0][1]


def test_a_name_that_is_no_text_is_written_with_escapes(photo, tmp_path, apply):
    odd = photo(os.fsdecode(b"caf\xe9.jpg"))
    path = tmp_path / "scores.csv"
    apply(ExportCsv([odd], path, model_id="m@1"))
    assert rows(path)[0]["path"].endswith("caf\\udce9.jpg")


def test_a_name_with_a_carriage_return_is_exported(photo, tmp_path, apply):
    path = tmp_path / "scores.csv"
    apply(ExportCsv([photo("a\rb.jpg"), photo("c.jpg")], path, model_id="m@1"))
    assert {Path(row["path"]).name for row in rows(path)} == {"a\rb.jpg", "c.jpg"}
