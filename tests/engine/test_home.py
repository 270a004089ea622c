from engine.home import HOME_VARIABLE, data_folder, models_folder
from engine.networks.model_finder import find_model
from engine.scorer import Scorer


def test_the_users_models_are_in_the_chosen_home(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert models_folder() == tmp_path / "home" / "data" / "models"
    monkeypatch.delenv(HOME_VARIABLE)
    assert models_folder() == data_folder() / "models"
    assert not data_folder().is_relative_to(tmp_path)


def test_a_scorer_finds_the_users_model_by_name(tiny_model):
    models_folder().mkdir(parents=True)
    own = models_folder() / "mine.safetensors"
    own.write_bytes(tiny_model.read_bytes())

    assert Scorer.open("mine", device="cpu").model_name == "tiny"
    assert find_model("mine", models_folder()) == own
