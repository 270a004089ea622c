"""The classical model: what scikit-learn fitted, in a file that can't carry code."""

import io
import json
import pickle

import numpy as np
import pytest
from PIL import Image, ImageFilter
from sklearn.svm import SVR

from engine.classical.classical_model import (
    fit_classical_model,
    open_classical_model,
    to_bytes,
)
from engine.classical.classical_scorer import ClassicalScorer, read_statistics
from engine.errors import ModelFileError


@pytest.fixture(scope="module")
def learnt():
    rng = np.random.default_rng(0)
    statistics = rng.normal(2, 3, (80, 36))
    statistics[:, 5] = 1.0  # a constant one must do no harm
    scores = np.clip(50 + 5 * (statistics[:, 0] - 2) - 3 * (statistics[:, 7] - 2), 0, 100)
    model = fit_classical_model(
        statistics, scores.tolist(), name="plain", trained_on="made up", label_sha256="ab"
    )
    return model, statistics, scores


def test_scores_are_those_of_scikit_learn(learnt):
    model, statistics, scores = learnt
    scaled = (statistics - model.mean_F) / model.spread_F
    machine = SVR(kernel="rbf", C=20, epsilon=2, gamma=1 / 36).fit(scaled, scores)
    expected = machine.predict(scaled).clip(0, 100)
    np.testing.assert_allclose(model.score(statistics), expected, atol=1e-9)
    assert np.corrcoef(model.score(statistics), scores)[0, 1] > 0.9


def test_everything_comes_back_from_the_file(learnt, tmp_path):
    model, statistics, _ = learnt
    path = tmp_path / "plain.npz"
    path.write_bytes(to_bytes(model))
    again, model_id = open_classical_model(path)
    assert model_id.startswith("plain@")
    assert (again.name, again.trained_on, again.num_photos) == ("plain", "made up", 80)
    np.testing.assert_array_equal(again.score(statistics), model.score(statistics))


def test_too_few_photos_are_refused(learnt):
    _, statistics, scores = learnt
    with pytest.raises(ModelFileError, match="at least 20"):
        fit_classical_model(
            statistics[:5], scores[:5].tolist(), name="x", trained_on="", label_sha256=""
        )


class Mischief:
    def __reduce__(self):
        return (print, ("a pickle was run",))


def rewritten(model, **changes):
    with np.load(io.BytesIO(to_bytes(model))) as archive:
        arrays = {name: archive[name] for name in archive.files}
    facts = json.loads(arrays["facts"].tobytes()) | changes.pop("facts", {})
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    arrays |= changes
    buffer = io.BytesIO()
    np.savez(buffer, **{name: value for name, value in arrays.items() if value is not None})
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda model: b"", "no classical model|damaged"),
        (lambda model: pickle.dumps(Mischief()), "no classical model"),
        (lambda model: to_bytes(model)[:-200], "no classical model"),
        (lambda model: rewritten(model, weights=None), "no classical model"),
        (lambda model: rewritten(model, mean=np.zeros(7)), "shape"),
        (lambda model: rewritten(model, spread=np.full(36, np.nan)), "not what belongs there"),
        (
            lambda model: rewritten(model, mean=np.array([Mischief()], dtype=object)),
            "no classical model",
        ),
        (lambda model: rewritten(model, facts={"format": "else"}), "something else"),
        (lambda model: rewritten(model, facts={"version": 2}), "another version"),
        (lambda model: rewritten(model, facts={"bias": None}), "no classical model"),
    ],
)
def test_files_that_lie_are_refused(learnt, tmp_path, capsys, make, message):
    path = tmp_path / "lying.npz"
    path.write_bytes(make(learnt[0]))
    with pytest.raises(ModelFileError, match=message):
        open_classical_model(path)
    with pytest.raises(ModelFileError, match="can't be read"):
        open_classical_model(tmp_path / "missing.npz")
    assert "a pickle was run" not in capsys.readouterr().out


def test_photos_are_scored_in_order_and_unreadable_ones_named(learnt, tmp_path):
    path = tmp_path / "plain.npz"
    path.write_bytes(to_bytes(learnt[0]))
    picture = Image.effect_noise((300, 200), 60)
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"{number}.png")
        picture.filter(ImageFilter.GaussianBlur(2 * number)).save(paths[-1])
    broken = tmp_path / "broken.jpg"
    broken.write_text("no photo")
    scorer = ClassicalScorer.open(path)
    scores = list(scorer.score_each([*paths, broken]))
    assert [one.path for one in scores] == [*paths, broken]
    assert scores[-1].score_0_100 is None
    assert scores[-1].error
    for one in scores[:3]:
        expected = learnt[0].score(read_statistics(one.path)[0][None])[0]
        assert one.score_0_100 == expected
        assert (one.width_px, one.height_px) == (300, 200)
    assert len(list(scorer.score_each(paths, should_stop=lambda: True))) == 1
