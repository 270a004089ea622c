import numpy as np
import pytest

from engine.errors import UnusableRatings
from engine.ratings.fit import fit
from engine.ratings.held_out import cross_entropy, split_ratings
from engine.ratings.prior import best_weight, pooled, with_prior
from engine.ratings.quantised import LOGIT_LOGISTIC, NORMAL

CROWD = np.random.default_rng(1).multinomial(
    60, NORMAL.probabilities([[2.6, 0.7], [3.1, 0.7], [3.5, 0.7]] * 40)
)


def test_the_prior_is_the_spread_of_all_ratings():
    counts = [[2, 2, 0, 0, 0], [0, 0, 0, 4, 8]]
    assert pooled(counts).tolist() == [2 / 16, 2 / 16, 0, 4 / 16, 8 / 16]
    np.testing.assert_allclose(with_prior(counts, weight=16) - counts, [[2, 2, 0, 4, 8]] * 2)


def test_no_weight_leaves_the_counts_alone():
    assert (with_prior(CROWD, weight=0) == CROWD).all()


@pytest.mark.parametrize("model", [NORMAL, LOGIT_LOGISTIC])
def test_with_few_ratings_the_prior_foretells_others_better(model):
    kept, rest = split_ratings(CROWD, 5, np.random.default_rng(0))
    plain = cross_entropy(fit(model, kept).pmf_NK, rest).mean()
    helped = cross_entropy(fit(model, with_prior(kept)).pmf_NK, rest).mean()
    assert helped < plain - 0.1


def test_photos_all_alike_want_more_prior_than_photos_that_differ():
    random = np.random.default_rng(3)
    alike = random.multinomial(6, [0.05, 0.2, 0.4, 0.3, 0.05], size=40)
    means = np.linspace(1.2, 4.8, 40)
    unlike = random.multinomial(6, NORMAL.probabilities(np.column_stack([means, 0.5 + 0 * means])))
    assert best_weight(NORMAL, alike) > best_weight(NORMAL, unlike)


def test_a_weight_can_be_chosen_only_with_a_second_rating():
    with pytest.raises(UnusableRatings, match="No photo has two ratings"):
        best_weight(NORMAL, np.eye(5))


def test_a_negative_weight_is_refused():
    with pytest.raises(UnusableRatings, match="-1 pseudo-ratings"):
        with_prior(CROWD, weight=-1)
