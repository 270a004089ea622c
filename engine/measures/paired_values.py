"""Predicted and rated scores as two arrays that a measure can be taken of."""

import numpy as np
import numpy.typing as npt

from engine.counted import counted
from engine.errors import UndefinedMeasure

FloatArray = npt.NDArray[np.float64]


def paired_values(
    predicted: npt.ArrayLike, rated: npt.ArrayLike, *, allow_constant: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Both as float64 arrays of one length N >= 2; refused if a measure has no value for them.

    Lists, NumPy arrays and tensors of any type and device are taken. This does not load torch.

    >>> from engine.measures.paired_values import paired_values
    >>> predicted, rated = paired_values([70, 30], (4.5, 2.0))
    >>> predicted.tolist(), rated.tolist()
    ([70.0, 30.0], [4.5, 2.0])
    >>> paired_values([70], [4.5])
    Traceback (most recent call last):
        ...
    engine.errors.UndefinedMeasure: Agreement can't be measured on 1 photo; give at least 2.
    """
    arrays = {"predicted": _as_array(predicted), "rated": _as_array(rated)}
    for name, values in arrays.items():
        if values.ndim != 1:
            raise UndefinedMeasure(
                f"The {name} scores have the shape {values.shape}; give one number per photo."
            )
    num_predicted, num_rated = arrays["predicted"].size, arrays["rated"].size
    if num_predicted != num_rated:
        raise UndefinedMeasure(
            f"There are {num_predicted} predicted but {num_rated} rated scores; give one of each "
            "per photo."
        )
    if num_predicted < 2:
        raise UndefinedMeasure(
            f"Agreement can't be measured on {counted(num_predicted)}; give at least 2."
        )
    for name, values in arrays.items():
        if not np.isfinite(values).all():
            raise UndefinedMeasure(
                f"One of the {name} scores is NaN or infinite; leave that photo out."
            )
        if not allow_constant and values.min() == values.max():
            raise UndefinedMeasure(
                f"All {name} scores are {values[0]:g}, so agreement is undefined; photos of "
                "different quality are needed."
            )
    return arrays["predicted"], arrays["rated"]


def _as_array(values: npt.ArrayLike) -> FloatArray:
    # A tensor that needs gradients, is bfloat16 or lives on a GPU does not convert by itself.
    detach = getattr(values, "detach", None)
    if callable(detach):
        return np.asarray(detach().cpu().double().numpy(), dtype=np.float64)
    return np.asarray(values, dtype=np.float64)
