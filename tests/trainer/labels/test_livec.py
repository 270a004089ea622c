import pytest
from scipy.io import savemat

from trainer.errors import LabelError
from trainer.labels.livec import looks_like_livec, read_livec


@pytest.fixture
def folder(tmp_path, made_up_sets):
    made_up_sets.write_livec(tmp_path)
    return tmp_path


def test_the_practice_photos_are_dropped_and_the_scores_stay_with_their_photos(folder):
    labels = read_livec(folder)
    assert looks_like_livec(folder)
    names = [photo.path.name for photo in labels.photos]
    assert names == ["3.bmp", "4.bmp", "t8.bmp", "1024.JPG", "1169.JPG"]
    assert [photo.score for photo in labels.photos] == [35.0, 40.0, 45.0, 50.0, 55.0]
    assert labels.photos[0].std == 20.0
    assert all(photo.path.is_file() for photo in labels.photos)
    assert "7 practice photos were left out." in labels.notes


def test_higher_is_better_on_zero_to_hundred(folder):
    scale = read_livec(folder).range
    assert (scale.low, scale.high, scale.higher_is_better) == (0.0, 100.0, True)


def test_a_folder_without_spreads_names_the_file(folder):
    (folder / "Data" / "AllStdDev_release.mat").unlink()
    with pytest.raises(LabelError, match=r"Data/AllStdDev_release\.mat is missing"):
        read_livec(folder)


def test_files_of_different_lengths_are_an_error(folder):
    savemat(folder / "Data" / "AllMOS_release.mat", {"AllMOS_release": [[1.0, 2.0]]})
    with pytest.raises(LabelError, match="12 photos but 2 scores"):
        read_livec(folder)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 0.95])
def test_a_file_cut_short_is_an_error(folder, share):
    path = folder / "Data" / "AllMOS_release.mat"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(LabelError, match="not a MATLAB file that can be read"):
        read_livec(folder)
