"""Ridge regression around a model's score, its penalty by restricted maximum likelihood.

Score = a + b * (the model's score) + w . x. All of w together are worth as much beforehand as the
model's score alone, so that features that say little leave the model's score on a line. It is a
Gaussian process with a linear kernel, solved in the space of the photos where they are fewer than
the features. Generalised cross-validation (Golub, Heath and Wahba, 1979) finds penalties as good
for many labels, but with 30 to 120 it now and then takes one that is far too small.
"""

# N photos with labels, M others, F features, C = F + 1 columns with the model's score, R = N - 1
# directions that the intercept leaves, K of them in which the columns differ

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PENALTIES = np.logspace(-3, 4, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class RidgeFit:
    """Weights (F,), the line, and what is needed to tell how sure a prediction is.

    `line` is the intercept and the slope of the model's score. `noise` is the standard deviation
    of the labels about what could be known, in points. `penalty` is its square by `signal` squared.

    >>> import numpy as np
    >>> from engine.personal.ridge import fit_ridge
    >>> model_N = np.linspace(20, 80, 20)
    >>> fit = fit_ridge(np.zeros((20, 3)), model_N, 10 + 0.5 * model_N)  # the features say nothing
    >>> np.round(fit.line, 1).tolist(), fit.predict(np.zeros((1, 3)), np.array([50.0])).round(1)
    ([10.0, 0.5], array([35.]))
    """

    weights_F: Floats
    line: tuple[float, float]
    penalty: float
    noise: float
    signal: float
    model_scale: tuple[float, float]
    columns_NC: Floats

    def predict(self, features_NF: Floats, model_N: Floats) -> Floats:
        """Scores (N,) in points."""
        predicted_N: Floats = self.line[0] + self.line[1] * model_N + features_NF @ self.weights_F
        return predicted_N

    def spread(self, features_NF: Floats, model_N: Floats) -> Floats:
        """Standard deviations (N,) of the predictions, in points, as of a Gaussian process.

        It is small near photos with labels and large far from them. The noise of a label is not in.
        """
        scale = 1.0 / features_NF.shape[1]
        columns_MC = _columns(features_NF, model_N, self.model_scale)
        across_MN = columns_MC @ self.columns_NC.T * scale
        kernel_NN = self.columns_NC @ self.columns_NC.T * scale
        inverse_NN = np.linalg.inv(kernel_NN + self.penalty * np.eye(len(kernel_NN)))
        # What was unsure beforehand, less what the labels tell, and what the intercept adds.
        told_MN = across_MN @ inverse_NN
        own_M = (columns_MC**2).sum(axis=1) * scale - (told_MN * across_MN).sum(axis=1)
        own_M += (1 - told_MN.sum(axis=1)) ** 2 / inverse_NN.sum()
        spread_M: Floats = self.signal * np.sqrt(np.maximum(own_M, 0.0))
        return spread_M


def fit_ridge(features_NF: Floats, model_N: Floats, scores_N: Floats) -> RidgeFit:
    """Fit standardised features (N, F) and the model's scores (N,) to people's scores (N,).

    Everything but the features is in points of 100. A model that gave all photos one score has the
    slope 0. Takes N >= 3 scores that are not all alike.

    >>> import numpy as np
    >>> from engine.personal.ridge import fit_ridge
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(200, 5))
    >>> scores = 50 + 8 * features[:, 0] + rng.normal(size=200)  # the model's own scores are noise
    >>> fit = fit_ridge(features, rng.normal(50, 10, size=200), scores)
    >>> np.abs(np.round(fit.weights_F)).tolist(), 0.8 < fit.noise < 1.2
    ([8.0, 0.0, 0.0, 0.0, 0.0], True)
    """
    num_features = features_NF.shape[1]
    deviation = float(model_N.std())
    model_scale = (float(model_N.mean()), np.sqrt(num_features) / deviation if deviation else 0.0)
    columns_NC = _columns(features_NF, model_N, model_scale)
    centred_NC = columns_NC - columns_NC.mean(axis=0)
    centred_N = scores_N - scores_N.mean()
    values_K, vectors_NK = _decomposed(centred_NC)
    along_K = vectors_NK.T @ centred_N
    # What lies in no direction of the columns is left whatever the penalty is.
    beside_N = centred_N - vectors_NK @ along_K
    num_beside = len(centred_N) - 1 - len(along_K)
    penalty, signal = _likeliest(values_K, along_K, float(beside_N @ beside_N), num_beside)
    dual_N = vectors_NK @ (along_K / (values_K + penalty)) + beside_N / penalty
    weights_C = centred_NC.T @ dual_N / num_features
    slope = float(weights_C[-1]) * model_scale[1]
    mean_F, mean_model = features_NF.mean(axis=0), model_scale[0]
    return RidgeFit(
        weights_F=weights_C[:-1],
        line=(float(scores_N.mean() - mean_F @ weights_C[:-1] - slope * mean_model), slope),
        penalty=penalty,
        noise=float(np.sqrt(penalty)) * signal,
        signal=signal,
        model_scale=model_scale,
        columns_NC=columns_NC,
    )


def _columns(features_NF: Floats, model_N: Floats, model_scale: tuple[float, float]) -> Floats:
    """The features, and the model's score on a scale where it weighs as much as all of them."""
    centre, rate = model_scale
    return np.concatenate([features_NF, ((model_N - centre) * rate)[:, None]], axis=1)


def _decomposed(centred_NC: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues (K,) and vectors (N, K) of the columns' products, by the shorter way."""
    num_photos, num_columns = centred_NC.shape
    scale = 1.0 / (num_columns - 1)
    if num_photos <= num_columns:
        values_N, vectors_NN = np.linalg.eigh(centred_NC @ centred_NC.T * scale)
        return np.maximum(values_N[1:], 0.0), vectors_NN[:, 1:]  # the first is the constant
    vectors_NC, lengths_C, _ = np.linalg.svd(centred_NC, full_matrices=False)
    return lengths_C**2 * scale, vectors_NC


def _likeliest(
    values_K: Floats, along_K: Floats, beside: float, num_beside: int
) -> tuple[float, float]:
    """The penalty under which the labels are likeliest, and the signal's standard deviation."""
    variances_LK = values_K + _PENALTIES[:, None]
    num = len(values_K) + num_beside
    explained_L = np.sum(along_K**2 / variances_LK, axis=1) + beside / _PENALTIES
    unlikely_L = (
        num * np.log(explained_L)
        + np.sum(np.log(variances_LK), axis=1)
        + num_beside * np.log(_PENALTIES)
    )
    best = int(np.argmin(unlikely_L))
    return float(_PENALTIES[best]), float(np.sqrt(explained_L[best] / num))
