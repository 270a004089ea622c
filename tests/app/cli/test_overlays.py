from pathlib import Path

from app.cli.overlays import overlay_paths


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
