"""The models of rating distributions there are, by their names."""

from engine.errors import UnusableRatings
from engine.ratings.gsd import GeneralisedScore
from engine.ratings.maximum_entropy import MaximumEntropy
from engine.ratings.quantised import BETA, KUMARASWAMY, LOGISTIC, LOGIT_LOGISTIC, NORMAL
from engine.ratings.rating_model import RatingModel

RATING_MODELS: tuple[RatingModel, ...] = (
    NORMAL,
    LOGISTIC,
    BETA,
    KUMARASWAMY,
    LOGIT_LOGISTIC,
    MaximumEntropy(),
    GeneralisedScore(),
)


def rating_model(name: str) -> RatingModel:
    """The model of that name. Raises UnusableRatings with the names there are.

    >>> from engine.ratings.models import rating_model
    >>> rating_model("beta").parameter_names
    ('a', 'b')
    """
    for model in RATING_MODELS:
        if model.name == name:
            return model
    names = ", ".join(model.name for model in RATING_MODELS)
    raise UnusableRatings(f"There is no rating model called {name!r}. Choose one of: {names}.")
