from pathlib import Path

import pytest

from app.runs.report_text import report_lines

FOLDER = Path("/runs/one")


def figure(value):
    return {"value": value, "low": value - 0.02, "high": value + 0.02}


def figures(shift):
    names = ["srcc", "plcc", "plcc_mapped", "krcc"]
    return {
        "num_photos": 1200,
        **{name: figure(0.8 + shift) for name in names},
        "rmse": {"value": 7.5, "low": 7.0, "high": 8.0},
    }


def entry(repeat=0):
    return {
        "repeat": repeat,
        "teacher": {"model": "teacher.safetensors", "figures": figures(0.0)},
        "student": {"model": "best.safetensors", "figures": figures(0.05)},
        "preferred": "student",
        "student_minus_teacher": {"srcc": {"value": 0.05, "low": -0.01, "high": 0.11}},
    }


REPORT = {
    "protocol": "biq2021: 4200 photos for training. The test part was read once.",
    "repeats": [entry()],
    "summary": {},
}


def test_teacher_and_student_stand_beside_each_other_with_intervals():
    assert "\n".join(report_lines(REPORT, FOLDER)) == (
        "\n"
        "On the test part (1,200 photos), with 95 % intervals:\n"
        "\n"
        "              teacher                 student\n"
        "SRCC          0.800 (0.780 to 0.820)  0.850 (0.830 to 0.870)\n"
        "PLCC          0.800 (0.780 to 0.820)  0.850 (0.830 to 0.870)\n"
        "PLCC, mapped  0.800 (0.780 to 0.820)  0.850 (0.830 to 0.870)\n"
        "KRCC          0.800 (0.780 to 0.820)  0.850 (0.830 to 0.870)\n"
        "RMSE          7.500 (7.000 to 8.000)  7.500 (7.000 to 8.000)\n"
        "\n"
        "Student minus teacher, SRCC on the same photos: +0.050 (-0.010 to +0.110)\n"
        "\n"
        "biq2021: 4200 photos for training. The test part was read once.\n"
        "\n"
        f"The teacher: {FOLDER / 'teacher.safetensors'}\n"
        f"The student: {FOLDER / 'best.safetensors'}\n"
        "Validation prefers the student.\n"
        "\n"
        f"Rate with it:  discern rate --model {FOLDER / 'best.safetensors'} PHOTOS\n"
        f"Keep it:       discern models import {FOLDER / 'best.safetensors'}"
    )


def test_the_model_that_validation_prefers_is_the_one_to_use():
    report = {"repeats": [{**entry(), "preferred": "teacher"}]}
    text = "\n".join(report_lines(report, FOLDER))

    assert "Validation prefers the teacher." in text
    assert f"discern rate --model {FOLDER / 'teacher.safetensors'} PHOTOS" in text


def test_several_repeats_show_mean_and_spread():
    spread = {"srcc": {"mean": 0.85, "std": 0.01}, "plcc": {"mean": 0.8}}
    report = {"repeats": [entry(0), entry(1)], "summary": {"student": spread}}
    text = "\n".join(report_lines(report, FOLDER))

    assert "On the test parts of 2 repeats, mean and standard deviation:" in text
    assert "SRCC  0.850 ± 0.010" in text
    assert "PLCC  0.800\n" in text
    assert "Student minus teacher" not in text
    assert str(FOLDER / "repeat_01" / "best.safetensors") in text


def test_a_student_alone_has_a_column_alone():
    student = {"model": "best.safetensors", "figures": {"srcc": {"value": 0.5}}}
    text = "\n".join(report_lines({"repeats": [{"student": student}]}, FOLDER))

    assert "      student\nSRCC  0.500\n" in text
    assert "teacher" not in text
    assert "prefers" not in text


def test_a_single_photo_is_not_called_photos():
    student = {"model": "best.safetensors", "figures": {"num_photos": 1, "srcc": {"value": 0.5}}}
    text = "\n".join(report_lines({"repeats": [{"student": student}]}, FOLDER))

    assert "On the test part (1 photo), with" in text


def test_a_path_with_spaces_is_quoted():
    folder = Path("/runs/my run")
    text = "\n".join(report_lines(REPORT, folder))

    assert f'discern models import "{folder / "best.safetensors"}"' in text


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"protocol": 3, "repeats": "none", "summary": []},
        {"repeats": [3, None]},
        {"repeats": [{"student": {"figures": {"srcc": "high", "plcc": {"value": True}}}}]},
        {"repeats": [{}, {}], "summary": {"student": {"srcc": {"std": 1.0}}}},
    ],
)
def test_what_a_report_does_not_hold_is_left_out(report):
    assert not any(report_lines(report, FOLDER))
