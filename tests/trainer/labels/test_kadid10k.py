import pytest

from trainer.errors import LabelError
from trainer.labels.kadid10k import looks_like_kadid10k, read_kadid10k


@pytest.fixture
def folder(tmp_path, made_up_sets):
    made_up_sets.write_kadid10k(tmp_path)
    return tmp_path


def test_ratings_references_and_spreads_are_read(folder):
    labels = read_kadid10k(folder)
    assert looks_like_kadid10k(folder)
    assert [photo.score for photo in labels.photos] == [1 + i / 2 for i in range(8)]
    assert labels.photos[0].reference == "I01.png"
    assert labels.photos[0].std == 0.5
    assert all(photo.path.is_file() for photo in labels.photos)


def test_its_dmos_is_higher_for_better_photos(folder):
    scale = read_kadid10k(folder).range
    assert (scale.low, scale.high, scale.higher_is_better) == (1.0, 5.0, True)


def test_a_folder_without_photos_names_them(folder):
    (folder / "images").rename(folder / "elsewhere")
    with pytest.raises(LabelError, match="KADID-10k: images or distorted_images is missing"):
        read_kadid10k(folder)


def test_a_dmos_file_of_something_else_is_an_error(folder):
    (folder / "dmos.csv").write_text("dist_img,dmos\na.png,1\n")
    assert not looks_like_kadid10k(folder)
    with pytest.raises(LabelError, match="has no column ref_img"):
        read_kadid10k(folder)


def test_a_dmos_file_that_is_no_table_is_not_taken_for_it(folder):
    (folder / "dmos.csv").write_bytes(b"")
    assert not looks_like_kadid10k(folder)
