import pytest

from trainer.errors import LabelError
from trainer.labels.tid2013 import looks_like_tid2013, read_tid2013


@pytest.fixture
def folder(tmp_path, made_up_sets):
    made_up_sets.write_tid2013(tmp_path)
    return tmp_path


def test_photos_are_found_whatever_the_case_of_their_names(folder):
    labels = read_tid2013(folder)
    assert looks_like_tid2013(folder)
    assert len(labels.photos) == 8
    assert all(photo.path.is_file() for photo in labels.photos)
    assert labels.photos[1].path.name == "i01_01_2.BMP"


def test_scores_references_and_spreads_are_read(folder):
    labels = read_tid2013(folder)
    assert [photo.score for photo in labels.photos[:3]] == [1.0, 1.5, 2.0]
    assert [photo.reference for photo in labels.photos] == ["I01"] * 4 + ["I02"] * 4
    assert labels.photos[0].std == 0.125
    scale = labels.range
    assert (scale.low, scale.high, scale.higher_is_better) == (0.0, 9.0, True)


def test_spreads_are_not_needed(folder):
    (folder / "mos_std.txt").unlink()
    assert read_tid2013(folder).photos[0].std is None


def test_a_line_that_is_no_score_and_name_is_an_error(folder):
    (folder / "mos_with_names.txt").write_text("5.5\n")
    with pytest.raises(LabelError, match=r"has the line '5\.5', not a MOS and a name"):
        read_tid2013(folder)


def test_a_folder_without_photos_names_them(folder):
    (folder / "distorted_images").rename(folder / "elsewhere")
    with pytest.raises(LabelError, match="TID2013: distorted_images is missing"):
        read_tid2013(folder)
