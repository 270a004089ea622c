import pytest

from trainer.errors import LabelError
from trainer.labels.koniq10k import looks_like_koniq10k, read_koniq10k


def test_the_file_with_the_official_parts_comes_first(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path)
    labels = read_koniq10k(tmp_path)
    assert looks_like_koniq10k(tmp_path)
    assert [photo.score for photo in labels.photos] == [10.0, 25.0, 40.0, 55.0, 70.0, 85.0]
    assert [photo.split for photo in labels.photos] == [*["train"] * 3, "val", "test", "test"]
    assert all(photo.path.is_file() for photo in labels.photos)


def test_the_scores_file_alone_gives_z_scores_and_no_parts(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path, with_sets=False)
    labels = read_koniq10k(tmp_path)
    assert [photo.score for photo in labels.photos[:2]] == [10.0, 25.0]
    assert labels.photos[0].split is None
    assert any("'MOS_zscore'" in note for note in labels.notes)


@pytest.mark.parametrize("with_sets", [True, False])
def test_counts_are_whole_and_spreads_are_in_units_of_the_score(tmp_path, made_up_sets, with_sets):
    made_up_sets.write_koniq10k(tmp_path, with_sets=with_sets)
    labels = read_koniq10k(tmp_path)
    assert labels.photos[2].counts == (7, 1, 0, 0, 2)
    assert labels.photos[2].std == 12.5
    assert (labels.range.low, labels.range.high) == (0.0, 100.0)


def test_a_mean_rating_is_on_one_to_five(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path, with_sets=False, with_scores=False)
    (tmp_path / "koniq10k_scores.csv").write_text("image_name,MOS\n1000.jpg,1.5\n1001.jpg,4.5\n")
    labels = read_koniq10k(tmp_path)
    assert (labels.range.low, labels.range.high) == (1.0, 5.0)
    assert labels.photos[0].std is None


def test_a_label_file_named_by_itself_is_the_one_read(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path)
    labels = read_koniq10k(tmp_path / "koniq10k_scores_and_distributions.csv")
    assert labels.photos[0].split is None


def test_the_folder_that_an_archive_unpacks_to_is_looked_into(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path, with_sets=False)
    inner = tmp_path / "koniq10k_scores_and_distributions"
    inner.mkdir()
    file = tmp_path / f"{inner.name}.csv"
    file.rename(inner / file.name)
    assert len(read_koniq10k(tmp_path).photos) == 6


def test_a_folder_without_photos_names_them(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path)
    (tmp_path / "512x384").rename(tmp_path / "elsewhere")
    with pytest.raises(LabelError, match="512x384/ and 1024x768/ is missing"):
        read_koniq10k(tmp_path)


def test_a_label_file_without_scores_is_an_error(tmp_path, made_up_sets):
    made_up_sets.write_koniq10k(tmp_path)
    (tmp_path / "koniq10k_distributions_sets.csv").write_text("image_name,c1,c2\n1000.jpg,1,2\n")
    with pytest.raises(LabelError, match="has no column mos"):
        read_koniq10k(tmp_path)
