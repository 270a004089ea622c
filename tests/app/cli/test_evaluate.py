import csv
import json

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from app.cli.main import main
from app.cli.progress import RatingResult

NUM_PHOTOS = 40


@pytest.fixture(scope="module")
def labelled(tmp_path_factory, tiny_model):
    """Photos labelled with what the tiny model says plus noise, on a scale from 1 to 5."""
    folder = tmp_path_factory.mktemp("labelled")
    rng = np.random.default_rng(1)
    for number in range(NUM_PHOTOS):
        pixels = rng.integers(0, 20 + 5 * number, (200, 220, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:02}.png")
    scores_path = folder / "scores.csv"
    assert main(["rate", str(folder), "--model", str(tiny_model), "--csv", str(scores_path)]) == 0
    with scores_path.open(encoding="utf-8", newline="") as file:
        scores = {row["path"]: float(row["score"]) for row in csv.DictReader(file)}
    values = np.array([scores[str(folder / f"{number:02}.png")] for number in range(NUM_PHOTOS)])
    rank = stats.rankdata(values) / NUM_PHOTOS
    rated = np.clip(1 + 4 * rank + rng.normal(0, 0.3, NUM_PHOTOS), 1, 5)
    return folder, values, rated


@pytest.fixture
def write_labels(labelled):
    def write(name, splits=None, change=lambda number, rating: rating):
        folder, _, rated = labelled
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["image", "score", *(["split"] if splits else [])])
            for number, rating in enumerate(rated):
                row = [f"{number:02}.png", change(number, f"{rating:.4f}")]
                writer.writerow([*row, *([splits[number % len(splits)]] if splits else [])])
        return path

    return write


@pytest.fixture
def evaluate(tiny_model, capsys):
    def run(*arguments):
        status = main(["evaluate", "--model", str(tiny_model), *map(str, arguments)])
        return (status, *capsys.readouterr())

    return run


def test_the_figures_are_those_of_scipy_and_say_how_they_came_about(
    evaluate, write_labels, labelled, tmp_path
):
    labels = write_labels("labels.csv")
    status, out, err = evaluate(
        *("--labels", labels, "--json", tmp_path / "e.json", "--plot", tmp_path / "e.png")
    )
    assert status == 0
    report = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    _, values, rated = labelled
    expected = stats.spearmanr(values.round(4), rated.round(4)).statistic
    assert report["srcc"]["value"] == pytest.approx(expected, abs=1e-4)
    assert f"SRCC            {report['srcc']['value']:.4f}" in out
    assert report["num_photos"] == NUM_PHOTOS
    assert "labels.csv: 40 photos (all photos), rated by tiny@" in out
    assert "fitted on these same photos, which flatters them a little." in out
    assert "Worst misses, in label units:" in out
    assert "scale is 1 to 5" in err
    assert (tmp_path / "e.png").read_bytes().startswith(b"\x89PNG")


def test_the_test_part_is_measured_with_a_map_from_the_val_part(evaluate, write_labels, tmp_path):
    labels = write_labels("split.csv", splits=["test", "val"])
    status, out, _ = evaluate("--labels", labels, "--json", tmp_path / "e.json", "--crops", 1)
    assert status == 0
    assert "Scores: mean of 1 crop (" in out
    assert "20 photos (the test part)" in out
    assert "fitted on 20 other photos, the val part." in out
    assert json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))["num_photos"] == 20


def test_a_part_can_be_chosen(evaluate, write_labels):
    labels = write_labels("parts.csv", splits=["test", "val"])
    assert "20 photos (the val part)" in evaluate("--labels", labels, "--split", "val")[1]
    assert "40 photos (all photos)" in evaluate("--labels", labels, "--split", "all")[1]
    status, _, err = evaluate("--labels", labels, "--split", "train")
    assert status == 2
    assert "has no photos in a part called train" in err


def test_photos_without_label_or_pixels_are_left_out_and_named(evaluate, write_labels, labelled):
    labels = write_labels("holes.csv", change=lambda number, rating: "?" if number == 3 else rating)
    text = labels.read_text(encoding="utf-8") + "gone.png,3.0\n"
    labels.write_text(text, encoding="utf-8")
    status, out, _ = evaluate("--labels", labels)
    assert status == 1
    assert "39 photos (all photos)" in out
    assert "Left out (2):" in out
    assert "03.png\n    The label is not a number." in out
    assert "gone.png\n" in out


def test_lower_is_better_is_turned_round(evaluate, write_labels, tmp_path):
    labels = write_labels("dmos.csv", change=lambda number, rating: 6 - float(rating))
    text = labels.read_text(encoding="utf-8").replace("image,score", "image,dmos")
    labels.write_text(text, encoding="utf-8")
    evaluate("--labels", labels, "--json", tmp_path / "e.json")
    report = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    assert report["srcc"]["value"] > 0.9
    assert report["rmse"]["value"] < 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("image,score\n00.png,3\n01.png,3\n", "All rated scores are"),
        ("image,score\n00.png,3\n", "can't be measured on 1 photo;"),
        ("", "is empty"),
    ],
)
def test_labels_that_give_no_figures_are_a_sentence(evaluate, labelled, text, sentence):
    labels = labelled[0] / "bad.csv"
    labels.write_text(text, encoding="utf-8")
    status, _, err = evaluate("--labels", labels)
    assert status == 2
    assert sentence in err


def test_missing_photos_are_named_before_a_model_is_opened(evaluate, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("image,score\nnot/a.jpg,1\nnot/b.jpg,2\n", encoding="utf-8")
    status, _, err = evaluate("--labels", labels, "--model", tmp_path / "none.safetensors")
    assert status == 2
    assert f"None of the 2 photos is there, such as {tmp_path / 'not' / 'a.jpg'}." in err
    assert f"Names are looked up from {tmp_path}; put the photos there or correct the names" in err


def test_a_single_photo_that_is_missing_or_unreadable_is_not_called_photos(evaluate, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("image,score\na.jpg,1\n", encoding="utf-8")
    assert f"The one photo, {tmp_path / 'a.jpg'}, is not there." in evaluate("--labels", labels)[2]
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    assert "The one photo could not be measured." in evaluate("--labels", labels)[2]


def test_photos_that_cannot_be_rated_say_why(evaluate, tmp_path):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"no photo")
    labels = tmp_path / "labels.csv"
    labels.write_text("image,score\na.jpg,1\nb.jpg,2\n", encoding="utf-8")
    status, _, err = evaluate("--labels", labels)
    assert status == 2
    assert "None of the 2 photos could be measured" in err
    assert "a.jpg: " in err


def test_a_photo_that_is_left_out_does_not_make_the_scale(
    evaluate, write_labels, labelled, tmp_path
):
    (labelled[0] / "broken.png").write_bytes(b"no photo")
    labels = write_labels("with_broken.csv")
    text = labels.read_text(encoding="utf-8")
    evaluate("--labels", labels, "--json", tmp_path / "without.json")
    labels.write_text(text + "broken.png,70\n", encoding="utf-8")
    evaluate("--labels", labels, "--json", tmp_path / "with.json")
    reports = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("with", "without")]
    assert reports[0]["rmse"] == reports[1]["rmse"]


def test_missing_labels_are_a_sentence(evaluate, tmp_path):
    status, _, err = evaluate("--labels", tmp_path / "none.csv")
    assert status == 2
    assert "does not exist" in err


def test_a_run_is_measured_on_its_own_test_part(evaluate, labelled, tmp_path):
    folder, _, rated = labelled
    run = tmp_path / "run"
    run.mkdir()
    lines = [f"{folder / f'{number:02}.png'},{rating}" for number, rating in enumerate(rated)]
    (run / "labels.csv").write_text("\n".join(["image,score", *lines, ""]), encoding="utf-8")
    facts = {
        "name": "made up",
        "range": {"low": 1.0, "high": 5.0, "higher_is_better": True},
        "sha256": "ab" * 32,
    }
    (run / "labels.json").write_text(json.dumps(facts), encoding="utf-8")
    split = {"how": "at random", "train": [0, 1], "validation": [2], "test": list(range(3, 40))}
    (run / "split.json").write_text(json.dumps(split), encoding="utf-8")
    status, out, err = evaluate("--labels", run)
    assert status == 0
    assert "The parts are those of the run" in err
    assert "made up: 37 photos (the test part)" in out
    assert "the map that the model's training fitted on validation." in out
    assert "Note:" not in out
    assert "trained on photos of this very file" in evaluate("--labels", run, "--split", "all")[1]


@pytest.mark.parametrize(("extra", "is_kept"), [((), True), (("--no-cache",), False)])
def test_an_interrupted_call_says_whether_scores_are_remembered(
    evaluate, write_labels, monkeypatch, extra, is_kept
):
    def interrupted(paths, **_):
        return RatingResult(num_asked=len(paths), is_interrupted=True)

    monkeypatch.setattr("app.cli.evaluation_run.rate_with_progress", interrupted)
    status, _, said = evaluate("--labels", write_labels("labels.csv"), *extra)
    assert status == 130
    assert ("remembered" in said) == is_kept
