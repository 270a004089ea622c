"""Scores photos without a network, in the way that engine.scorer.Scorer does with one."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.classical.classical_model import ClassicalModel, open_classical_model
from engine.classical.scene_statistics import scene_statistics
from engine.errors import UnreadablePhoto
from engine.photo_score import PhotoScore
from engine.photos.read_ahead import read_ahead
from engine.photos.resize import ResizeRule
from engine.photos.resized import read_resized
from engine.processor import num_usable_cores

_RULE = ResizeRule(long_side_px=None, short_side_px=384)
_LEAST_SIDE_PX = 64


class ClassicalScorer:
    """A classical model at work; it looks at the whole photo once, so its uncertainty is 0.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from PIL import Image
    >>> from engine.classical.classical_model import fit_classical_model
    >>> from engine.classical.classical_scorer import ClassicalScorer
    >>> facts = {"name": "fair", "trained_on": "36 photos", "label_sha256": ""}
    >>> model = fit_classical_model(np.eye(36), [60.0] * 36, **facts)  # all were rated 60
    >>> with TemporaryDirectory() as folder:
    ...     Image.linear_gradient("L").save(Path(folder) / "ramp.png")
    ...     paths = [Path(folder) / "ramp.png", Path(folder) / "missing.png"]
    ...     good, bad = ClassicalScorer(model, model_id="fair@1").score_each(paths)
    >>> good.score_0_100, good.width_px, bad.error
    (60.0, 256, 'There is no such file.')
    """

    num_crops = 1

    def __init__(self, model: ClassicalModel, *, model_id: str) -> None:
        self._model = model
        self.model_id = model_id
        self.model_name = model.name

    @classmethod
    def open(cls, path: Path) -> Self:
        """The model of a file. Raises ModelFileError."""
        model, model_id = open_classical_model(path)
        return cls(model, model_id=model_id)

    def score_each(
        self, paths: Iterable[Path], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[PhotoScore]:
        """Results in order as they come."""
        num_threads = num_usable_cores()
        scored = read_ahead(self._score, paths, num_threads=num_threads, depth=2 * num_threads)
        try:
            for score in scored:
                yield score
                if should_stop():
                    return
        finally:
            scored.close()

    def _score(self, path: Path) -> PhotoScore:
        try:
            statistics_F, width_px, height_px = read_statistics(path)
        except UnreadablePhoto as error:
            return PhotoScore(path=path, error=error.reason)
        score = float(self._model.score(statistics_F[None])[0])
        return PhotoScore(
            path=path,
            score_0_100=score,
            uncertainty=0.0,
            crop_scores=(score,),
            width_px=width_px,
            height_px=height_px,
        )


def read_statistics(path: Path) -> tuple[npt.NDArray[np.float64], int, int]:
    """The scene statistics (36,) of a photo, its width and its height. Raises UnreadablePhoto.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from engine.classical.classical_scorer import read_statistics
    >>> with TemporaryDirectory() as folder:
    ...     Image.new("RGB", (90, 60)).save(Path(folder) / "black.png")
    ...     statistics, width_px, height_px = read_statistics(Path(folder) / "black.png")
    >>> statistics.shape, width_px, height_px
    ((36,), 90, 60)
    """
    photo = read_resized(path, _RULE, crop_px=_LEAST_SIDE_PX)
    return scene_statistics(photo.pixels_HW3), photo.width_px, photo.height_px
