"""Support vectors over scene statistics: trained by scikit-learn, stored as plain arrays.

The file is a NumPy archive (.npz) that is read with `allow_pickle=False`: opening it runs no code.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.classical.scene_statistics import NUM_FEATURES
from engine.counted import counted
from engine.errors import ModelFileError

FloatArray = npt.NDArray[np.float64]

SUFFIX = ".npz"
FORMAT = "discern-classical"
VERSION = 1
FEWEST_PHOTOS = 20
_PENALTY, _TUBE = 20.0, 2.0  # on scores of 0 to 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicalModel:
    """A regression from F = 36 scene statistics to a score from 0 to 100.

    Score = bias + sum over V support vectors of weight * exp(-gamma * |vector - x|^2), where x are
    the statistics less `mean_F`, over `spread_F`.

    >>> import numpy as np
    >>> from engine.classical.classical_model import ClassicalModel
    >>> model = ClassicalModel(
    ...     name="one photo", trained_on="a photo", num_photos=1, label_sha256="",
    ...     mean_F=np.zeros(36), spread_F=np.ones(36), vectors_VF=np.zeros((1, 36)),
    ...     weights_V=np.array([20.0]), bias=50.0, gamma=1 / 36,
    ... )
    >>> model.score([[0.0] * 36, [1.0] * 36]).round(4).tolist()  # 50 + 20, and 50 + 20 / e
    [70.0, 57.3576]
    """

    name: str
    trained_on: str
    num_photos: int
    label_sha256: str
    mean_F: FloatArray
    spread_F: FloatArray
    vectors_VF: FloatArray
    weights_V: FloatArray
    bias: float
    gamma: float

    def score(self, statistics_NF: npt.ArrayLike) -> FloatArray:
        """Scores (N,) from 0 to 100."""
        scaled_NF = (np.asarray(statistics_NF, dtype=np.float64) - self.mean_F) / self.spread_F
        distances_NV = (
            (scaled_NF**2).sum(axis=1)[:, None]
            + (self.vectors_VF**2).sum(axis=1)
            - 2 * scaled_NF @ self.vectors_VF.T
        )
        kernel_NV = np.exp(-self.gamma * np.maximum(distances_NV, 0.0))
        scores_N: FloatArray = np.clip(kernel_NV @ self.weights_V + self.bias, 0.0, 100.0)
        return scores_N


def fit_classical_model(
    statistics_NF: npt.ArrayLike,
    scores_0_100: Sequence[float],
    *,
    name: str,
    trained_on: str,
    label_sha256: str,
) -> ClassicalModel:
    """Support vector regression (RBF kernel). Raises ModelFileError below 20 photos.

    >>> import numpy as np
    >>> from engine.classical.classical_model import fit_classical_model
    >>> facts = {"name": "halves", "trained_on": "36 photos", "label_sha256": ""}
    >>> statistics = np.repeat([[0.0] * 36, [1.0] * 36], 18, axis=0)  # two kinds of photos
    >>> model = fit_classical_model(statistics, [20.0] * 18 + [80.0] * 18, **facts)
    >>> model.score(statistics[[0, -1]]).round().tolist()  # learnt to within 2 points
    [22.0, 78.0]
    """
    # Here, because scikit-learn takes a second to load, and only training needs it.
    from sklearn.svm import SVR

    features_NF = np.asarray(statistics_NF, dtype=np.float64)
    if len(features_NF) < FEWEST_PHOTOS:
        raise ModelFileError(
            f"It takes at least {FEWEST_PHOTOS} photos to learn from, and some hundreds are better;"
            f" this is {counted(len(features_NF))}."
        )
    mean_F, spread_F = features_NF.mean(axis=0), features_NF.std(axis=0)
    spread_F = np.where(spread_F > 1e-9, spread_F, 1.0)
    gamma = 1.0 / NUM_FEATURES
    machine = SVR(kernel="rbf", C=_PENALTY, epsilon=_TUBE, gamma=gamma)
    machine.fit((features_NF - mean_F) / spread_F, np.asarray(scores_0_100))
    return ClassicalModel(
        name=name,
        trained_on=trained_on,
        num_photos=len(features_NF),
        label_sha256=label_sha256,
        mean_F=mean_F,
        spread_F=spread_F,
        vectors_VF=np.asarray(machine.support_vectors_, dtype=np.float64),
        weights_V=np.asarray(machine.dual_coef_[0], dtype=np.float64),
        bias=float(machine.intercept_[0]),
        gamma=gamma,
    )


def to_bytes(model: ClassicalModel) -> bytes:
    """The model's file.

    >>> import numpy as np
    >>> from engine.classical.classical_model import fit_classical_model, to_bytes
    >>> facts = {"name": "halves", "trained_on": "36 photos", "label_sha256": ""}
    >>> model = fit_classical_model(np.eye(36), [20.0] * 18 + [80.0] * 18, **facts)
    >>> to_bytes(model)[:2]  # a NumPy archive, which is a ZIP
    b'PK'
    """
    facts = {
        "format": FORMAT,
        "version": VERSION,
        "name": model.name,
        "trained_on": model.trained_on,
        "num_photos": model.num_photos,
        "label_sha256": model.label_sha256,
        "bias": model.bias,
        "gamma": model.gamma,
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        mean=model.mean_F,
        spread=model.spread_F,
        vectors=model.vectors_VF,
        weights=model.weights_V,
    )
    return buffer.getvalue()


def open_classical_model(path: Path) -> tuple[ClassicalModel, str]:
    """The model, and its id as engine.scorer gives them. Raises ModelFileError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from engine.classical import classical_model
    >>> facts = {"name": "halves", "trained_on": "36 photos", "label_sha256": ""}
    >>> model = classical_model.fit_classical_model(np.eye(36), range(36), **facts)
    >>> with TemporaryDirectory() as folder:
    ...     num_bytes = (Path(folder) / "halves.npz").write_bytes(classical_model.to_bytes(model))
    ...     opened, model_id = classical_model.open_classical_model(Path(folder) / "halves.npz")
    >>> opened.trained_on, model_id.partition("@")[0]
    ('36 photos', 'halves')
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path} can't be read: {error.strerror}.") from error
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            facts = json.loads(archive["facts"].tobytes())
            if facts["format"] != FORMAT:
                raise ValueError("it says it is something else")
            if facts["version"] != VERSION:
                raise ModelFileError(
                    f"{path} was written by another version of Discern. Train it again with"
                    " `discern models classical`."
                )
            model = ClassicalModel(
                name=str(facts["name"]),
                trained_on=str(facts["trained_on"]),
                num_photos=int(facts["num_photos"]),
                label_sha256=str(facts["label_sha256"]),
                mean_F=_array(archive["mean"], (NUM_FEATURES,)),
                spread_F=_array(archive["spread"], (NUM_FEATURES,)),
                vectors_VF=_array(archive["vectors"], (None, NUM_FEATURES)),
                weights_V=_array(archive["weights"], (len(archive["vectors"]),)),
                bias=float(facts["bias"]),
                gamma=float(facts["gamma"]),
            )
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path} is no classical model, or it is damaged: {error}.") from error
    return model, f"{model.name}@{hashlib.sha256(content).hexdigest()[:12]}"


def _array(values: npt.NDArray[np.float64], shape: tuple[int | None, ...]) -> FloatArray:
    is_right = values.ndim == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, values.shape, strict=True)
    )
    if not is_right or not np.isfinite(values).all():
        raise ValueError(f"numbers of the shape {values.shape} are not what belongs there")
    return np.asarray(values, dtype=np.float64)
