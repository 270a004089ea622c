import csv

import numpy as np
import pytest
from PIL import Image

from app.cli.certainty_finding import read_held_out
from app.cli.main import main
from app.errors import WrongUse
from engine.certainty.stored_certainty import read_certainty
from engine.scorer import Scorer


@pytest.fixture(scope="module")
def rated_folder(tmp_path_factory):
    """A hundred small photos in two sources, with ratings and scores by models without each."""
    folder = tmp_path_factory.mktemp("rated")
    rng = np.random.default_rng(0)
    rows, held = [], []
    for number in range(100):
        source = "ab"[number % 2]
        level = int(rng.integers(40, 200))
        pixels = rng.integers(0, 55, (96, 96, 3), dtype=np.uint8) + np.uint8(level)
        name = f"{source} {number}.png"
        Image.fromarray(pixels).save(folder / name)
        rating = 1 + 4 * level / 255
        rows.append((name, rating, "val" if number % 3 == 0 else "train"))
        shift = 10 if source == "a" else -10
        held.append((name, source, 25 * (rating - 1) + shift + rng.normal(0, 3)))
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("image", "score", "split"), *rows])
    with (folder / "held.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("image", "source", "score"), *held])
    return folder


def test_a_model_is_given_intervals_from_scores_of_sources_held_out(
    rated_folder, tiny_model, tmp_path, capsys
):
    target = tmp_path / "sure.safetensors"
    arguments = ["models", "certainty", str(tiny_model), "--labels", rated_folder / "labels.csv"]
    held = ["--held-out", rated_folder / "held.csv"]
    assert main([str(one) for one in (*arguments, *held, target)]) == 0
    assert "100 photos of 2 sources" in capsys.readouterr().err
    certainty = read_certainty(target)
    assert (certainty.basis, certainty.num_sources) == ("sources", 2)
    assert certainty.off_by.one > 10  # the sources are off by 10 points either way
    photo = next(rated_folder.glob("*.png"))
    sure, plain = (Scorer.open(model).score([photo])[0] for model in (target, tiny_model))
    assert sure.score_0_100 == pytest.approx(plain.score_0_100, abs=0.05)
    assert sure.familiarity is not None

    assert main([str(one) for one in (*arguments, target)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_without_scores_held_out_the_validation_part_counts(
    rated_folder, tiny_model, tmp_path, capsys
):
    target = tmp_path / "sure.safetensors"
    arguments = ["models", "certainty", tiny_model, "--labels", rated_folder / "labels.csv", target]
    assert main([str(one) for one in arguments]) == 0
    assert "34 validation photos" in capsys.readouterr().err
    assert read_certainty(target).basis == "validation"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("image,score\na.jpg,1\n", "no column source"),
        ("image,source,score\na.jpg,a,high\n", "can't be read as a table"),
        ("image,source,score\na.jpg,a,nan\n", "no numbers"),
        ("", "no column"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, text, says):
    (tmp_path / "held.csv").write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match=says):
        read_held_out(tmp_path / "held.csv")


def test_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(WrongUse, match="can't be read as a table"):
        read_held_out(tmp_path / "none.csv")
