"""The three steps by hand: photos made, rated by two models, labelled, and learned from."""

import csv
from dataclasses import replace

import pytest

from app.__main__ import main as discern
from trainer.config import LabelsConfig
from trainer.ensemble.__main__ import main
from trainer.protocol import Finished
from trainer.run_folder import RunFolder

STUDENT = {"distillation": False, "contrast": "none", "epochs": 1}


@pytest.fixture(scope="module")
def run(small_runs, small_set, tmp_path_factory):
    folder = RunFolder.create(
        tmp_path_factory.mktemp("taught") / "run", small_runs.config(small_set, student=STUDENT)
    )
    small_runs.run(folder)
    return folder


def test_a_student_learns_from_what_models_say_together(run, small_runs, small_set, tmp_path):
    made, out = tmp_path / "made", tmp_path / "taught.csv"
    assert main(["make", str(run.path), str(made), "--number", "10"]) == 0
    table = tmp_path / "scores.csv"
    photos = [str(small_set.parent), str(made)]
    assert discern(["rate", *photos, "--model", str(run.best_model), "--csv", str(table)]) == 0
    scores = ["--scores", f"{table}=2", "--scores", str(table)]
    assert main(["label", str(run.path), str(out), *scores, "--folder", str(made)]) == 0
    with out.open() as file:
        rows = list(csv.DictReader(file))
    parts = [row["split"] for row in rows]
    assert (parts.count("train"), parts.count("val"), parts.count("test")) == (50 + 10, 10, 20)
    with small_set.open() as file:
        people = {row["image"] for row in csv.DictReader(file) if row["split"] == "test"}
    assert {row["image"].rsplit("/")[-1] for row in rows if row["split"] == "test"} == people
    config = replace(
        run.config, labels=LabelsConfig(source=str(out), score_low=1.0, score_high=5.0)
    )
    student = RunFolder.create(tmp_path / "student", config)
    heard = small_runs.run(student)
    assert heard.messages[-1] == Finished(report=str(student.report_json), was_stopped=False)


def test_a_folder_without_a_run_is_a_sentence(tmp_path, expected_logs):
    assert main(["make", str(tmp_path), str(tmp_path / "made")]) == 1
    assert "holds no labels and parts" in expected_logs[0].getMessage()
