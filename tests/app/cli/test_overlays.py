from pathlib import Path

from app.cli.overlays import overlay_paths, write_overlays
from engine.scorer import Scorer


def test_names_are_kept_where_they_can_be_and_made_unique_where_not():
    paths = [Path("a/IMG_1.jpg"), Path("b/img_1.png"), Path("b/img_1.jpg"), Path("b/IMG_2.jpg")]
    names = {path: target.name for path, target in overlay_paths(paths, Path("why")).items()}
    assert names == {
        Path("a/IMG_1.jpg"): "IMG_1.png",
        Path("b/IMG_2.jpg"): "IMG_2.png",
        Path("b/img_1.jpg"): "b-img_1.png",
        Path("b/img_1.png"): "img_1-2.png",
    }


def test_names_do_not_depend_on_the_order():
    paths = [Path(f"{folder}/x.jpg") for folder in "abcd"]
    assert overlay_paths(paths, Path("w")) == overlay_paths(paths[::-1], Path("w"))


def test_a_photo_that_has_gone_is_passed_over(photo_folder, tiny_model, tmp_path, expected_logs):
    paths = [photo_folder / "gone.jpg", photo_folder / "photo0.jpg"]
    assert write_overlays(paths, tmp_path, scorer=Scorer.open(tiny_model, device="cpu"))
    assert (tmp_path / "photo0.png").is_file()
    assert not (tmp_path / "gone.png").exists()
    assert "no overlay was written" in expected_logs[0].getMessage()
