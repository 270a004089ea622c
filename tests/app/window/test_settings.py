from pathlib import Path

import pytest

from app.window.settings import Settings, SettingsStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.ini"


def test_choices_are_kept_and_told(qtbot, path):
    store = SettingsStore(path)
    with qtbot.waitSignal(store.changed) as told:
        store.change(theme="dark", overlay_opacity_percent=40)
    assert told.args[0].theme == "dark"
    store.flush()
    again = SettingsStore(path).current
    assert (again.theme, again.overlay_opacity_percent) == ("dark", 40)


def test_no_sidecars_are_written_until_somebody_says_so(qtbot, path):
    store = SettingsStore(path)
    assert store.current.sidecar_style == "undecided"
    store.change(sidecar_style="appended")
    store.flush()
    assert SettingsStore(path).current.sidecar_style == "appended"


def test_a_choice_of_sidecars_from_before_there_was_a_question_is_kept(qtbot, path):
    path.write_text('[General]\nsidecar_style="\\"replaced\\""\n', encoding="utf-8")
    assert SettingsStore(path).current.sidecar_style == "replaced"


def test_nothing_is_told_when_nothing_changes(qtbot, path):
    store = SettingsStore(path)
    with qtbot.assertNotEmitted(store.changed):
        store.change(theme="system")


def test_folders_opened_lately_come_newest_first_and_once():
    settings = Settings()
    for name in ("a", "b", "a", *map(str, range(12))):
        settings = settings.with_recent_folder(Path(name))
    assert settings.recent_folders[:2] == ("11", "10")
    assert len(settings.recent_folders) == 10


def test_folder_names_of_any_kind_survive(qtbot, path):
    name = '/photos/ü, "x" = y; 100 % été\\z'
    store = SettingsStore(path)
    store.change(recent_folders=(name,))
    store.flush()
    assert SettingsStore(path).current.recent_folders == (name,)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"theme": "pink"}, "theme is 'pink'"),
        ({"overlay_opacity_percent": 101}, "overlay_opacity_percent is 101"),
        ({"sidecar_style": "both"}, "sidecar_style is 'both'"),
        ({"overlay_side": "both"}, "overlay_side is 'both'"),
        ({"thumbnail_size_px": 5}, "thumbnail_size_px is 5"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(values, said):
    with pytest.raises(ValueError, match=said):
        Settings(**values)


def test_a_damaged_file_costs_only_what_is_damaged(qtbot, path, expected_logs):
    path.write_text(
        '[General]\ntheme="\\"dark\\""\nshows_overlay=maybe\noverlay_opacity_percent=400\n'
        "overlay_side=7\n",
        encoding="utf-8",
    )
    settings = SettingsStore(path).current
    assert settings.theme == "dark"
    assert settings.shows_overlay
    assert settings.overlay_opacity_percent == 85
    assert len(expected_logs) == 3


def test_a_file_that_cannot_be_written_is_said_in_the_log(qtbot, tmp_path, expected_logs):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    store = SettingsStore(tmp_path / "blocked" / "settings.ini")
    store.change(theme="light")
    store.flush()
    assert "could not be written" in expected_logs[0].getMessage()


def test_a_file_of_junk_is_set_aside_and_choices_are_kept_again(tmp_path, expected_logs):
    path = tmp_path / "settings.ini"
    path.write_bytes(b"no settings\n" * 9)
    store = SettingsStore(path)
    assert store.current == Settings()
    store.change(theme="dark")
    store.flush()
    assert SettingsStore(path).current.theme == "dark"
    assert (tmp_path / "settings.damaged.ini").read_bytes() == b"no settings\n" * 9
    assert "set aside" in expected_logs[0].getMessage()
