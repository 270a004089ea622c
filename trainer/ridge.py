"""Ridge regression in closed form, as heads start from it and offsets are found with it."""

# N photos, F features of each

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearFit:
    """Weights of the features, (F,), and what is added to their sum."""

    weight_F: Floats
    intercept: float

    def predict(self, features_NF: Floats) -> Floats:
        """What the fit says of photos with these features, (N,)."""
        predicted_N: Floats = features_NF @ self.weight_F + self.intercept
        return predicted_N


def ridge(features_NF: Floats, target_N: Floats, *, penalty: float) -> LinearFit:
    """The line with the least squared error plus `penalty` times its squared weights.

    The intercept is not penalised. (Hoerl and Kennard, Technometrics 12(1), 1970.)

    >>> import numpy as np
    >>> from trainer.ridge import ridge
    >>> fit = ridge(np.array([[-1.0], [1.0]]), np.array([0.0, 4.0]), penalty=2.0)
    >>> fit.weight_F.tolist(), fit.intercept  # the slope 2 halved, as the penalty is N
    ([1.0], 2.0)
    """
    centre_F, middle = features_NF.mean(axis=0), float(target_N.mean())
    centred_NF = features_NF - centre_F
    gram_FF = centred_NF.T @ centred_NF
    gram_FF[np.diag_indices_from(gram_FF)] += penalty
    weight_F: Floats = np.linalg.solve(gram_FF, centred_NF.T @ (target_N - middle))
    return LinearFit(weight_F, middle - float(centre_F @ weight_F))
