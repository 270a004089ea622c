"""Heads fitted to a few labels: ridge, support vectors, a small network, TaylorKAN."""

# N photos, F features, D principal components, E = D + 1 inputs

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from engine.counted import counted
from engine.errors import EngineError
from engine.personal.head_shape import HeadKind, HeadShape
from engine.personal.one_thread import one_thread
from engine.personal.own_head import OwnHead
from engine.personal.ridge import RidgeFit, fit_ridge
from engine.personal.taylor_kan import TaylorKAN

Floats = npt.NDArray[np.float64]
Features = npt.NDArray[np.float32]

FEWEST_LABELS = 5

_LEAST_DEVIATION = 1e-6
_MOST_COMPONENTS = 64
_KEPT_VARIANCE = 0.95
_HIDDEN_OF_MLP = (32,)
_HIDDEN_OF_KAN = (64, 16)
_DEGREE = 3
_NUM_ITERATIONS = 40
_PENALTY_OF_MLP = 3e-2
_PENALTY_OF_KAN = 1e-2
_TUBE = 0.1  # of support vector regression, in deviations of the labels
_COST = 3.0  # and of what lies outside it
_WIDTH = 0.3  # of its kernel: gamma times the number of inputs


class TooFewLabels(EngineError):
    """Labels that no head can be fitted to: hardly any, or all alike.

    >>> import numpy as np
    >>> from engine.personal.fit_head import fit_head
    >>> fit_head(np.zeros((1, 3), np.float32), np.array([40.0]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.personal.fit_head.TooFewLabels: There is 1 label; a model of your own needs at least ...
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedHead:
    """A head, and the ridge regression that tells how sure it is.

    Features are (N, F + 1): the model's, pooled, and as the last column the model's own score.

    >>> import numpy as np
    >>> from engine.personal.fit_head import fit_head
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(40, 9)).astype(np.float32)
    >>> head = fit_head(features, 50 + 10 * features[:, -1].astype(float))
    >>> head.predict(features[:2]).shape, bool((head.spread(features) >= 0).all())
    ((2,), True)
    """

    module: OwnHead
    ridge: RidgeFit

    @property
    def shape(self) -> HeadShape:
        """Kind and sizes."""
        return self.module.shape

    def predict(self, features_NF: Features) -> Floats:
        """Scores (N,) in points of 100, not clipped."""
        features, model = _parted(features_NF)
        with torch.inference_mode():
            predicted_N: Floats = self.module(features, model).double().numpy()
        return predicted_N

    def spread(self, features_NF: Features) -> Floats:
        """Standard deviations (N,) in points: large where the labels say little of a photo."""
        features, model = _parted(features_NF)
        standardised = self.module.standardised(features).double().numpy()
        return self.ridge.spread(standardised, model.double().numpy())


@one_thread()
def fit_head(
    features_NF: Features, scores_N: npt.ArrayLike, *, kind: HeadKind = "ridge", seed: int = 0
) -> FittedHead:
    """Fit a head of one kind to people's scores (N,) in points of 100.

    Features are (N, F + 1), the model's score last. Every statistic is of these photos alone, and
    one seed gives one head. Raises TooFewLabels below 5 photos and where all scores are alike,
    ValueError for what is not finite.

    >>> import numpy as np
    >>> from engine.personal.fit_head import fit_head
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(60, 9)).astype(np.float32)
    >>> scores = 50 + 10 * features[:, 2].astype(float)
    >>> np.abs(fit_head(features, scores).predict(features) - scores).max() < 1
    np.True_
    """
    scores = np.asarray(scores_N, dtype=np.float64)
    check_labels(features_NF, scores)
    features, model = _parted(features_NF)
    mean_F, deviation_F = features.mean(dim=0), features.std(dim=0, correction=0)
    scale_F = torch.where(deviation_F > _LEAST_DEVIATION, 1 / deviation_F, 0.0)
    standardised_NF = ((features - mean_F) * scale_F).double().numpy()
    model_N = model.double().numpy()
    ridge = fit_ridge(standardised_NF, model_N, scores)
    if kind == "ridge":
        module = OwnHead(HeadShape(kind="ridge", num_features=features.shape[1]))
        module.weights_F.copy_(torch.from_numpy(ridge.weights_F))
        _begin(module, mean_F, scale_F, ridge.line)
    else:
        module = _fit_body(kind, standardised_NF, model_N, scores, seed)
        _begin(module, mean_F, scale_F, straight_line(model_N, scores))
    return FittedHead(module=module.eval().requires_grad_(requires_grad=False), ridge=ridge)


def check_labels(features_NF: Features, scores_N: Floats) -> None:
    """Refuse what no head can be fitted to: TooFewLabels, or ValueError for what is not finite.

    >>> import numpy as np
    >>> from engine.personal.fit_head import check_labels
    >>> check_labels(np.zeros((6, 3), np.float32), np.full(6, 40.0))
    Traceback (most recent call last):
        ...
    engine.personal.fit_head.TooFewLabels: All 6 labels are alike. Rate some photos better and \
some worse.
    """
    if features_NF.ndim != 2 or len(features_NF) != len(scores_N) or features_NF.shape[1] < 2:
        raise ValueError(f"{features_NF.shape} features do not go with {len(scores_N)} scores.")
    if len(scores_N) < FEWEST_LABELS:
        be = "is" if len(scores_N) == 1 else "are"
        raise TooFewLabels(
            f"There {be} {counted(len(scores_N), 'label')}; a model of your own needs at least "
            f"{FEWEST_LABELS}, and 50 or more to be worth it. Rate more photos."
        )
    if not (np.isfinite(features_NF).all() and np.isfinite(scores_N).all()):
        raise ValueError("Features and scores must be finite.")
    if np.ptp(scores_N) == 0:
        raise TooFewLabels(
            f"All {len(scores_N)} labels are alike. Rate some photos better and some worse."
        )


def straight_line(model_N: Floats, scores_N: Floats) -> tuple[float, float]:
    """Intercept and slope of the line of least squares from the model's scores to people's.

    A line that would fall, or go through one score alone, is level: it says the mean.

    >>> import numpy as np
    >>> from engine.personal.fit_head import straight_line
    >>> straight_line(np.array([20.0, 40.0]), np.array([10.0, 50.0]))
    (-30.0, 2.0)
    >>> straight_line(np.array([20.0, 40.0]), np.array([50.0, 10.0]))
    (30.0, 0.0)
    """
    centred_N = model_N - model_N.mean()
    variance = float(centred_N @ centred_N)
    slope = max(0.0, float(centred_N @ scores_N) / variance) if variance > 0 else 0.0
    return float(scores_N.mean() - slope * model_N.mean()), slope


def _begin(module: OwnHead, mean_F: Tensor, scale_F: Tensor, line: tuple[float, float]) -> None:
    module.mean_F.copy_(mean_F)
    module.scale_F.copy_(scale_F)
    module.line_2.copy_(torch.tensor(line))


def _fit_body(
    kind: HeadKind, features_NF: Floats, model_N: Floats, scores_N: Floats, seed: int
) -> OwnHead:
    """A head that adds to the line what principal components tell of the labels."""
    components_FD = _principal(features_NF)
    inputs_NE = np.concatenate([features_NF @ components_FD, model_N[:, None]], axis=1)
    centre_E, deviation_E = inputs_NE.mean(axis=0), inputs_NE.std(axis=0)
    rate_E = np.where(deviation_E > _LEAST_DEVIATION, 1 / np.maximum(deviation_E, 1e-12), 0.0)
    inputs_NE = (inputs_NE - centre_E) * rate_E
    intercept, slope = straight_line(model_N, scores_N)
    left_N = scores_N - intercept - slope * model_N
    size = max(float(left_N.std()), 1e-9)
    sizes = {"num_features": len(components_FD), "num_components": components_FD.shape[1]}
    if kind == "svr":
        module = _support_vectors(inputs_NE, left_N / size, sizes)
    else:
        module = _network(kind, inputs_NE, left_N / size, sizes, seed)
    module.components_FD.copy_(torch.from_numpy(components_FD))
    module.centre_E.copy_(torch.from_numpy(centre_E))
    module.rate_E.copy_(torch.from_numpy(rate_E))
    module.size.fill_(size)
    return module


def _principal(features_NF: Floats) -> Floats:
    """Directions (F, D) that keep 95 % of the variance, 64 at most and fewer than photos."""
    values_N, vectors_NN = np.linalg.eigh(features_NF @ features_NF.T)
    values_N = np.maximum(values_N[::-1], 0.0)  # the largest first
    shares_N = np.cumsum(values_N) / max(float(values_N.sum()), 1e-12)
    wanted = int(np.searchsorted(shares_N, _KEPT_VARIANCE)) + 1
    num_kept = max(1, min(wanted, _MOST_COMPONENTS, len(features_NF) // 2))
    lengths_D = np.sqrt(np.maximum(values_N[:num_kept], 1e-12))
    kept_FD: Floats = features_NF.T @ vectors_NN[:, ::-1][:, :num_kept] / lengths_D
    return kept_FD


def _support_vectors(inputs_NE: Floats, left_N: Floats, sizes: dict[str, int]) -> OwnHead:
    # Here, because scikit-learn takes a second to load, and only training needs it.
    from sklearn.svm import SVR

    gamma = _WIDTH / inputs_NE.shape[1]
    machine = SVR(kernel="rbf", C=_COST, epsilon=_TUBE, gamma=gamma).fit(inputs_NE, left_N)
    shape = HeadShape(
        kind="svr",
        num_features=sizes["num_features"],
        num_components=sizes["num_components"],
        num_vectors=max(1, len(machine.support_vectors_)),
    )
    module = OwnHead(shape)
    state = module.get_submodule("body").state_dict()
    if len(machine.support_vectors_):
        state["vectors_VE"].copy_(torch.from_numpy(machine.support_vectors_))
        state["duals_V"].copy_(torch.from_numpy(machine.dual_coef_[0]))
    state["bias_and_gamma"].copy_(torch.tensor([float(machine.intercept_[0]), gamma]))
    return module


def _network(
    kind: HeadKind, inputs_NE: Floats, left_N: Floats, sizes: dict[str, int], seed: int
) -> OwnHead:
    with torch.random.fork_rng(devices=()), torch.enable_grad():
        torch.manual_seed(seed)
        shape = HeadShape(
            kind=kind,
            num_features=sizes["num_features"],
            num_components=sizes["num_components"],
            hidden=_HIDDEN_OF_MLP if kind == "mlp" else _HIDDEN_OF_KAN,
            degree=0 if kind == "mlp" else _DEGREE,
        )
        module = OwnHead(shape)
        assert module.body is not None
        _descend(
            module.body,
            torch.from_numpy(inputs_NE).float(),
            torch.from_numpy(left_N).float(),
        )
    return module


def _descend(body: nn.Module, inputs_BE: Tensor, wanted_B: Tensor) -> None:
    """L-BFGS on all photos at once, with a penalty on the weights.

    It is SciPy's: PyTorch's own loads the compiler first, which takes longer than all the fits.
    """
    from scipy.optimize import minimize  # here: only training needs it

    weights = list(body.parameters())

    def loss(values_W: Floats) -> tuple[float, Floats]:
        vector_to_parameters(torch.from_numpy(values_W).float(), weights)
        if isinstance(body, TaylorKAN):
            penalty = _PENALTY_OF_KAN * body.penalty()
        else:
            penalised = [(one**2).sum() for one in weights if one.ndim > 1]
            penalty = _PENALTY_OF_MLP * torch.stack(penalised).sum()
        total = ((body(inputs_BE) - wanted_B) ** 2).mean() + penalty
        slopes = torch.autograd.grad(total, weights)
        slopes_W: Floats = parameters_to_vector(slopes).double().numpy()
        return float(total.detach()), slopes_W

    first_W = parameters_to_vector(weights).detach().double().numpy()
    found = minimize(
        loss, first_W, jac=True, method="L-BFGS-B", options={"maxiter": _NUM_ITERATIONS}
    )
    vector_to_parameters(torch.from_numpy(found.x).float(), weights)


def _parted(features_NF: Features) -> tuple[Tensor, Tensor]:
    """The features (N, F) and the model's scores (N,)."""
    both = torch.from_numpy(np.ascontiguousarray(features_NF, dtype=np.float32))
    return both[:, :-1], both[:, -1]
