import re
import shutil

import pytest

from app.cli.main import main
from engine.networks.model_finder import default_model
from engine.networks.model_library import list_models


@pytest.fixture
def models(capsys):
    """Runs `discern models` in this process; gives (status, stdout, stderr)."""

    def run(*arguments):
        status = main(["models", *map(str, arguments)])
        return (status, *capsys.readouterr())

    return run


def test_a_model_comes_in_is_listed_shown_used_and_goes_out(
    models, tiny_model, tmp_path, photo_folder, discern_home, capsys
):
    status, _, err = models("import", tiny_model)
    assert status == 0
    assert "discern rate --model tiny" in err
    assert (discern_home / "data" / "models" / "tiny.safetensors").is_file()

    status, out, _ = models("list")
    assert status == 0
    (line,) = (line for line in out.splitlines() if line.split()[:1] == ["tiny"])
    assert "csiqa student, test_vit" in line
    assert "0.871 [0.850, 0.890]" in line
    assert line.endswith("yours")

    status, out, _ = models("show", "tiny")
    assert status == 0
    for words in (
        "trained on    made-up photos, 12 photos",
        "labels        1 to 5, higher is better",
        "made          2026-01-31 by discern 0.1.0",
        "On its own test part of 7 photos, with 95 % intervals, RMSE in label units:",
        "SRCC               0.871 [0.850, 0.890]",
        "Nothing was trained: the weights are random.",
    ):
        assert words in out
    assert (
        max(len(line) for line in out.splitlines() if "SHA" not in line and "/" not in line) <= 100
    )

    assert main(["rate", "--model", "tiny", str(photo_folder)]) == 0
    capsys.readouterr()

    status, out, _ = models("export", "tiny", tmp_path / "out.safetensors")
    assert (status, out) == (0, f"{tmp_path / 'out.safetensors'}\n")
    assert (tmp_path / "out.safetensors").read_bytes() == tiny_model.read_bytes()

    status, _, err = models("remove", "tiny")
    assert (status, err) == (0, "tiny was removed.\n")
    assert models("show", "tiny")[0] == 2


def test_a_bundled_model_that_was_exported_is_in_the_library_already(models, tmp_path):
    bundled = default_model().stem
    models("export", bundled, tmp_path / "copy.safetensors")
    status, _, err = models("import", tmp_path / "copy.safetensors")
    assert status == 0
    assert f"{bundled} is in the library already." in err
    status, _, err = models("import", tmp_path / "copy.safetensors", "--name", "mine")
    assert (status, err.split(".")[0]) == (0, "mine is in the library")
    assert "mine" in models("list")[1]


def test_another_model_of_the_same_name_comes_in_under_another(models, tiny_model, tiny_rivals):
    assert models("import", tiny_model)[0] == 0
    status, _, err = models("import", tiny_rivals[0], "--name", "tiny")
    assert status == 2
    assert "There is another model called tiny already" in err
    assert "--name NAME" in err
    assert models("import", tiny_rivals[0], "--name", "tiny-2")[0] == 0


def test_the_examples_of_the_help_name_models_that_there_are(capsys):
    with pytest.raises(SystemExit):
        main(["models", "--help"])
    named = re.findall(r"discern models show (\S+)", capsys.readouterr().out)
    assert named
    assert set(named) <= {entry.name for entry in list_models()}


def test_a_card_names_what_finds_defects_and_its_start(models):
    status, out, _ = models("show", "csiqa-vit-tiny-biq2021")
    assert status == 0
    assert "began with    not recorded" in out
    assert "defects       found by defects-lite0-biq2021, as for every model" in out


def test_a_file_can_be_shown_without_importing_it(models, tiny_model):
    status, out, _ = models("show", tiny_model)
    assert status == 0
    assert str(tiny_model) in out


def test_a_model_is_exported_into_a_folder_under_its_own_name(models, tiny_model, tmp_path):
    models("import", tiny_model)
    assert models("export", "tiny", tmp_path)[0] == 0
    assert (tmp_path / "tiny.safetensors").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["import", "weights.pth"], "weights.pth is not a .safetensors file. Models in other"),
        (["import", "missing.safetensors"], "There is no model file at missing.safetensors"),
        (["show", "nothing"], "There is no model nothing"),
        (["export", "nothing", "x.safetensors"], "There is no model nothing"),
        (["export", "tiny", "x.bin"], "Model files end in .safetensors: x.safetensors"),
        (["export", "tiny", "no/where.safetensors"], "could not be written"),
        (["remove", "nothing"], "There is no model nothing"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(models, tiny_model, arguments, sentence):
    models("import", tiny_model)
    status, out, err = models(*arguments)
    assert (status, out) == (2, "")
    assert sentence in err


def test_an_existing_file_is_not_replaced(models, tiny_model, tmp_path):
    models("import", tiny_model)
    (tmp_path / "mine.safetensors").write_bytes(b"mine")
    status, _, err = models("export", "tiny", tmp_path / "mine.safetensors")
    assert status == 2
    assert "exists already and is not replaced" in err
    assert (tmp_path / "mine.safetensors").read_bytes() == b"mine"


def test_a_broken_model_is_listed_with_what_is_wrong(models, tiny_model, discern_home):
    folder = discern_home / "data" / "models"
    folder.mkdir(parents=True)
    shutil.copy(tiny_model, folder / "fine.safetensors")
    (folder / "broken.safetensors").write_bytes(b"cut short")
    status, out, _ = models("list")
    assert status == 0
    assert "can't be read" in out
    assert "broken can't be used: " in out
