import csv
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from bench import hold_out as command
from bench.held_out_figures import gain_over_sources, mean_over_sources, words
from bench.held_out_sources import Predictions, hold_out, sources_of, train
from bench.hold_out import main
from bench.label_ceiling import ceiling_words, label_ceiling
from engine.measures.agreement import Figure
from engine.measures.correlation import plcc, srcc
from trainer.config import LabelsConfig, RunConfig
from trainer.errors import TrainingError
from trainer.labels.read_labels import read_labels
from trainer.labels.split import split_labels
from trainer.run_folder import RunFolder


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


def predictions(rated, predicted, names=None):
    names = names or [f"{number}.jpg" for number in range(len(rated))]
    return Predictions(
        names=tuple(names), rated_N=np.array(rated, float), predicted_N=np.array(predicted, float)
    )


def test_a_run_on_what_is_written_tests_on_the_part_held_out(labels, tmp_path):
    out = tmp_path / "elsewhere" / "without-ss02.csv"
    out.parent.mkdir()

    assert main([str(labels), "--write", "ss02", str(out)]) == 0

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


def test_sources_are_told_by_how_names_begin(labels):
    assert sources_of(labels) == ["ss01", "ss02", "ss03"]


RECIPE = """
name = "tiny"
[labels]
source = "nowhere.csv"
score_low = 1.0
score_high = 5.0
[photos]
long_side_px = 96
short_side_px = 80
crop_px = 64
crops_per_photo = 1
validation_crops = 1
test_crops = 1
[network]
backbone = "test_vit"
weights = "none"
[teacher]
epochs = 1
batch_size = 12
[student]
epochs = 1
batch_size = 12
[machine]
device = "cpu"
precision = "fp32"
num_threads = 1
"""


@pytest.fixture(scope="module")
def small_runs():
    """The module of small real runs that the tests of the trainer have."""
    path = Path(__file__).parents[1] / "trainer" / "small_runs.py"
    spec = importlib.util.spec_from_file_location("small_runs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def small_set(small_runs, tmp_path_factory):
    return small_runs.write_set(tmp_path_factory.mktemp("small set"))


@pytest.fixture(scope="module")
def small_table(small_set, tmp_path_factory):
    """The small set under names of three sources, with the columns image and score."""
    path = tmp_path_factory.mktemp("sources") / "labels.csv"
    with small_set.open() as file, path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["image", "score"])
        for number, row in enumerate(csv.DictReader(file)):
            own = small_set.parent / row["image"]
            linked = path.parent / f"{'abc'[number % 3]}a {number:02d}{own.suffix}"
            linked.write_bytes(own.read_bytes())
            writer.writerow([linked.name, row["mos"]])
    return path


def test_every_source_is_held_out_once_and_a_second_call_trains_nothing(
    small_table, small_runs, tmp_path, monkeypatch, capsys
):
    recipe, folder = tmp_path / "tiny.toml", tmp_path / "runs"
    recipe.write_text(RECIPE)
    trained = []

    def in_this_process(run):
        if not run.report_json.exists():
            trained.append(run.path.name)
            small_runs.run(run)

    monkeypatch.setattr(command, "train", in_this_process)
    arguments = [str(small_table), str(recipe), "--folder", str(folder)]
    arguments += ["--source", "aa", "--source", "ba"]
    assert main([*arguments, "--robust", "2"]) == 0
    first = capsys.readouterr().out
    assert main([*arguments, "--against", str(folder)]) == 0
    second = capsys.readouterr().out

    assert trained == ["aa", "ba"]
    for source in ("aa", "ba"):
        found = json.loads((folder / source / "report.json").read_text())["repeats"][0]
        value = found["student"]["figures"]["srcc"]["value"]
        shown = f"{value:.3f}".replace("0.", ".", 1)
        assert f"| {source} | 27 | {shown} [" in first
        with (folder / source / "predictions.csv").open() as file:
            tested = [row["image"].rpartition("/")[2] for row in csv.DictReader(file)]
        assert all(name.startswith(source) for name in tested)
        split = json.loads((folder / source / "split.json").read_text())
        assert len(split["test"]) == 27
    assert "| mean | 54 | " in first
    assert "2 photos of ba, re-made" in first
    assert "| JPEG 60 | " in first
    assert "it can't be told how high a figure they allow" in first
    assert "The mean SRCC is higher than in runs by .000 [.000, .000]" in second


def test_a_given_model_is_measured_and_its_scores_are_kept(
    small_table, tiny_model, tmp_path, capsys
):
    arguments = [str(small_table), "--file", str(tiny_model), "--folder", str(tmp_path / "runs")]
    assert main([*arguments, "--source", "aa"]) == 0
    first = capsys.readouterr().out
    assert "not held out" in first
    assert "| aa | 27 | " in first
    (table,) = (tmp_path / "runs").glob("*-aa.csv")
    before = table.stat().st_mtime_ns
    assert main([*arguments, "--source", "aa"]) == 0
    assert capsys.readouterr().out == first
    assert table.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give a RECIPE.toml, or --file and a model"),
        (["--write", "zz", "out.csv"], "0 of 30 photos begin with 'zz'"),
    ],
)
def test_wrong_use_is_a_sentence(labels, arguments, says, capsys):
    with pytest.raises(SystemExit):
        main([str(labels), *arguments])
    assert says in capsys.readouterr().err


def test_a_teacher_that_may_have_seen_the_photos_is_refused(labels, tmp_path, capsys):
    recipe = tmp_path / "r.toml"
    recipe.write_text('name = "a"\nlabels.source = "l.csv"\nteacher.model = "t.safetensors"\n')
    with pytest.raises(SystemExit):
        main([str(labels), str(recipe), "--folder", str(tmp_path / "runs")])
    assert "may have seen the photos" in " ".join(capsys.readouterr().err.split())


def test_a_training_that_fails_names_its_folder(tmp_path, monkeypatch):
    folder = RunFolder.create(
        tmp_path / "run", RunConfig(name="a", labels=LabelsConfig(source="nowhere.csv"))
    )
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(TrainingError, match="did not come to its end"):
        train(folder)


def test_the_mean_over_sources_counts_each_source_alike():
    rng = np.random.default_rng(0)
    rated = rng.random(200)
    good = predictions(rated, rated + 0.1 * rng.random(200))
    bad = predictions(rated[:20], rng.random(20))
    found = mean_over_sources(srcc, [good, bad])
    expected = (srcc(good.predicted_N, rated) + srcc(bad.predicted_N, rated[:20])) / 2
    assert found.value == pytest.approx(expected)
    assert found.low < found.value < found.high
    alone = mean_over_sources(srcc, [good])
    assert alone.high - alone.low < found.high - found.low


def test_a_gain_is_taken_on_the_same_photos_whatever_their_order():
    rng = np.random.default_rng(0)
    rated = rng.random(100)
    new, old = rated + 0.1 * rng.random(100), rated + rng.random(100)
    order = rng.permutation(100)
    names = [f"{number}.jpg" for number in range(100)]
    shuffled = predictions(rated[order], old[order], [names[number] for number in order])
    found = gain_over_sources(plcc, [predictions(rated, new, names)], [shuffled])
    assert found.value == pytest.approx(plcc(new, rated) - plcc(old, rated))
    assert found.low > 0
    with pytest.raises(ValueError, match="tested on different photos"):
        gain_over_sources(plcc, [predictions(rated, new)], [predictions(rated[:5], old[:5])])


def test_figures_are_written_without_the_zero():
    assert words(Figure(value=0.7213, low=0.7, high=0.74)) == ".721 [.700, .740]"
    assert words(Figure(value=-0.05, low=-0.1, high=None)) == "-.050 [-.100, ?]"


def test_how_high_a_figure_labels_allow_is_told_by_the_spread_of_opinion(tmp_path):
    rng = np.random.default_rng(1)
    truth, num_people = rng.normal(50, 10, 2000), 25
    opinions = truth[:, None] + rng.normal(0, 20, (2000, num_people))
    header = "image,score,std," + ",".join(f"c{k}" for k in range(1, 6))
    rows = [
        f"p{number}.jpg,{given.mean():.4f},{given.std(ddof=1):.4f},5,5,5,5,5"
        for number, given in enumerate(opinions)
    ]
    path = tmp_path / "labels.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    labels = read_labels(path, score_low=0, score_high=100, higher_is_better=True)
    expected = np.corrcoef(truth, opinions.mean(1))[0, 1]
    assert labels.photos[0].counts == (5, 5, 5, 5, 5)
    assert label_ceiling(labels) == pytest.approx(expected, abs=0.01)
    assert "allow a PLCC of .9" in ceiling_words(labels, "p")


def test_labels_without_spreads_say_nothing_of_it(labels):
    read = read_labels(labels, score_low=0.0, score_high=1.0, higher_is_better=True)
    assert label_ceiling(read, "ss01") is None
    assert ceiling_words(read, "ss01").startswith("ss01: the labels do not say how far")
