from pathlib import Path

import pytest

from app import places
from engine.home import HOME_VARIABLE


def test_one_variable_moves_everything_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    for place in (
        places.data(),
        places.cache(),
        places.logs(),
        places.models(),
        places.catalog(),
        places.demo(),
        places.log_file(),
    ):
        assert place.is_relative_to(tmp_path / "home")


def test_a_relative_home_does_not_change_with_the_folder_one_stands_in(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, "here")
    assert places.data() == tmp_path / "here" / "data"


def test_without_the_variable_the_system_says_where(monkeypatch):
    monkeypatch.delenv(HOME_VARIABLE)
    assert "discern" in str(places.data())
    assert places.data().is_absolute()
    assert places.data() != places.cache()


def test_asking_for_a_place_does_not_make_it(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    places.catalog()
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("platform", "variables", "has_display"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
    ],
)
def test_a_display_is_looked_for_where_it_can_be_missing(
    monkeypatch, platform, variables, has_display
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert places.has_display() is has_display


def test_the_home_may_begin_with_a_tilde(monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, "~/somewhere")
    assert places.data() == Path.home() / "somewhere" / "data"
