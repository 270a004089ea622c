import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from app.cli import rate
from app.cli.main import COMMANDS, build_parser, command_name, main
from app.errors import WrongUse
from engine.errors import ModelFileError
from trainer.errors import LabelError

NAMES = [command_name(command) for command in COMMANDS]


def test_the_commands_are_those_promised():
    assert set(NAMES) == {
        "demo",
        "rate",
        "explain",
        "train",
        "evaluate",
        "gmad",
        "models",
    }


@pytest.mark.parametrize("arguments", [[], *([name] for name in NAMES)])
def test_help_fits_80_columns_and_ends_with_examples(arguments, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as end:
        main([*arguments, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "examples:\n  discern" in text


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("discern ")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["rate"], ["rate", "a.jpg", "--devic", "cpu"], ["models"]]
)
def test_wrong_use_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: discern" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        WrongUse("The folder is empty."),
        ModelFileError("The file is cut short."),
        LabelError("The labels are all alike.", "Give others."),
    ],
)
def test_an_expected_error_is_one_sentence_and_2(monkeypatch, capsys, error):
    def fail(paths):
        raise error

    monkeypatch.setattr(rate, "find_named_photos", fail)
    assert main(["rate", "."]) == 2
    assert capsys.readouterr().err == f"discern: {error}\n"


def test_an_unexpected_error_is_a_sentence_and_a_traceback_in_the_log(
    monkeypatch, capsys, discern_home, expected_logs
):
    def fail(paths):
        raise ZeroDivisionError("something nobody thought of")

    monkeypatch.setattr(rate, "find_named_photos", fail)
    assert main(["rate", "."]) == 70
    err = capsys.readouterr().err
    log = discern_home / "logs" / "discern.log"
    assert "something nobody thought of" in err
    assert str(log) in err
    assert "Traceback" not in err
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_ctrl_c_while_something_loads_ends_with_130(monkeypatch, capsys):
    def interrupt(paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(rate, "find_named_photos", interrupt)
    assert main(["rate", "."]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_no_abbreviated_option_is_understood():
    for action in build_parser()._subparsers._group_actions:
        assert all(not parser.allow_abbrev for parser in action.choices.values())


def test_the_command_line_starts_without_anything_heavy():
    heavy = "torch timm cv2 scipy PIL matplotlib jinja2 skimage PySide6"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, app.cli.main; print([m for m in {heavy.split()} if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_the_module_can_be_run(discern):
    done = discern("--version")
    assert (done.status, done.err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_the_output_is_said_in_words(discern_home):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app", "models", "list"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "The result could not be written to the output: No space left on device." in done.stderr
    assert "unexpected" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_with_control_characters_reaches_no_terminal(discern_home, monkeypatch, capsys):
    left = Path("/cards/\x1b]0;evil\x07\nphoto.jpg")
    monkeypatch.setattr("app.cli.main.noted_in", lambda folder: nullcontext([left]))
    main(["models", "list"])
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\\x1b]0;evil\\x07\\nphoto.jpg in hand" in said
