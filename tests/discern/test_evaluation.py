"""Evaluating in Python gives the figures of `discern evaluate`."""

import json

import pytest
from scipy import stats

import discern
from app.cli.main import main
from trainer.errors import LabelError


@pytest.fixture
def labels(tmp_path, odd_files):
    """Twelve photos, each darker than the one before, and one that is missing."""
    rows = ["image,score,split"]
    for number in range(12):
        odd_files.picture().point(lambda value, n=number: value * (12 - n) // 12).save(
            tmp_path / f"{number}.png"
        )
        rows.append(f"{number}.png,{5 - number / 3:.3f},{'test' if number % 3 else 'val'}")
    rows.append("gone.png,3,test")
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_the_figures_are_those_of_the_command(labels, tiny_model, tmp_path, capfd):
    found = discern.evaluate(labels, tiny_model, device="cpu")

    status = main(
        [
            *("evaluate", "--labels", str(labels), "--model", str(tiny_model), "--device", "cpu"),
            *("--no-cache", "--json", str(tmp_path / "report.json")),
        ]
    )
    capfd.readouterr()
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    assert status == 1  # one photo is missing
    assert found.agreement.num_photos == report["num_photos"] == 8
    for measure, figure in found.agreement.to_json().items():
        assert report[measure] == figure
    assert found.part == report["part"] == "the test part"
    assert found.score_map == report["score_map"]
    assert [str(miss.path) for miss in found.worst_misses] == [
        miss["path"] for miss in report["worst_misses"]
    ]
    assert [left.path.name for left in found.left_out] == ["gone.png"]


def test_the_rank_correlation_is_scipys(labels, tiny_model):
    rater = discern.Rater(tiny_model, device="cpu")
    found = discern.evaluate(str(labels), rater, split="all")
    photos = [labels.parent / f"{number}.png" for number in range(12)]
    scores = [rater.rate(photo).score for photo in photos]
    expected = stats.spearmanr(scores, [5 - number / 3 for number in range(12)]).statistic
    assert found.agreement.srcc.value == pytest.approx(expected)
    assert found.part == "all photos"
    assert found.model_id == rater.model_id
    assert any("scale" in note for note in found.notes)


def test_what_is_wrong_with_the_labels_is_told(labels, tiny_model, tmp_path):
    with pytest.raises(LabelError, match="does not exist"):
        discern.evaluate(tmp_path / "nothing.csv", tiny_model)
    with pytest.raises(LabelError, match="has no photos in a part called train"):
        discern.evaluate(labels, tiny_model, split="train")
    with pytest.raises(TypeError, match=r"path of a CSV or a folder .*, not by list"):
        discern.evaluate([labels])
