import pytest

from bench.hold_out import hold_out, main
from trainer.labels.read_labels import read_labels
from trainer.labels.split import split_labels


@pytest.fixture
def labels(tmp_path):
    names = [f"ss0{1 + number % 3} ({number}).jpg" for number in range(30)]
    rows = "".join(f"images/{name},{number / 30:.3f}\n" for number, name in enumerate(names))
    path = tmp_path / "labels.csv"
    path.write_text("image,score\n" + rows, encoding="utf-8")
    (tmp_path / "images").mkdir()
    for name in names:
        (tmp_path / "images" / name).write_bytes(b"a photo")
    return path


def test_a_run_on_what_is_written_tests_on_the_part_held_out(labels, tmp_path, monkeypatch):
    out = tmp_path / "elsewhere" / "without-ss02.csv"
    out.parent.mkdir()
    monkeypatch.setattr("sys.argv", ["bench.hold_out", str(labels), "ss02", str(out)])

    assert main() == 0

    read = read_labels(out, score_low=0.0, score_high=1.0, higher_is_better=True)
    split = split_labels(read, seed=0, test_fraction=0.2, validation_fraction=0.1)
    assert {read.photos[index].path.name[:4] for index in split.test} == {"ss02"}
    assert len(split.test) == 10
    assert not {"ss02"} & {
        read.photos[index].path.name[:4] for index in (*split.train, *split.validation)
    }
    assert [photo.score for photo in read.photos[:2]] == [0.0, 0.033]


@pytest.mark.parametrize("prefix", ["ss09", "ss"])
def test_a_part_with_no_photos_or_all_is_refused(labels, prefix):
    with pytest.raises(ValueError, match=f"of 30 photos begin with '{prefix}'"):
        hold_out(labels, prefix)
