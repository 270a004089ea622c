"""The paper's settings for its data sets, and the example TOMLs."""

from pathlib import Path

import pytest

from engine.networks.model_file import read_card
from engine.networks.model_finder import find_model
from trainer.checked_values import ConfigError
from trainer.config import RunConfig
from trainer.labels.read_labels import read_labels
from trainer.presets import OWN, PRESETS, with_preset

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("*.toml"))

# Table 6: long side, short side, batch
TABLE_6 = {
    "live": (512, 384, 12),
    "csiq": (512, 512, 12),
    "tid2013": (512, 384, 48),
    "kadid10k": (512, 384, 128),
    "livec": (640, 500, 16),
    "koniq10k": (512, 384, 128),
    "livefb": (512, 512, 128),
    "spaq": (512, 384, 128),
}


def config_of(tmp_path: Path, text: str) -> RunConfig:
    toml = tmp_path / "run.toml"
    toml.write_text(text, encoding="utf-8")
    return RunConfig.from_toml(toml)


@pytest.mark.parametrize("name", TABLE_6)
def test_a_preset_is_the_row_of_table_6_and_the_recipe_of_the_paper(tmp_path, name):
    config = config_of(tmp_path, f'preset = "{name}"\n[labels]\nsource = "set"\n')
    photos, student = config.photos, config.student
    assert (photos.long_side_px, photos.short_side_px, student.batch_size) == TABLE_6[name]
    assert config.teacher.batch_size == student.batch_size
    assert config.labels.kind == name
    assert (student.epochs, student.learning_rate, photos.crops_per_photo) == (9, 2e-4, 10)
    assert (student.schedule, student.step_epochs) == ("step", 3)


def test_there_is_a_preset_for_each_row_and_no_other():
    assert set(PRESETS) == set(TABLE_6)


def test_our_own_preset_has_the_losses_of_the_bundled_student(tmp_path):
    config = config_of(tmp_path, f'preset = "{OWN}"\nname = "a"\n[labels]\nsource = "set"\n')
    bundled = read_card(find_model("csiqa-vit-tiny-biq2021")).settings["student"]
    for name in ("regression", "embedding", "centred", "temperature", "ladder_weight"):
        assert getattr(config.student, name) == bundled[name], name
    assert config.student.contrast_weight == bundled["contrast_weight"]
    paper = config_of(tmp_path, 'name = "a"\n[labels]\nsource = "set"\n')
    assert (config.photos, config.teacher) == (paper.photos, paper.teacher)


def test_what_the_toml_says_goes_before_the_preset(tmp_path):
    config = config_of(
        tmp_path,
        'preset = "spaq"\nname = "mine"\n[labels]\nsource = "set"\n[student]\nepochs = 2\n',
    )
    assert config.name == "mine"
    assert (config.student.epochs, config.student.batch_size) == (2, 128)


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"no preset 'konik10k'. Did you mean koniq10k\?"):
        with_preset({"preset": "konik10k"})


@pytest.mark.parametrize("name", [["spaq"], {"spaq": 1}, 3, True])
def test_a_preset_that_is_no_name_is_refused(name):
    with pytest.raises(ConfigError, match="There is no preset"):
        with_preset({"preset": name})


def test_every_preset_is_a_kind_of_labels_that_can_be_read(tmp_path):
    for name in PRESETS:
        with pytest.raises(Exception, match=r"\S") as caught:
            read_labels(tmp_path, kind=name)
        assert "kind" not in str(caught.value).lower().split()


@pytest.mark.parametrize("toml", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_a_run_that_can_be_read(toml):
    assert RunConfig.from_toml(toml).labels.source


def test_there_are_examples():
    assert len(EXAMPLES) >= 2
