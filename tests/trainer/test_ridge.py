import numpy as np
import pytest
from sklearn.linear_model import Ridge

from trainer.ridge import ridge


@pytest.mark.parametrize("penalty", [0.1, 30.0, 5000.0])
def test_it_is_scikit_learns_ridge(penalty):
    rng = np.random.default_rng(0)
    features, target = rng.normal(3.0, 2.0, (80, 12)), rng.normal(50.0, 10.0, 80)
    fit = ridge(features, target, penalty=penalty)
    oracle = Ridge(alpha=penalty).fit(features, target)
    assert fit.weight_F == pytest.approx(oracle.coef_, abs=1e-9)
    assert fit.intercept == pytest.approx(oracle.intercept_, abs=1e-9)
    assert fit.predict(features) == pytest.approx(oracle.predict(features), abs=1e-8)


def test_more_features_than_photos_are_no_problem():
    rng = np.random.default_rng(1)
    features, target = rng.normal(size=(10, 40)), rng.normal(size=10)
    fit = ridge(features, target, penalty=1e-6)
    assert fit.predict(features) == pytest.approx(target, abs=1e-4)
