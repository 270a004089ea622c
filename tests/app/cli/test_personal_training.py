"""discern train labels.csv: what is typed, what is said, and what lies in the library."""

import argparse
import csv

import numpy as np
import pytest
from PIL import Image

from app.cli import train
from app.errors import WrongUse
from engine.personal.fit_head import TooFewLabels
from trainer.errors import LabelError

NUM_PHOTOS = 30


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """Photos whose brightness is what people like, and the table of it."""
    folder = tmp_path_factory.mktemp("labelled")
    rng = np.random.default_rng(0)
    rows = []
    for number in range(NUM_PHOTOS):
        coarse = rng.integers(0, 30 + 7 * number, (8, 10, 3), dtype=np.uint8)
        photo = Image.fromarray(coarse).resize((240, 200), Image.Resampling.BICUBIC)
        photo.save(folder / f"{number}.png")
        rows.append((f"{number}.png", 1 + number / 10))
    table = folder / "holiday.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("image", "score"), *rows])
    return table


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCERN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def discern_train(*arguments):
    parser = argparse.ArgumentParser()
    train.add_parser(parser.add_subparsers())
    args = parser.parse_args(["train", *map(str, arguments)])
    return args.run(args)


def test_labels_alone_make_a_model_that_is_named_after_them(labels, home, tiny_model, capsys):
    assert discern_train(labels, "--model", tiny_model) == 0
    out, err = capsys.readouterr()
    assert err.startswith("30 labels, no GPU: a model of your own on top of the one in use, ")
    assert "your own model" in out
    assert "ridge regression alone" in out
    assert "always the mean of your labels" in out
    assert "Your own model agrees with you better than the model in use" in out
    assert "Saved as holiday-own, on top of tiny" in out
    assert (home / "models" / "holiday-own.safetensors").is_file()


def test_the_check_says_what_would_be_done_and_saves_nothing(labels, home, tiny_model, capsys):
    assert discern_train(labels, "--model", tiny_model, "--check") == 0
    out, _ = capsys.readouterr()
    assert out.startswith("30 labels, no GPU: a model of your own")
    assert "second" in out
    assert not (home / "models").exists()


def test_labels_that_can_not_be_used_are_told_in_a_sentence(labels, home, tiny_model, tmp_path):
    with pytest.raises(LabelError, match=r"nowhere\.csv does not exist"):
        discern_train(tmp_path / "nowhere.csv")
    rows = labels.read_text(encoding="utf-8").splitlines()
    few = labels.with_name("few.csv")
    few.write_text("\n".join(rows[:4]) + "\n", encoding="utf-8")
    with pytest.raises((LabelError, TooFewLabels), match="3"):
        discern_train(few, "--model", tiny_model)
    same = labels.with_name("same.csv")
    text = "\n".join([rows[0], *(f"{number}.png,3" for number in range(NUM_PHOTOS))])
    same.write_text(text + "\n", encoding="utf-8")
    with pytest.raises((LabelError, TooFewLabels)):
        discern_train(same, "--model", tiny_model)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["l.csv", "--folder", "run"], "--folder and --ablation go with a RUN.toml"),
        (["l.csv", "--ablation"], "--folder and --ablation go with a RUN.toml"),
        (["run.toml", "--name", "mine"], "--name, --model and --keep-anyway go with labels"),
        ([], "Give either labels or a RUN.toml"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments, says):
    with pytest.raises(WrongUse, match=says):
        discern_train(*arguments)
