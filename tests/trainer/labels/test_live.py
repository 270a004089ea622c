import numpy as np
import pytest
from scipy.io import savemat

from trainer.errors import LabelError
from trainer.labels.live import looks_like_live, read_live


@pytest.fixture
def folder(tmp_path, made_up_sets):
    made_up_sets.write_live(tmp_path)
    return tmp_path


def test_distorted_photos_get_their_realigned_dmos(folder):
    labels = read_live(folder)
    assert looks_like_live(folder)
    assert len(labels.photos) == 10
    assert [photo.score for photo in labels.photos[:4]] == [-2.0, 5.0, 19.0, 26.0]
    assert labels.photos[2].path == folder / "jpeg" / "img1.bmp"
    assert labels.photos[2].std == 3.0
    assert all(photo.path.is_file() for photo in labels.photos)


def test_originals_are_dropped_and_references_kept(folder):
    labels = read_live(folder)
    assert {photo.reference for photo in labels.photos} == {"bikes.bmp", "womanhat.bmp"}
    assert not any(photo.path.name == "img3.bmp" for photo in labels.photos)
    assert "5 undistorted originals were left out." in labels.notes


def test_lower_is_better_and_overshooting_scores_widen_the_scale(folder):
    scale = read_live(folder).range
    assert (scale.low, scale.high, scale.higher_is_better) == (-2.0, 100.0, False)


def test_the_first_dmos_file_is_taken_where_there_is_no_realigned_one(tmp_path, made_up_sets):
    made_up_sets.write_live(tmp_path, realigned=False)
    labels = read_live(tmp_path)
    assert labels.photos[0].score == 2.0
    assert labels.photos[0].std is None
    assert labels.range.low == 0.0


def test_a_missing_photo_in_the_middle_does_not_shift_the_scores(folder):
    (folder / "jpeg" / "img1.bmp").unlink()
    assert read_live(folder).photos[2].path == folder / "jpeg" / "img1.bmp"


def test_fewer_photos_than_scores_are_an_error(folder):
    (folder / "fastfading" / "img3.bmp").unlink()
    with pytest.raises(LabelError, match="14 numbered photos but 15 scores"):
        read_live(folder)


@pytest.mark.parametrize("name", ["refnames_all.mat", "wn"])
def test_a_folder_without_a_part_names_it(folder, name):
    (folder / name).rename(folder / "elsewhere")
    with pytest.raises(LabelError, match=rf"not laid out as LIVE release 2: {name} is missing"):
        read_live(folder)


def test_a_label_file_that_is_no_mat_file_is_an_error(folder):
    (folder / "dmos_realigned.mat").write_text("<html>please log in</html>" * 20)
    with pytest.raises(LabelError, match="not a MATLAB file that can be read"):
        read_live(folder)


def test_an_empty_label_file_is_an_error(folder):
    (folder / "dmos_realigned.mat").write_bytes(b"")
    with pytest.raises(LabelError, match="not a MATLAB file that can be read"):
        read_live(folder)


def test_a_mat_file_of_something_else_is_an_error(folder):
    (folder / "refnames_all.mat").write_bytes((folder / "dmos.mat").read_bytes())
    with pytest.raises(LabelError, match="holds no variable refnames_all"):
        read_live(folder)


def test_files_of_different_lengths_are_an_error(folder):
    cells = np.empty((1, 2), dtype=object)
    cells[0, :] = ["a.bmp", "b.bmp"]
    savemat(folder / "refnames_all.mat", {"refnames_all": cells})
    with pytest.raises(LabelError, match="disagree: 2 photos but 15 scores"):
        read_live(folder)
