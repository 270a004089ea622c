from pathlib import Path

import pytest

from app.cli.main import main
from app.cli.named_photos import find_named_photos
from app.errors import WrongUse
from engine.scorer import Scorer


@pytest.fixture
def no_model(monkeypatch):
    """Opening a model would be noticed."""
    monkeypatch.setattr(Scorer, "open", None)


@pytest.mark.parametrize("command", ["rate", "gmad"])
def test_a_folder_that_does_not_exist_is_told_before_a_model_is_loaded(
    no_model, command, photo_folder, tmp_path, capfd
):
    arguments = ["--models", "a", "b"] if command == "gmad" else []
    status = main([command, str(tmp_path / "holiday"), str(photo_folder), *arguments])
    assert status == 2
    assert f"There is no folder or file {tmp_path / 'holiday'}." in capfd.readouterr().err


def test_a_photo_that_does_not_exist_is_told_before_a_model_is_loaded(no_model, tmp_path, capfd):
    assert main(["explain", str(tmp_path / "gone.jpg")]) == 1
    assert "gone.jpg: There is no such file." in capfd.readouterr().err


def test_a_missing_photo_among_others_stays_to_be_told_of(photo_folder):
    missing = photo_folder / "missing.jpg"
    assert missing in find_named_photos([photo_folder, missing])


def test_many_names_without_a_photo_are_not_all_listed(tmp_path):
    folders = [tmp_path / name for name in "abcde"]
    for folder in folders:
        folder.mkdir()
    with pytest.raises(WrongUse, match=r"no photos in .*a, .*b, .*c and 2 more\."):
        find_named_photos(folders)


def test_a_name_that_is_only_a_suffix_away_is_told_too():
    with pytest.raises(WrongUse, match=r"There is no folder or file notes\.txt\."):
        find_named_photos([Path("notes.txt")])
