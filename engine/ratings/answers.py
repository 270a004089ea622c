"""What a person wants to know of a distribution: how many would call the photo good."""

# N photos, K = 5 categories

from engine.ratings.counts import CATEGORIES_K, FloatArray

GOOD = 4


def share_at_least(pmf_NK: FloatArray, rating: int = GOOD) -> FloatArray:
    """The share of people who would give at least this rating (1 to 5), (N,).

    >>> import numpy as np
    >>> from engine.ratings.answers import share_at_least
    >>> share_at_least(np.array([[0.0, 0.125, 0.25, 0.5, 0.125]])).tolist()
    [0.625]
    """
    share_N: FloatArray = pmf_NK[:, rating <= CATEGORIES_K].sum(1)
    return share_N


def expected_rating(pmf_NK: FloatArray) -> FloatArray:
    """The mean rating, 1 to 5, (N,).

    >>> import numpy as np
    >>> from engine.ratings.answers import expected_rating
    >>> expected_rating(np.array([[0.0, 0.0, 0.5, 0.5, 0.0]])).tolist()
    [3.5]
    """
    mean_N: FloatArray = pmf_NK @ CATEGORIES_K
    return mean_N


def good_or_better_words(share: float) -> str:
    """A share of people as a sentence: tenths, and their ends with care.

    >>> from engine.ratings.answers import good_or_better_words
    >>> good_or_better_words(0.68)
    '7 of 10 would call it good or better.'
    >>> good_or_better_words(0.02), good_or_better_words(0.97)
    ('Hardly anyone would call it good or better.', 'Nearly all would call it good or better.')
    """
    tenths = round(10 * share)
    if tenths == 0:
        return "Hardly anyone would call it good or better."
    if tenths == 10:
        return "Nearly all would call it good or better."
    return f"{tenths} of 10 would call it good or better."
