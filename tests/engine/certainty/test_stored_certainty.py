import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
from safetensors import safe_open

from engine.certainty.stored_certainty import read_certainty
from engine.errors import ModelFileError
from engine.networks.model_file import open_model, read_card, save_model
from engine.networks.model_header import identify_model
from engine.scorer import Scorer
from tests.engine.certainty.made_up_errors import certainty_of

GOLDEN = Path(__file__).parents[2] / "golden"
_NUM_FEATURES = 3 * 64 + 64  # QUA and CLS, mean and deviation of the patches of the tiny student


@pytest.fixture
def sure_model(tmp_path, make_student, make_card):
    network = make_student()
    path = tmp_path / "sure.safetensors"
    save_model(
        path, network, make_card(network), certainty=certainty_of(num_features=_NUM_FEATURES)
    )
    return path


def rewritten(source, target, *, change=lambda entry: None, drop=()):
    with safe_open(source, "pt") as file:
        card = json.loads(file.metadata()["discern"])
        tensors = {name: file.get_tensor(name) for name in file.keys() if name not in drop}  # noqa: SIM118
    change(card["certainty"])
    safetensors.torch.save_file(tensors, target, {"discern": json.dumps(card)})
    return target


def test_what_is_stored_gives_the_same_intervals(sure_model):
    stored, made = read_certainty(sure_model), certainty_of(num_features=_NUM_FEATURES)
    features = np.random.default_rng(1).normal(size=(20, _NUM_FEATURES))
    scores = np.linspace(0, 100, 20)
    np.testing.assert_allclose(
        stored.points(features, scores), made.points(features, scores), atol=0.01
    )
    assert stored.usual == made.usual
    assert (stored.basis, stored.num_errors, stored.num_sources) == ("sources", 800, 2)


def test_the_network_of_the_file_is_the_same_with_it(sure_model, tiny_model):
    sure, plain = (open_model(path)[0].state_dict() for path in (sure_model, tiny_model))
    assert all((sure[name] == value).all() for name, value in plain.items())
    assert read_certainty(tiny_model) is None


def test_scores_are_the_same_and_gain_an_interval(sure_model, tiny_model, odd_sizes):
    sure, plain = (
        Scorer.open(path, device="cpu").score(odd_sizes) for path in (sure_model, tiny_model)
    )
    for one, other in zip(sure, plain, strict=True):
        assert one.crop_scores == other.crop_scores
        assert one.familiarity is not None
        assert one.uncertainty > 0
        assert other.familiarity is None
        assert other.uncertainty == pytest.approx(np.std(other.crop_scores))


def test_intervals_are_remembered_under_an_id_of_their_own(sure_model, tiny_model, tmp_path):
    wider = rewritten(
        sure_model, tmp_path / "wider.safetensors", change=lambda entry: entry.update(one=99.0)
    )
    ids = {identify_model(path).scored_as for path in (sure_model, tiny_model, wider)}
    assert len(ids) == 3


def test_a_model_stored_anew_without_it_says_nothing_of_it(sure_model, tmp_path):
    network, card = open_model(sure_model)
    assert card.certainty is not None
    save_model(tmp_path / "anew.safetensors", network, card)
    assert read_certainty(tmp_path / "anew.safetensors") is None
    assert read_card(tmp_path / "anew.safetensors").certainty is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda entry: entry.update(version=2), "has version 2, .* Update Discern"),
        (lambda entry: entry.update(basis="guess"), "its basis is 'guess'"),
        (lambda entry: entry.update(one=-1.0), "one is -1.0; it must be above 0"),
        (lambda entry: entry.update(one=float("inf")), "it must be above 0"),
        (lambda entry: entry.pop("beside"), "'beside' is missing"),
        (lambda entry: entry.update(usual_low=[1.0]), "its facts"),
        (lambda entry: entry.update(usual_low=None), "can't be read"),
    ],
)
def test_an_entry_that_lies_is_refused(sure_model, tmp_path, change, says):
    path = rewritten(sure_model, tmp_path / "lie.safetensors", change=change)
    with pytest.raises(ModelFileError, match=says):
        read_certainty(path)


@pytest.mark.parametrize("name", ["middle", "axes", "slopes"])
def test_missing_tensors_are_refused(sure_model, tmp_path, name):
    path = rewritten(sure_model, tmp_path / "m.safetensors", drop=(f"certainty.{name}",))
    with pytest.raises(ModelFileError, match=f"certainty.{name}' is missing"):
        read_certainty(path)


def test_the_golden_file_of_format_4_opens_for_ever():
    expected = json.loads((GOLDEN / "model_v4.json").read_text(encoding="utf-8"))
    path = GOLDEN / "model_v4.safetensors"
    certainty = read_certainty(path)
    features = np.sin(np.arange(3 * _NUM_FEATURES) * 0.37).reshape(3, -1)
    points = certainty.points(features * np.array([[0.5], [1.0], [9.0]]), np.array([20.0, 50, 90]))
    assert points.tolist() == pytest.approx(expected["points"], abs=0.01)
    assert json.loads(json.dumps(read_card(path).to_json())) == expected["card"]


def test_files_of_older_programs_score_as_ever(tmp_path, odd_sizes):
    path = shutil.copyfile(GOLDEN / "model_v3.safetensors", tmp_path / "m.safetensors")
    found = Scorer.open(path, device="cpu").score(odd_sizes[:1])[0]
    assert found.familiarity is None
    assert found.uncertainty == pytest.approx(np.std(found.crop_scores))
