import json

import numpy as np
import pytest

from bench.ratings import (
    NUM_KEPT,
    fitted_shares,
    held_out,
    main,
    predictors,
    read_rating_counts,
)
from engine.ratings.quantised import NORMAL

QUALITY = np.random.default_rng(2).uniform(2, 4.5, 60)
COUNTS = np.random.default_rng(3).multinomial(
    60, NORMAL.probabilities(np.column_stack([QUALITY, 0.7 + 0 * QUALITY]))
)


@pytest.fixture
def table(tmp_path):
    lines = ["image_name,c1,c2,c3,c4,c5,c_total"]
    lines += [
        f"{i}.jpg," + ",".join(f"{count / 60:.9f}" for count in row) + ",60"
        for i, row in enumerate(COUNTS)
    ]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_shares_are_read_back_as_counts(table):
    assert (read_rating_counts(table) == COUNTS).all()


def test_a_true_model_with_a_prior_beats_the_ratings_themselves():
    compared = predictors([NORMAL])
    cost = {one.predictor: one.mean for one in held_out(COUNTS, compared, 10, 3)}
    assert cost["normal + 2 pseudo-ratings"] < cost["empirical + 0.2 each"] < cost["empirical"]


def test_a_true_model_fits_almost_everywhere(monkeypatch):
    monkeypatch.setattr("bench.ratings._RESAMPLES", 40)
    monkeypatch.setattr("bench.ratings.RATING_MODELS", (NORMAL,))
    assert fitted_shares(COUNTS, 40)[0].share > 0.85


def test_everything_is_measured_written_and_drawn(table, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("bench.ratings._RESAMPLES", 2)
    plot, figures = tmp_path / "plot.png", tmp_path / "figures.json"
    asked = ["--repeats", "1", "--photos", "20", "--plot", str(plot), "--json", str(figures)]
    assert main([str(table), *asked]) == 0
    said = capsys.readouterr().out
    assert "20 photos, 1 repeats" in said
    assert "| logit-logistic + 2 pseudo-ratings |" in said
    written = json.loads(figures.read_text(encoding="utf-8"))
    assert {one["num_kept"] for one in written["held_out"]} == set(NUM_KEPT)
    assert plot.read_bytes().startswith(b"\x89PNG")
