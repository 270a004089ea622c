"""The rows of Table 4 as runs, and their table."""

import json
import statistics
from pathlib import Path

import pytest

from app.training.ablation import ALL_PARTS, ROWS, ablation_table, plan_ablation
from trainer.config import LabelsConfig, RunConfig, StudentConfig


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(name="x", labels=LabelsConfig(source="labels.csv"))


def test_the_rows_are_those_of_table_4():
    parts = {row.name: (row.mask, row.distillation, row.contrast) for row in ROWS}
    assert parts == {
        "none": (False, False, "none"),
        "mask": (True, False, "none"),
        "distillation": (False, True, "none"),
        "mask + distillation": (True, True, "none"),
        "easy": (False, False, "easy"),
        "easy + hard": (False, False, "easy_hard"),
        "all": (True, True, "easy_hard"),
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("embedding", ["sequence", "qua"])
def test_every_row_is_a_student_that_can_be_trained(row, embedding):
    student = row.student(StudentConfig(embedding=embedding))
    assert student.quality_token == row.mask
    assert student.mask == row.mask
    assert student.distillation == row.distillation
    assert student.contrast == row.contrast


def test_all_parts_come_first_for_each_seed_since_that_run_trains_the_teacher(tmp_path):
    runs = plan_ablation(tmp_path, first_seed=5, num_seeds=2)
    assert len(runs) == 2 * len(ROWS)
    assert [run.seed for run in runs[:: len(ROWS)]] == [5, 6]
    assert all(run.row is ALL_PARTS for run in runs[:: len(ROWS)])
    assert len({run.folder for run in runs}) == len(runs)


def test_rows_of_one_seed_share_split_teacher_and_decoded_photos(tmp_path, config):
    runs = plan_ablation(tmp_path, first_seed=0, num_seeds=1)
    folders = {run.row.name: run.open(config, tmp_path) for run in runs}
    teachers = {name: folder.config.teacher.model for name, folder in folders.items()}
    trained = teachers.pop("all")
    assert trained == ""
    assert set(teachers.values()) == {str(folders["all"].teacher_model)}
    assert {folder.config.split.seed for folder in folders.values()} == {0}
    assert len({folder.config.machine.photo_cache for folder in folders.values()}) == 1


def test_a_run_that_was_begun_is_opened_again(tmp_path, config):
    run = plan_ablation(tmp_path, first_seed=0, num_seeds=1)[0]
    first = run.open(config, tmp_path)
    assert run.open(config, tmp_path).config == first.config


def test_the_table_gives_mean_and_spread_and_says_what_is_missing(tmp_path):
    runs = plan_ablation(tmp_path, first_seed=0, num_seeds=3)
    values = [0.81, 0.84, 0.87]
    for run, value in zip([run for run in runs if run.row.name == "mask"], values, strict=True):
        _write_report(run.folder, srcc=value, plcc=value + 0.01)
    table = ablation_table(runs)
    (mask,) = (line for line in table if line.startswith("mask  "))
    assert mask.split() == [
        "mask",
        "3",
        "0.8400",
        f"{statistics.stdev(values):.4f}",
        "0.8500",
        "0.0300",
    ]
    assert sum("not done yet" in line for line in table) == len(ROWS) - 1


def test_a_student_that_rates_all_alike_leaves_its_row_without_a_mean(tmp_path):
    runs = plan_ablation(tmp_path, first_seed=0, num_seeds=2)
    for run, value in zip(
        [run for run in runs if run.row.name == "mask"], [0.8, None], strict=True
    ):
        _write_report(run.folder, srcc=value, plcc=value)
    (mask,) = (line for line in ablation_table(runs) if line.startswith("mask  "))
    assert mask.split() == ["mask", "2", "nan", "nan", "nan", "nan"]


def _write_report(folder: Path, *, srcc: float | None, plcc: float | None) -> None:
    folder.mkdir(parents=True)
    figures = {
        name: None if value is None else {"value": value}
        for name, value in (("srcc", srcc), ("plcc", plcc))
    }
    report = {"repeats": [{"student": {"figures": figures}}]}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
