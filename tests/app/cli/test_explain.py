import numpy as np
import pytest
from PIL import Image

from app.cli.main import main


@pytest.fixture
def explain(tiny_model, capsys):
    """Runs `discern explain` in this process; gives (status, stdout, stderr)."""

    def run(*arguments):
        status = main(["explain", "--model", str(tiny_model), *map(str, arguments)])
        return (status, *capsys.readouterr())

    return run


def test_a_png_is_written_and_named(explain, photo_folder, tmp_path):
    output = tmp_path / "why.png"
    status, out, _ = explain(photo_folder / "photo0.jpg", "-o", output)
    assert (status, out) == (0, f"{output}\n")
    with Image.open(output) as picture:
        assert picture.format == "PNG"
        assert picture.width > 3 * 300


def test_by_default_it_is_written_to_the_folder_one_stands_in(
    explain, photo_folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    status, out, _ = explain(photo_folder / "photo0.jpg")
    assert (status, out) == (0, "photo0-explained.png\n")
    assert (tmp_path / "photo0-explained.png").is_file()


def test_the_same_photo_gives_the_same_picture(explain, photo_folder, tmp_path):
    for name in ("one.png", "two.png"):
        explain(photo_folder / "photo3.jpg", "-o", tmp_path / name)
    with Image.open(tmp_path / "one.png") as one, Image.open(tmp_path / "two.png") as two:
        np.testing.assert_array_equal(np.asarray(one), np.asarray(two))


def test_an_unreadable_photo_is_named_with_the_reason(explain, tmp_path):
    (tmp_path / "empty.jpg").touch()
    status, out, err = explain(tmp_path / "empty.jpg", "-o", tmp_path / "why.png")
    assert (status, out) == (1, "")
    assert "empty.jpg: " in err
    assert not (tmp_path / "why.png").exists()


def test_the_photo_itself_is_never_written_to(explain, tmp_path):
    Image.new("RGB", (300, 300)).save(tmp_path / "photo.png")
    before = (tmp_path / "photo.png").read_bytes()
    status, _, err = explain(tmp_path / "photo.png", "-o", tmp_path / "photo.png")
    assert status == 2
    assert "is the photo itself, which is never changed" in err
    assert (tmp_path / "photo.png").read_bytes() == before


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("why.jpg", "The picture is a PNG; give it a name like why.png"),
        ("no/folder/why.png", "could not be written: No such file"),
    ],
)
def test_an_output_that_cannot_be_is_a_sentence(explain, photo_folder, output, sentence):
    status, _, err = explain(photo_folder / "photo0.jpg", "-o", output)
    assert status == 2
    assert sentence in err


def test_a_folder_is_answered_with_the_command_for_folders(explain, photo_folder):
    status, _, err = explain(photo_folder)
    assert status == 2
    assert f"discern rate {photo_folder} --overlays DIR" in err
