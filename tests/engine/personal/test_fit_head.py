import numpy as np
import pytest
import torch

from engine.measures.correlation import rmse
from engine.personal.fit_head import TooFewLabels, fit_head, straight_line
from engine.personal.head_shape import HEAD_KINDS, HeadShape


def made_up(num_photos, *, seed=0, num_features=12):
    """Features, the last being the model's score, which is noise."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(num_photos, num_features + 1)).astype(np.float32)
    features[:, -1] = 50 + 10 * features[:, -1]
    return features


def line(features):
    return 50 + 8 * features[:, 0].astype(float) - 4 * features[:, 3]


def curve(features):
    return 50 + 12 * np.abs(features[:, 0].astype(float)) + 6 * features[:, 1] ** 2


def error(kind, target, num_labels=240):
    learnt, judged = made_up(num_labels), made_up(400, seed=1)
    head = fit_head(learnt, target(learnt), kind=kind)
    return rmse(head.predict(judged), target(judged))


@pytest.mark.parametrize("kind", ["svr", "mlp", "taylor_kan"])
def test_heads_that_bend_beat_ridge_on_a_bent_target(kind):
    assert error(kind, curve) < 0.8 * error("ridge", curve)


def test_a_head_that_bends_comes_near_ridge_on_a_straight_target():
    spread = np.std(line(made_up(400, seed=1)))
    assert error("ridge", line) < 0.02 * spread
    assert error("taylor_kan", line) < 0.25 * spread


@pytest.mark.parametrize("kind", HEAD_KINDS)
def test_a_head_knows_nothing_of_the_photos_that_it_is_asked_about(kind):
    learnt, asked = made_up(40), made_up(8, seed=1)
    other = asked.copy()
    other[4:] = 1000.0
    head = fit_head(learnt, line(learnt), kind=kind)
    assert head.predict(asked)[:4] == pytest.approx(head.predict(other)[:4], abs=1e-3)


@pytest.mark.parametrize("kind", HEAD_KINDS)
def test_one_seed_gives_one_head(kind):
    learnt = made_up(30)
    first, second = (fit_head(learnt, line(learnt), kind=kind, seed=3) for _ in range(2))
    assert first.predict(learnt).tolist() == second.predict(learnt).tolist()


def test_fitting_leaves_the_generator_of_the_program_alone():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    fit_head(made_up(30), line(made_up(30)), kind="mlp")
    assert torch.equal(before, torch.get_rng_state())


def test_support_vectors_score_as_scikit_learn_does():
    from sklearn.svm import SVR

    learnt, asked = made_up(50), made_up(20, seed=1)
    scores = curve(learnt)
    module = fit_head(learnt, scores, kind="svr").module
    parts = [torch.from_numpy(part) for part in (learnt, asked)]
    inputs, asked_inputs = (
        module.inputs(part[:, :-1], part[:, -1]).double().numpy() for part in parts
    )
    intercept, slope = straight_line(learnt[:, -1].astype(float), scores)
    left = (scores - intercept - slope * learnt[:, -1]) / module.size.item()
    machine = SVR(C=3.0, epsilon=0.1, gamma=0.3 / inputs.shape[1]).fit(inputs, left)
    wanted = intercept + slope * asked[:, -1] + module.size.item() * machine.predict(asked_inputs)
    with torch.no_grad():
        found = module(parts[1][:, :-1], parts[1][:, -1]).numpy()
    assert found == pytest.approx(wanted, abs=0.05)


@pytest.mark.parametrize("kind", HEAD_KINDS)
def test_a_feature_that_never_differs_counts_for_nothing(kind):
    learnt = made_up(40)
    learnt[:, 2] = 7.0
    head = fit_head(learnt, line(learnt), kind=kind)
    other = learnt.copy()
    other[:, 2] = -3000.0
    assert head.predict(other) == pytest.approx(head.predict(learnt), abs=1e-3)


def test_labels_that_nothing_can_be_learned_from_are_refused():
    with pytest.raises(TooFewLabels, match="There is 1 label; a model of your own needs at"):
        fit_head(made_up(1), [50.0])
    with pytest.raises(TooFewLabels, match="There are 4 labels"):
        fit_head(made_up(4), [10.0, 20.0, 30.0, 40.0])
    with pytest.raises(TooFewLabels, match="All 6 labels are alike"):
        fit_head(made_up(6), [40.0] * 6)
    with pytest.raises(ValueError, match="must be finite"):
        fit_head(made_up(6), [1.0, 2.0, 3.0, 4.0, 5.0, float("nan")])
    with pytest.raises(ValueError, match="do not go with 5 scores"):
        fit_head(made_up(6), [1.0, 2.0, 3.0, 4.0, 5.0])


def test_a_model_that_ranks_the_wrong_way_round_gets_a_level_line():
    model = np.array([10.0, 20.0, 30.0])
    assert straight_line(model, np.array([70.0, 50.0, 30.0])) == (50.0, 0.0)
    assert straight_line(np.full(3, 10.0), np.array([70.0, 50.0, 30.0])) == (50.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "forest"}, "The head is 'forest'"),
        ({"kind": "svr", "num_components": 3}, "needs num_vectors of 1 or more"),
        ({"kind": "taylor_kan", "num_components": 3}, "needs degree of 1 or more"),
        ({"kind": "mlp", "num_components": -1}, "A size of the head is -1"),
        (
            {"kind": "mlp", "num_components": 3, "hidden": [10**9]},
            "A size of the head is 1000000000",
        ),
    ],
)
def test_a_shape_that_is_none_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        HeadShape(**{"num_features": 8, **changes})
