import pytest

from trainer.errors import LabelError
from trainer.labels.livefb import looks_like_livefb, read_livefb


def test_photos_in_subfolders_get_their_mos(tmp_path, made_up_sets):
    made_up_sets.write_livefb(tmp_path)
    labels = read_livefb(tmp_path)
    assert looks_like_livefb(tmp_path)
    assert [photo.score for photo in labels.photos] == [40.0, 50.0, 60.0, 70.0, 80.0]
    assert labels.photos[0].path == tmp_path / "database" / "voc_emotic_ava" / "AVA__0.jpg"
    assert all(photo.path.is_file() for photo in labels.photos)
    scale = labels.range
    assert (scale.low, scale.high, scale.higher_is_better) == (0.0, 100.0, True)


def test_photos_that_the_part_file_does_not_name_are_the_test(tmp_path, made_up_sets):
    made_up_sets.write_livefb(tmp_path)
    parts = [photo.split for photo in read_livefb(tmp_path).photos]
    assert parts == ["train", "train", "val", "test", "test"]


def test_without_the_part_file_there_are_no_parts(tmp_path, made_up_sets):
    made_up_sets.write_livefb(tmp_path, with_parts=False)
    labels = read_livefb(tmp_path)
    assert {photo.split for photo in labels.photos} == {None}
    assert any("official parts are not known" in note for note in labels.notes)


def test_the_column_names_of_merged_files_are_known(tmp_path, made_up_sets):
    made_up_sets.write_livefb(tmp_path, with_parts=False)
    file = tmp_path / "labels_image.csv"
    file.write_text(file.read_text().replace("name,mos", "name_image,mos_image"))
    assert len(read_livefb(tmp_path).photos) == 5


def test_a_folder_without_labels_names_the_file(tmp_path):
    with pytest.raises(LabelError, match=r"LIVE-FB \(FLIVE\): labels_image\.csv"):
        read_livefb(tmp_path)


def test_a_label_file_without_scores_is_an_error(tmp_path):
    (tmp_path / "labels_image.csv").write_text("name,zscore\na.jpg,1\n")
    with pytest.raises(LabelError, match="has no column mos_image or mos"):
        read_livefb(tmp_path)
