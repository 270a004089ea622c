import math
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from trainer.labels.check import check_labels
from trainer.labels.read_labels import read_labels


@pytest.fixture
def labels(tmp_path, made_up_sets):
    return read_labels(made_up_sets.write_folder_with_csv(tmp_path))


def change(labels, index, **changes):
    photos = list(labels.photos)
    photos[index] = replace(photos[index], **changes)
    return replace(labels, photos=tuple(photos))


def only(problems, kind):
    found = [problem for problem in problems if problem.kind == kind]
    assert len(found) == 1, problems
    return found[0]


def test_good_labels_have_no_problems(labels):
    assert check_labels(labels) == (labels, [])


@pytest.mark.parametrize("score", [math.nan, math.inf])
def test_a_row_without_a_number_is_left_out_by_name(labels, score):
    usable, problems = check_labels(change(labels, 3, score=score))
    problem = only(problems, "score_not_a_number")
    assert (problem.count, problem.examples, problem.is_fatal) == (1, ("p003.png",), False)
    assert len(usable.photos) == 23


def test_a_score_outside_the_scale_is_left_out(labels):
    usable, problems = check_labels(change(labels, 3, score=7.5))
    problem = only(problems, "score_out_of_range")
    assert problem.examples == ("p003.png (7.5)",)
    assert "outside 0 to 1" in problem.what
    assert len(usable.photos) == 23


def test_a_missing_photo_is_missing_whatever_its_score(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    path.write_text(path.read_text() + "images/gone.png,7\n")
    usable, problems = check_labels(read_labels(path))
    assert [problem.kind for problem in problems] == ["missing_photo"]
    assert (usable.range.high, len(usable.photos)) == (1.0, 24)


def test_the_score_of_a_photo_that_cannot_be_read_does_not_make_the_scale(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    (tmp_path / "images" / "broken.png").write_bytes(b"no photo")
    path.write_text(path.read_text() + "images/broken.png,7\n")
    labels = read_labels(path)
    usable, problems = check_labels(labels)
    assert (labels.range.high, usable.range.high) == (10.0, 1.0)
    problem = only(problems, "scale_of_the_rest")
    assert "the scale is 0 to 1, not 0 to 10" in problem.what
    assert not problem.is_fatal


def test_a_scale_that_was_given_stays_whatever_is_left_out(tmp_path, made_up_sets):
    path = made_up_sets.write_folder_with_csv(tmp_path)
    (tmp_path / "images" / "p023.png").write_bytes(b"no photo")
    usable, _ = check_labels(read_labels(path, score_low=0.0, score_high=10.0))
    assert usable.range.high == 10.0


def test_rounding_at_the_end_of_the_scale_is_not_outside(labels):
    assert check_labels(change(labels, 23, score=1.0 + 1e-12))[1] == []


def test_a_photo_named_twice_with_one_score_is_taken_once(labels):
    twice = replace(labels, photos=(*labels.photos, labels.photos[5]))
    usable, problems = check_labels(twice)
    assert not only(problems, "duplicate_photo").is_fatal
    assert usable.photos == labels.photos


def test_of_two_rows_for_a_photo_the_one_in_the_test_part_is_kept(labels):
    first = change(labels, 5, split="train")
    twice = replace(first, photos=(*first.photos, replace(labels.photos[5], split="test")))
    usable, _ = check_labels(twice)
    assert [photo.split for photo in usable.photos if photo.path.name == "p005.png"] == ["test"]


def test_a_photo_with_two_scores_is_fatal(labels):
    other = replace(
        labels.photos[5], score=0.9, path=labels.source.parent / "." / "images/p005.png"
    )
    _, problems = check_labels(replace(labels, photos=(*labels.photos, other)))
    problem = only(problems, "conflicting_scores")
    assert problem.is_fatal
    assert problem.examples == ("p005.png (0.2174, 0.9)",)


def test_a_missing_photo_is_left_out(labels):
    labels.photos[0].path.unlink()
    usable, problems = check_labels(labels)
    problem = only(problems, "missing_photo")
    assert problem.what == "1 of 24 photos are missing: left out."
    assert str(labels.source.parent) in problem.hint
    assert not problem.is_fatal
    assert len(usable.photos) == 23


def test_labels_whose_photos_are_elsewhere_are_fatal(labels):
    shutil.move(labels.source.parent / "images", labels.source.parent / "pictures")
    _, problems = check_labels(labels)
    assert only(problems, "missing_photo").is_fatal
    assert only(problems, "missing_photo").what == "24 of 24 photos are missing."


@pytest.mark.parametrize(
    "content", [b"", b"this is text", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0"]
)
def test_an_unreadable_photo_is_left_out_with_its_reason(labels, content):
    labels.photos[2].path.write_bytes(content)
    usable, problems = check_labels(labels)
    problem = only(problems, "unreadable_photo")
    assert problem.examples[0].startswith("p002.png: ")
    assert len(usable.photos) == 23


def test_a_jpeg_that_ends_early_is_unreadable(labels, made_up_sets):
    path = labels.photos[0].path.with_suffix(".jpg")
    made_up_sets.write_photo(path)
    path.write_bytes(path.read_bytes()[:-80])
    _, problems = check_labels(change(labels, 0, path=path))
    assert only(problems, "unreadable_photo").examples[0].startswith("p000.jpg: ")


def test_a_jpeg_with_things_behind_its_end_is_fine(labels, made_up_sets):
    path = labels.photos[0].path.with_suffix(".jpg")
    made_up_sets.write_photo(path)
    path.write_bytes(path.read_bytes() + bytes(10_000))
    assert check_labels(change(labels, 0, path=path))[1] == []


def test_a_photo_too_small_to_judge_is_left_out(labels):
    Image.new("RGB", (12, 8)).save(labels.photos[0].path)
    _, problems = check_labels(labels)
    assert "too small to judge" in only(problems, "unreadable_photo").examples[0]


def test_photos_need_not_be_opened(labels):
    labels.photos[2].path.write_bytes(b"this is text")
    assert check_labels(labels, open_photos=False) == (labels, [])


def test_copies_in_two_parts_leave_the_part_that_is_trained_on(labels):
    shutil.copy(labels.photos[0].path, labels.photos[1].path)
    parts = change(change(labels, 0, split="train"), 1, split="test")
    usable, problems = check_labels(parts)
    assert only(problems, "same_content_in_two_parts").examples == ("p000.png",)
    assert "p001.png" in {photo.path.name for photo in usable.photos}


def test_copies_without_parts_share_a_reference(labels):
    shutil.copy(labels.photos[0].path, labels.photos[1].path)
    usable, problems = check_labels(labels)
    assert only(problems, "same_content").examples == ("p000.png = p001.png",)
    assert usable.photos[0].reference == usable.photos[1].reference is not None
    assert usable.photos[2].reference is None


def test_copies_from_two_references_join_them(labels):
    shutil.copy(labels.photos[0].path, labels.photos[1].path)
    for index, reference in enumerate(("b", "a", "b", "a", "c")):
        labels = change(labels, index, reference=reference)
    usable, _ = check_labels(labels)
    assert [photo.reference for photo in usable.photos[:5]] == ["a", "a", "a", "a", "c"]


def test_a_reference_in_two_parts_is_fatal(labels):
    torn = change(change(labels, 0, split="train", reference="sea"), 1, split="test")
    torn = change(torn, 1, reference="sea")
    problem = only(check_labels(torn)[1], "group_in_two_parts")
    assert problem.is_fatal
    assert problem.examples == ("sea (test, train)",)


def test_references_without_parts_are_fine(labels):
    assert check_labels(change(labels, 0, reference="sea"))[1] == []


def test_constant_scores_are_fatal(labels):
    constant = replace(labels, photos=tuple(replace(photo, score=0.5) for photo in labels.photos))
    problem = only(check_labels(constant)[1], "constant_scores")
    assert problem.is_fatal
    assert "the same score, 0.5" in problem.what


def test_too_few_photos_are_fatal(labels):
    problem = only(check_labels(labels, min_photos=25)[1], "too_few_photos")
    assert problem.is_fatal
    assert "24 photos can be used, but training needs at least 25" in problem.what


def test_no_photo_at_all_is_too_few(labels):
    usable, problems = check_labels(replace(labels, photos=()))
    assert usable.photos == ()
    assert only(problems, "too_few_photos").count == 0


def test_a_photo_with_a_name_that_no_file_can_have_is_missing(labels):
    changed = change(labels, 0, path=labels.photos[0].path.with_name("a" * 300 + ".png"))
    usable, problems = check_labels(changed)
    assert len(usable.photos) == len(labels.photos) - 1
    assert only(problems, "missing_photo").what.startswith("1 of 24")
