"""A run of five made-up test photos and five of validation, beside made-up models in use."""

import json

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from app.runs.model_comparison import compare_models
from app.runs.run_result import read_result
from engine.measures.agreement import Agreement, Figure, Undefined
from engine.measures.label_scale import LabelScale
from trainer.config import LabelsConfig, RunConfig
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split
from trainer.labels.stored_labels import store_labels
from trainer.run_folder import RunFolder

NUM_PHOTOS = 40
SPLIT = Split(
    train=tuple(range(20)), validation=tuple(range(20, 30)), test=tuple(range(30, 40)), how="so"
)
RNG = np.random.default_rng(3)
SCORES_1_5 = RNG.uniform(1, 5, NUM_PHOTOS).round(3)
RATED = (SCORES_1_5 - 1) * 25
NEW = RATED + RNG.normal(0, 2, NUM_PHOTOS)
NONE = Undefined.NOT_STATED
STORED = Agreement(
    num_photos=10, srcc=Figure(value=0.9, low=0.8, high=1.0), plcc=NONE, plcc_mapped=NONE,
    krcc=NONE, rmse=Figure(value=0.5),
)  # fmt: skip


@pytest.fixture
def run(tmp_path):
    folder = RunFolder.create(
        tmp_path / "run", RunConfig(name="mine", labels=LabelsConfig(source="labels.csv"))
    )
    paths = [tmp_path / f"{number:02}.png" for number in range(NUM_PHOTOS)]
    for path in paths:
        Image.fromarray(RNG.integers(0, 255, (24, 24, 3), dtype=np.uint8)).save(path)
    photos = tuple(
        LabelledPhoto(path=path, score=float(score))
        for path, score in zip(paths, SCORES_1_5, strict=True)
    )
    store_labels(
        folder.path,
        LabelSet(
            name="mine",
            photos=photos,
            range=LabelScale(low=1.0, high=5.0, higher_is_better=True),
            source=tmp_path,
            sha256="ab",
            notes=(),
        ),
    )
    folder.split_json.write_text(json.dumps(SPLIT.to_json()), encoding="utf-8")
    entry = {"student": {"model": "best.safetensors", "figures": STORED.to_json()}}
    report = {"name": "mine", "protocol": "so", "repeats": [{**entry, "preferred": "student"}]}
    folder.report_json.write_text(json.dumps(report), encoding="utf-8")
    rows = [f"{paths[i]},{RATED[i]:.4f},{NEW[i]:.4f}" for i in SPLIT.test]
    text = "\n".join(["image,rated_0_100,student", *rows]) + "\n"
    folder.predictions_csv.write_text(text, encoding="utf-8")
    return folder.path, dict(zip(paths, range(NUM_PHOTOS), strict=True))


@pytest.fixture
def compared(run):
    folder, number_of = run

    def compare(scores):
        return compare_models(
            read_result(folder),
            name_in_use="old",
            rate=lambda paths: {path: float(scores[number_of[path]]) for path in paths},
            say_mean="mean",
            say_bytes="bytes",
        )

    return compare


def test_the_figures_of_a_stored_run_are_read_as_they_were_written(run):
    (row,) = read_result(run[0]).rows
    assert row.figures == {"srcc": STORED.srcc, "rmse": STORED.rmse}


def test_the_model_in_use_is_measured_as_the_run_measures(compared):
    old = 100 - 0.5 * RATED + RNG.normal(0, 1, NUM_PHOTOS)
    comparison = compared(old)
    in_use, by_bytes, mean = comparison.rows
    test = list(SPLIT.test)
    srcc = stats.spearmanr(old[test], RATED[test]).statistic
    assert in_use.figures["srcc"].value == pytest.approx(srcc)
    assert comparison.gain_srcc.value == pytest.approx(
        stats.spearmanr(NEW[test].round(4), RATED[test]).statistic - srcc
    )
    assert comparison.is_better
    assert (in_use.name, by_bytes.name, mean.name) == ("old", "bytes", "mean")
    centre = SCORES_1_5[: SPLIT.test[0]].mean()
    error = np.sqrt(np.mean((SCORES_1_5[test] - centre) ** 2))
    assert mean.figures.keys() == {"rmse"}
    assert mean.figures["rmse"].value == pytest.approx(error)


def test_a_model_that_says_the_same_of_every_photo_is_as_far_off_as_the_mean(compared):
    comparison = compared(np.full(NUM_PHOTOS, 50.0))
    validation, test = list(SPLIT.validation), list(SPLIT.test)
    error = np.sqrt(np.mean((SCORES_1_5[test] - SCORES_1_5[validation].mean()) ** 2))
    assert comparison.rows[0].figures.keys() == {"rmse"}
    assert comparison.rows[0].figures["rmse"].value == pytest.approx(error)
    assert (comparison.gain_srcc, comparison.is_better) == (None, None)
