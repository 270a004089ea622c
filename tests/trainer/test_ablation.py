"""The rows of Table 4 as runs, and their table."""

import json
import math
import statistics
from pathlib import Path

import pytest

from trainer.ablation import ALL_PARTS, ROWS, Ablation, table_text
from trainer.config import LabelsConfig, RunConfig, StudentConfig
from trainer.errors import TrainingError

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def config() -> RunConfig:
    return RunConfig(name="x", labels=LabelsConfig(source="labels.csv"))


def make(tmp_path, config, *, num_seeds=1) -> Ablation:
    return Ablation.create(tmp_path / "ablation", config, num_seeds=num_seeds)


def test_the_rows_are_those_of_table_4():
    parts = {row.name: (row.mask, row.distillation, row.contrast) for row in ROWS}
    assert parts == {
        "none": (False, False, "none"),
        "mask": (True, False, "none"),
        "distillation": (False, True, "none"),
        "mask + distillation": (True, True, "none"),
        "easy": (False, False, "easy"),
        "easy + hard": (False, False, "easy_hard"),
        "mask + easy + hard": (True, False, "easy_hard"),
        "distillation + easy + hard": (False, True, "easy_hard"),
        "mask + distillation + easy": (True, True, "easy"),
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
    config = RunConfig(name="x", labels=LabelsConfig(source="labels.csv"), seed=5)
    runs = make(tmp_path, config, num_seeds=2).runs
    assert len(runs) == 2 * len(ROWS)
    assert [run.seed for run in runs[:: len(ROWS)]] == [5, 6]
    assert all(run.row is ALL_PARTS for run in runs[:: len(ROWS)])
    assert len({run.folder for run in runs}) == len(runs)


def test_rows_of_one_seed_share_split_teacher_and_decoded_photos(tmp_path, config):
    ablation = make(tmp_path, config)
    folders = {run.row.name: ablation.open_run(run) for run in ablation.runs}
    teachers = {name: folder.config.teacher.model for name, folder in folders.items()}
    trained = teachers.pop("all")
    assert trained == ""
    assert set(teachers.values()) == {str(folders["all"].teacher_model)}
    assert {folder.config.split.seed for folder in folders.values()} == {0}
    assert {folder.photo_cache for folder in folders.values()} == {ablation.folder.photo_cache}


def test_a_run_that_was_begun_is_opened_again(tmp_path, config):
    ablation = make(tmp_path, config)
    first = ablation.open_run(ablation.runs[0])
    assert ablation.open_run(ablation.runs[0]).config == first.config


def test_an_ablation_is_found_again_in_its_folder(tmp_path, config):
    made = make(tmp_path, config, num_seeds=2)
    assert Ablation.is_in(made.folder.path)
    assert Ablation.open(made.folder.path).runs == made.runs
    more = made.with_seeds(3)
    assert more.runs[: len(made.runs)] == made.runs
    assert Ablation.open(made.folder.path).num_seeds == 3


def test_an_ablation_of_version_1_keeps_its_seven_rows(tmp_path, config):
    path = make(tmp_path, config).folder.path
    (path / "ablation.json").write_bytes((GOLDEN / "ablation_v1.json").read_bytes())
    ablation = Ablation.open(path)
    names = ["none", "mask", "distillation", "mask + distillation", "easy", "easy + hard", "all"]
    assert [line.row.name for line in ablation.table()] == names
    assert len(ablation.runs) == 7 * 3
    more = Ablation.open(ablation.with_seeds(4).folder.path)
    assert [row.name for row in more.rows] == names
    assert len(more.runs) == 7 * 4


def test_an_ablation_of_version_2_names_its_rows(tmp_path, config):
    ablation = make(tmp_path, config, num_seeds=2)
    plan = ablation.folder.path / "ablation.json"
    golden = json.loads((GOLDEN / "ablation_v2.json").read_text(encoding="utf-8"))
    assert json.loads(plan.read_text(encoding="utf-8")) == golden
    golden["rows"] = ["all", "mask"]
    plan.write_text(json.dumps(golden), encoding="utf-8")
    assert [row.name for row in Ablation.open(ablation.folder.path).rows] == ["mask", "all"]


def test_a_student_that_only_some_rows_can_be_is_refused_before_any_is_trained(tmp_path):
    student = StudentConfig(regression="none")  # so there must be distillation
    config = RunConfig(name="x", labels=LabelsConfig(source="labels.csv"), student=student)
    with pytest.raises(TrainingError, match="Regression is off"):
        make(tmp_path, config)
    assert not (tmp_path / "ablation").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"version": 3, "num_seeds": 3, "rows": ["all"]}',
        '{"version": 2, "num_seeds": 3}',
        '{"version": 2, "num_seeds": 3, "rows": ["none"]}',
        '{"version": 2, "num_seeds": 3, "rows": ["all", "magic"]}',
        '{"version": 2, "num_seeds": 3, "rows": [["all"]]}',
        "[1]",
    ],
)
def test_a_damaged_plan_is_told_with_the_way_out(tmp_path, config, text):
    path = make(tmp_path, config).folder.path
    (path / "ablation.json").write_text(text)
    with pytest.raises(TrainingError) as caught:
        Ablation.open(path)
    assert "ablation.json" in caught.value.what
    assert "anew" in caught.value.hint


def test_a_folder_that_is_taken_and_no_seeds_are_refused(tmp_path, config):
    make(tmp_path, config)
    with pytest.raises(TrainingError, match="already holds a run"):
        make(tmp_path, config)
    with pytest.raises(TrainingError, match="no runs"):
        Ablation.create(tmp_path / "none", config, num_seeds=0)


def test_the_table_gives_mean_and_spread_and_says_what_is_missing(tmp_path, config):
    ablation = make(tmp_path, config, num_seeds=3)
    values = [0.81, 0.84, 0.87]
    masks = [run for run in ablation.runs if run.row.name == "mask"]
    for run, value in zip(masks, values, strict=True):
        write_report(run.folder, srcc=value, plcc=value + 0.01)
    table = ablation.table()
    lines = table_text("x", table).splitlines()
    (mask,) = (line for line in lines if line.startswith("mask  "))
    assert mask.split() == [
        "mask",
        "3",
        "0.8400",
        f"{statistics.stdev(values):.4f}",
        "0.8500",
        "0.0300",
    ]
    assert sum("not done yet" in line for line in lines) == len(ROWS) - 1
    assert ablation.num_done() == 3


def test_a_student_that_rates_all_alike_leaves_its_row_without_a_mean(tmp_path, config):
    ablation = make(tmp_path, config, num_seeds=2)
    masks = [run for run in ablation.runs if run.row.name == "mask"]
    for run, value in zip(masks, [0.8, None], strict=True):
        write_report(run.folder, srcc=value, plcc=value)
    (mask,) = (line for line in ablation.table() if line.row.name == "mask")
    assert mask.num_done == 2
    assert mask.srcc is not None
    assert math.isnan(mask.srcc)


def test_a_damaged_report_counts_as_not_done(tmp_path, config):
    ablation = make(tmp_path, config)
    run = ablation.runs[0]
    write_report(run.folder, srcc=0.5, plcc=0.5)
    (run.folder / "report.json").write_text("{")
    assert run.figures() is None
    assert ablation.num_done() == 0


def write_report(folder: Path, *, srcc: float | None, plcc: float | None) -> None:
    folder.mkdir(parents=True)
    figures = {
        name: None if value is None else {"value": value}
        for name, value in (("srcc", srcc), ("plcc", plcc))
    }
    report = {"repeats": [{"student": {"figures": figures}}]}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
