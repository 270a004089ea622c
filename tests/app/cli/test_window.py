import sys

import pytest

from app import places
from app.cli.main import main
from app.window import main as window_main


@pytest.fixture
def requests(monkeypatch):
    """What the window was asked to show; nothing is shown."""
    asked = []

    def show(request):
        asked.append(request)
        return 0

    monkeypatch.setattr(window_main, "run_window", show)
    return asked


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.setattr("app.places.has_display", lambda: False)


@pytest.mark.usefixtures("no_display")
def test_without_a_display_it_says_how_to_rate_in_the_terminal(capsys):
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "no display here" in err
    assert "discern rate FOLDER" in err


@pytest.mark.usefixtures("no_display")
def test_a_folder_instead_of_a_command_is_put_into_the_advice(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert f"discern rate {tmp_path}" in capsys.readouterr().err


def test_the_window_opens_without_a_folder(requests):
    assert main([]) == 0
    assert requests[0].folder is None


def test_the_window_opens_on_a_folder(requests, tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["photos"]) == 0
    assert requests[0].folder == tmp_path / "photos"


def test_a_photo_is_shown_among_those_beside_it(requests, photo_folder):
    assert main([str(photo_folder / "photo0.jpg")]) == 0
    assert requests[0].folder == photo_folder


def test_only_one_folder_can_be_opened(requests, tmp_path, capsys):
    assert main([str(tmp_path), str(tmp_path)]) == 2
    assert "Name only one" in capsys.readouterr().err
    assert requests == []


def test_the_demo_opens_in_the_window(requests, tiny_model, tmp_path):
    arguments = ["--folder", str(tmp_path / "here"), "--model", str(tiny_model), "--crops", "3"]
    assert main(["demo", *arguments]) == 0
    (request,) = requests
    assert request.demo_folder == tmp_path / "here"
    assert (request.model, request.num_crops) == (str(tiny_model), 3)


def test_the_demo_goes_where_the_data_is(requests):
    assert main(["demo"]) == 0
    assert requests[0].demo_folder == places.demo()


def test_a_missing_library_of_the_system_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "app.window.main", None)
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "a library is missing" in err
    assert "discern rate FOLDER" in err
