"""Photos in a plane, alike ones beside each other (t-SNE, van der Maaten and Hinton, 2008)."""

# N photos, D features

import numpy as np
import numpy.typing as npt

from engine.errors import UndefinedMeasure

FEWEST_PHOTOS = 5
_PERPLEXITY = 30.0


def lay_out(features_ND: npt.ArrayLike, *, seed: int = 0) -> npt.NDArray[np.float64]:
    """Places (N, 2) from 0 to 1 in both directions, the same for the same features and seed.

    Only who is beside whom means something; directions, distances between groups and sizes do
    not. Raises UndefinedMeasure below five photos.

    >>> import numpy as np
    >>> from engine.explain.photo_layout import lay_out
    >>> features = np.array([[0, 0], [0, 1], [1, 0], [50, 50], [50, 51], [51, 50]])  # two groups
    >>> places = lay_out(features)
    >>> places.shape, places.min(axis=0).tolist(), places.max(axis=0).tolist()
    ((6, 2), [0.0, 0.0], [1.0, 1.0])
    """
    # Here, because scikit-learn takes a second to load.
    from sklearn.manifold import TSNE

    features = np.asarray(features_ND, dtype=np.float64)
    if len(features) < FEWEST_PHOTOS:
        raise UndefinedMeasure(
            f"A map needs at least {FEWEST_PHOTOS} photos; there are {len(features)}."
        )
    spread_D = features.std(axis=0)
    scaled = (features - features.mean(axis=0)) / np.where(spread_D > 1e-9, spread_D, 1.0)
    embedding = TSNE(
        n_components=2,
        perplexity=min(_PERPLEXITY, (len(features) - 1) / 3),
        init="pca",
        learning_rate="auto",
        random_state=seed,
    )
    places_N2 = np.asarray(embedding.fit_transform(scaled), dtype=np.float64)
    low_2, high_2 = places_N2.min(axis=0), places_N2.max(axis=0)
    result: npt.NDArray[np.float64] = (places_N2 - low_2) / np.maximum(high_2 - low_2, 1e-9)
    return result
