"""Ridge regression around a model's score, its penalty by generalised cross-validation.

Score = a + b * (the model's score) + w . x. The line (a, b) is free and w is penalised, so that
with few labels, or labels that the features say nothing about, the model's score on a line is left.
Solved in the space of the photos, of which there are fewer than features (Golub, Heath and Wahba,
Technometrics 1979, for the penalty).
"""

# N photos, F features, Q = 2 columns of the line, R = N - Q directions that the line leaves

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PENALTIES = np.logspace(-3, 4, 36)
_NEVER_ZERO = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class RidgeFit:
    """Weights (F,), the line, and what is needed to tell how sure a prediction is.

    `line` is the intercept and the slope of the model's score. `noise` is the standard deviation
    of the labels about the fit, in points.

    >>> import numpy as np
    >>> from engine.personal.ridge import fit_ridge
    >>> model_N = np.array([20.0, 40.0, 60.0, 80.0])
    >>> fit = fit_ridge(np.zeros((4, 3)), model_N, 10 + 0.5 * model_N)  # the features say nothing
    >>> np.round(fit.line, 6).tolist(), np.round(fit.predict(np.zeros((1, 3)), np.array([50.0])), 6)
    ([10.0, 0.5], array([35.]))
    """

    weights_F: Floats
    line: tuple[float, float]
    penalty: float
    noise: float
    features_NF: Floats
    inverse_NN: Floats
    line_NQ: Floats

    def predict(self, features_NF: Floats, model_N: Floats) -> Floats:
        """Scores (N,) in points."""
        predicted_N: Floats = self.line[0] + self.line[1] * model_N + features_NF @ self.weights_F
        return predicted_N

    def spread(self, features_NF: Floats, model_N: Floats) -> Floats:
        """Standard deviations (N,) of the predictions, in points, as of a Gaussian process.

        It is small near photos with labels and large far from them. The noise of a label is not in.
        """
        scale = 1.0 / features_NF.shape[1]
        across_MN = features_NF @ self.features_NF.T * scale
        own_M = (features_NF**2).sum(axis=1) * scale
        inverse_NN = self.inverse_NN
        line_MQ = _line(model_N)
        # Universal kriging: the prior variance, less what the labels tell, and the line's own.
        told_MN = across_MN @ inverse_NN
        precision_QQ = self.line_NQ.T @ inverse_NN @ self.line_NQ
        unsure_MQ = line_MQ - told_MN @ self.line_NQ
        of_line_M = (unsure_MQ @ np.linalg.pinv(precision_QQ) * unsure_MQ).sum(axis=1)
        left_M = own_M - (told_MN * across_MN).sum(axis=1) + of_line_M
        signal = self.noise / np.sqrt(self.penalty)  # penalty = noise variance / signal variance
        spread_M: Floats = signal * np.sqrt(np.maximum(left_M, 0.0))
        return spread_M


def fit_ridge(features_NF: Floats, model_N: Floats, scores_N: Floats) -> RidgeFit:
    """Fit standardised features (N, F) and the model's scores (N,) to people's scores (N,).

    Everything but the features is in points of 100. A model that gave all photos one score has the
    slope 0. Takes N >= 3.

    >>> import numpy as np
    >>> from engine.personal.ridge import fit_ridge
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(200, 5))
    >>> scores = 50 + 8 * features[:, 0] + rng.normal(size=200)  # the model's own scores are noise
    >>> fit = fit_ridge(features, rng.normal(50, 10, size=200), scores)
    >>> np.abs(np.round(fit.weights_F)).tolist(), 0.8 < fit.noise < 1.2
    ([8.0, 0.0, 0.0, 0.0, 0.0], True)
    """
    num_photos, num_features = features_NF.shape
    line_NQ = _line(model_N)
    basis_NN, _ = np.linalg.qr(line_NQ, mode="complete")
    if np.ptp(model_N) == 0:
        line_NQ = line_NQ[:, :1]
        basis_NN, _ = np.linalg.qr(line_NQ, mode="complete")
    left_NR = basis_NN[:, line_NQ.shape[1] :]
    kernel_NN = features_NF @ features_NF.T / num_features
    values_R, vectors_RR = np.linalg.eigh(left_NR.T @ kernel_NN @ left_NR)
    values_R = np.maximum(values_R, 0.0)
    along_R = vectors_RR.T @ (left_NR.T @ scores_N)
    penalty = _best_penalty(values_R, along_R)
    dual_N = left_NR @ (vectors_RR @ (along_R / (values_R + penalty)))
    line_Q = np.linalg.lstsq(line_NQ, scores_N - kernel_NN @ dual_N - penalty * dual_N)[0]
    shrunk_R = penalty / (values_R + penalty)
    noise = np.sqrt(np.sum((shrunk_R * along_R) ** 2) / max(float(shrunk_R.sum()), _NEVER_ZERO))
    return RidgeFit(
        weights_F=features_NF.T @ dual_N / num_features,
        line=(float(line_Q[0]), float(line_Q[1]) if len(line_Q) > 1 else 0.0),
        penalty=penalty,
        noise=float(noise),
        features_NF=features_NF,
        inverse_NN=np.linalg.inv(kernel_NN + penalty * np.eye(num_photos)),
        line_NQ=_line(model_N),
    )


def _best_penalty(values_R: Floats, along_R: Floats) -> float:
    """The penalty with the least generalised cross-validation error."""
    shrunk_LR = _PENALTIES[:, None] / (values_R + _PENALTIES[:, None])
    errors_L = np.mean((shrunk_LR * along_R) ** 2, axis=1) / np.mean(shrunk_LR, axis=1) ** 2
    return float(_PENALTIES[int(np.argmin(errors_L))])


def _line(model_N: Floats) -> Floats:
    return np.stack([np.ones_like(model_N), model_N], axis=1)
