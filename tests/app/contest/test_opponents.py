"""Who can take part: models, runs, classical models, and any function."""

import shutil

import numpy as np
import pytest

from app.cli.main import main
from app.contest.opponents import open_opponent
from app.contest.preparation import prepare_contest
from app.errors import WrongUse
from engine.classical.classical_model import fit_classical_model, to_bytes
from engine.contest.pairs import PairRules
from engine.errors import ModelFileError

METRIC = """
from PIL import Image

calls = []

def spread(path):
    calls.append(path)
    return -Image.open(path).convert("L").getextrema()[1]

spread.lower_is_better = True
spread.name = "extreme"

def fails(path):
    raise ValueError("no idea")

def nothing(path):
    return float("nan")

number = 5
"""


@pytest.fixture
def metric(tmp_path):
    path = tmp_path / "metric.py"
    path.write_text(METRIC)
    return path


def test_a_run_takes_part_with_its_best_student(tiny_rivals, tmp_path):
    run = tmp_path / "my run"
    run.mkdir()
    with pytest.raises(WrongUse, match=r"holds no best\.safetensors"):
        open_opponent(str(run))
    shutil.copy(tiny_rivals[0], run / "best.safetensors")
    opponent = open_opponent(str(run), device="cpu")
    assert (opponent.name, opponent.is_calibrated) == ("my run", True)
    assert opponent.scorer.model_id.startswith("ant@")


def test_a_model_file_takes_part(tiny_rivals):
    opponent = open_opponent(str(tiny_rivals[1]), device="cpu", num_crops=1)
    assert (opponent.name, opponent.scorer.num_crops) == ("bee", 1)
    with pytest.raises(ModelFileError, match="There is no model"):
        open_opponent("nobody")


def test_a_function_takes_part_with_its_own_scale(metric, pool_folder):
    opponent = open_opponent(f"python:{metric}:spread")
    assert (opponent.name, opponent.is_calibrated, opponent.is_lower_better) == (
        "extreme",
        False,
        True,
    )
    (score,) = opponent.scorer.score_each([pool_folder / "00.png"])
    assert score.score_0_100 < -100
    assert (score.width_px, score.height_px) == (220, 180)
    before = opponent.scorer.model_id
    metric.write_text(METRIC + "\n# changed\n")
    assert open_opponent(f"python:{metric}:spread").scorer.model_id != before


@pytest.mark.parametrize(
    ("function", "reason"), [("fails", "ValueError: no idea"), ("nothing", "no number but nan")]
)
def test_a_function_that_fails_costs_one_photo(metric, pool_folder, tmp_path, function, reason):
    scorer = open_opponent(f"python:{metric}:{function}").scorer
    broken = tmp_path / "broken.jpg"
    broken.write_text("no photo")
    first, second = scorer.score_each([pool_folder / "00.png", broken])
    assert reason in first.error
    assert "not a photo" in second.error
    assert len(list(scorer.score_each([broken, broken], should_stop=lambda: True))) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("python:missing.py:f", "names no Python file"),
        ("python:metric.py", "names no Python file"),
        ("python:{}:absent", "has no function absent"),
        ("python:{}:number", "has no function number"),
    ],
)
def test_a_function_that_is_none_is_refused(metric, source, message):
    with pytest.raises(WrongUse, match=message):
        open_opponent(source.format(metric))


def test_a_file_that_cannot_be_run_is_refused(tmp_path):
    path = tmp_path / "wrong.py"
    path.write_text("1 / 0")
    with pytest.raises(WrongUse, match="ZeroDivisionError"):
        open_opponent(f"python:{path}:f")


def test_all_kinds_meet_in_one_contest(metric, tiny_rivals, pool_folder, tmp_path):
    statistics = np.random.default_rng(0).normal(0, 1, (40, 36))
    model = fit_classical_model(
        statistics,
        np.linspace(0, 100, 40).tolist(),
        name="classical",
        trained_on="",
        label_sha256="",
    )
    classical = tmp_path / "classical.npz"
    classical.write_bytes(to_bytes(model))
    prepared = prepare_contest(
        sorted(pool_folder.iterdir()),
        [str(tiny_rivals[0]), str(classical), f"python:{metric}:spread"],
        PairRules(num_levels=2, num_controls=0),
        open_opponent=lambda source: open_opponent(source, device="cpu"),
        catalog=None,
        on_progress=lambda progress: None,
        should_stop=lambda: False,
    )
    assert [one.label for one in prepared.contenders] == ["ant", "classical", "extreme"]
    assert [one.is_calibrated for one in prepared.contenders] == [True, True, False]
    own = prepared.pool.scores[prepared.contenders[2].model_id]
    assert own.min() >= 0
    assert own.max() <= 100


def test_a_classical_model_is_trained_by_a_command(pool_folder, tmp_path, capsys):
    labels = tmp_path / "labels.csv"
    lines = ["image,score,split"]
    for number, path in enumerate(sorted(pool_folder.iterdir())):
        lines.append(f"{path},{number / 40},{'test' if number % 5 == 0 else 'train'}")
    labels.write_text("\n".join(lines))
    target = tmp_path / "mine.npz"
    assert main(["models", "classical", "--labels", str(labels), str(target)]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(target)
    assert "SRCC on the test part of 8 photos" in err
    opponent = open_opponent(str(target))
    assert opponent.name == "mine"
    assert main(["models", "classical", "--labels", str(labels), str(tmp_path / "mine.bin")]) == 2
    assert "ends in .npz" in capsys.readouterr().err
