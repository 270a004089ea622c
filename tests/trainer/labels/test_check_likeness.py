"""Photos of one scene in several qualities are kept together, whatever they are called."""

import random
from dataclasses import replace

import pytest
from PIL import Image, ImageEnhance, ImageFilter
from skimage import data

from trainer.labels.check import check_labels
from trainer.labels.check_likeness import keep_alike_together
from trainer.labels.label_set import LabelledPhoto
from trainer.labels.read_labels import read_labels


@pytest.fixture
def photos(tmp_path):
    """Two of a cat, three of a cup, and one of a rocket."""
    cat, cup = (Image.fromarray(pixels) for pixels in (data.chelsea(), data.coffee()))
    images = {
        "a cat": cat,
        "b cup": cup,
        "c cat": cat.filter(ImageFilter.GaussianBlur(4)),
        "d rocket": Image.fromarray(data.rocket()),
        "e cup": ImageEnhance.Brightness(cup).enhance(0.6),
        "f cup": cup.resize((150, 100)),
    }
    for name, image in images.items():
        image.save(tmp_path / f"{name}.png")
    return [LabelledPhoto(path=tmp_path / f"{name}.png", score=1.0) for name in images]


def test_photos_that_look_alike_are_numbered_by_group_and_counted(photos):
    kept, problems = keep_alike_together(photos)
    assert [photo.alike for photo in kept] == [1, 2, 1, None, 2, 2]
    (problem,) = problems
    assert (problem.kind, problem.is_fatal) == ("look_alike", False)
    assert problem.what.startswith("5 photos look alike, in 2 groups: each group stays in one part")
    assert problem.examples == ("a cat.png ~ c cat.png", "b cup.png ~ e cup.png ~ f cup.png")


def test_the_order_of_the_labels_does_not_matter(photos):
    shuffled = random.Random(2).sample(photos, len(photos))
    found = {photo.path: photo.alike for photo in keep_alike_together(shuffled)[0]}
    assert found == {photo.path: photo.alike for photo in keep_alike_together(photos)[0]}


def referring(photos, references):
    return [
        replace(photo, reference=reference)
        for photo, reference in zip(photos, references, strict=True)
    ]


def test_what_a_reference_keeps_together_is_no_news(photos):
    same = referring(photos, ["cat", "cup", "cat", "rocket", "cup", "cup"])
    assert keep_alike_together(same) == (same, [])


def test_references_that_know_only_part_of_a_group_do_not_hide_it(photos):
    some = referring(photos, ["cat", "cup", None, "rocket", "cup", "another cup"])
    assert [photo.alike for photo in keep_alike_together(some)[0]] == [1, 2, 1, None, 2, 2]


def test_parts_that_tear_a_group_apart_are_left_and_told(photos):
    parts = ["train", "train", "test", "test", "train", None]
    torn = [replace(photo, split=part) for photo, part in zip(photos, parts, strict=True)]
    kept, (_, problem) = keep_alike_together(torn)
    assert [photo.split for photo in kept] == parts
    assert (problem.kind, problem.is_fatal) == ("look_alike_in_two_parts", False)
    assert problem.what.startswith("2 photos that look alike are in more than one part")
    assert problem.examples == ("a cat.png ~ c cat.png",)


def test_different_photos_are_no_problem(photos):
    assert keep_alike_together([photos[0], photos[1], photos[3]])[1] == []


def test_labels_are_not_grouped_where_their_photos_are_not_opened(tmp_path, photos):
    rows = [f"{photo.path.name},{number}" for number, photo in enumerate(photos)]
    (tmp_path / "labels.csv").write_text("\n".join(["image,score", *rows]), encoding="utf-8")
    labels = read_labels(tmp_path / "labels.csv")
    usable, problems = check_labels(labels, min_photos=2)
    assert [problem.kind for problem in problems] == ["look_alike"]
    assert {photo.alike for photo in usable.photos} == {1, 2, None}
    assert check_labels(labels, min_photos=2, open_photos=False) == (labels, [])
