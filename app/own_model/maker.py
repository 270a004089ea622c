"""Makes a model of one's own on top of the model in use. Loads PyTorch when it begins: for jobs."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app import places
from app.errors import AppError
from app.own_model.pace import MachinePace
from app.own_model.progress import Progress, ProgressClock
from app.version import version
from engine.counted import counted
from engine.measures.label_scale import LabelScale
from engine.personal.plan import kinds_for, seconds_to_judge
from engine.personal.report import PersonalReport

if TYPE_CHECKING:  # loads PyTorch, which the window must not wait for
    from engine.personal.fit_head import FittedHead
    from engine.scorer import Scorer

Features = npt.NDArray[np.float32]
OpenScorer = Callable[[str | None], "Scorer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModel:
    """A head that has learned from labels, what was found of it, and the model beneath it.

    `unreadable` are labelled photos that could not be read.
    """

    report: PersonalReport
    head: "FittedHead"
    beneath: Path
    unreadable: tuple[Path, ...] = ()


class OwnModelMaker:
    """Reads photos with the model in use, judges heads, fits one, and saves it.

    Every method but the constructor is slow, and is for a job.
    """

    def __init__(self, open_scorer: OpenScorer, *, model: Callable[[], str | None]) -> None:
        """`model` names the model in use when it is asked; None is the default."""
        self._open_scorer = open_scorer
        self._model = model

    def open_reader(self) -> "FeatureReader":
        """What reads features with the model in use now."""
        return FeatureReader(self._open_scorer(str(model_beneath(self._model()))))

    def measure(
        self, photos: Sequence[Path], *, num_tried: int, should_stop: Callable[[], bool]
    ) -> MachinePace | None:
        """How fast photos are read here; the first is not timed, as it warms the model up."""
        reader = self.open_reader()
        tried = list(photos[: num_tried + 1])
        reader(tried[:1], should_stop=should_stop)
        began_s = time.monotonic()
        reader(tried[1:], should_stop=should_stop)
        if should_stop() or len(tried) < 2:
            return None
        seconds = (time.monotonic() - began_s) / (len(tried) - 1)
        return MachinePace(seconds_per_photo=seconds, has_gpu=reader.has_gpu)

    def make(
        self,
        points: Mapping[Path, float],
        *,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> OwnModel | None:
        """A head for these labels, in points from 0 to 100; None if stopped.

        Photos that look alike are never parted when it is judged. Raises TooFewLabels, and
        AppError where no labelled photo can be read.
        """
        from engine.personal.fit_head import fit_head
        from engine.personal.folds import groups_of
        from engine.personal.judge_head import judge_head
        from engine.photos.likeness import photo_looks

        clock = ProgressClock(len(points), judging_s=seconds_to_judge(len(points)))
        on_progress(clock.opening())
        beneath = model_beneath(self._model())
        reader = FeatureReader(self._open_scorer(str(beneath)))
        clock.begin_reading()
        read = reader(
            list(points),
            should_stop=should_stop,
            on_read=lambda number: on_progress(clock.reading(number)),
        )
        if should_stop():
            return None
        paths = [path for path in points if path in read]
        if points and not paths:
            raise AppError(
                f"None of the {counted(len(points), 'labelled photo')} can be read, so there is"
                " nothing to learn from."
            )
        features_NF = np.stack([read[path] for path in paths]) if paths else _NOTHING
        points_N = np.array([points[path] for path in paths])
        clock.begin_judging()
        on_progress(clock.judging(0.0))
        try:
            report = judge_head(
                features_NF,
                points_N,
                groups_of(list(photo_looks(paths))),
                kinds=kinds_for(len(paths)),
                on_share=lambda share: on_progress(clock.judging(share)),
                should_stop=should_stop,
            )
        except InterruptedError:
            return None
        head = fit_head(features_NF, points_N, kind=report.kind)
        return OwnModel(
            report=report,
            head=head,
            beneath=beneath,
            unreadable=tuple(sorted(points.keys() - set(paths))),
        )

    def save(self, made: OwnModel, name: str) -> str:
        """Put the model into the library; its name there. Raises ModelFileError."""
        from engine.personal.personal_file import PersonalFacts, save_personal

        from engine.networks.model_library import adopt_model

        facts = PersonalFacts(
            name=name,
            labels=LabelScale(low=0.0, high=100.0, higher_is_better=True),
            trained_on=name,
            num_photos=made.report.num_labels,
            date=date.today().isoformat(),
            program=f"discern {version()}",
        )
        with TemporaryDirectory() as folder:
            file = Path(folder) / "own.safetensors"
            save_personal(file, made.head, parent=made.beneath, facts=facts, report=made.report)
            return adopt_model(file, places.models()).name


def model_beneath(model: str | None) -> Path:
    """The file that a model of one's own is put on: that of the model in use, or of its parent.

    A model of one's own has learned from labels of the same person: held against them it would
    look better than it is, so what it was put on takes its place where that is still there.
    Raises ModelFileError where the model in use is not.
    """
    from engine.networks.model_file import read_card
    from engine.networks.model_finder import default_model, find_model
    from engine.networks.model_header import identify_model
    from engine.networks.model_library import list_models

    path = default_model() if model is None else find_model(model, places.models())
    beneath = read_card(path).parent
    if not beneath:
        return path
    known = (entry.path for entry in list_models(places.models()) if not entry.problem)
    return next((one for one in known if identify_model(one).model_id == beneath), path)


class FeatureReader:
    """Reads what a model makes of photos. Used by one thread."""

    def __init__(self, scorer: "Scorer") -> None:
        self._scorer = scorer

    @property
    def has_gpu(self) -> bool:
        """Whether the model works on a graphics card."""
        return not self._scorer.device_name.startswith("processor")

    def __call__(
        self,
        photos: Sequence[Path],
        *,
        should_stop: Callable[[], bool],
        on_read: Callable[[int], None] = lambda number: None,
    ) -> dict[Path, Features]:
        """The features (F + 1,) of each photo that can be read, the model's score last."""
        found: dict[Path, Features] = {}
        read = self._scorer.features_each(photos, should_stop=should_stop)
        for number, (path, one) in enumerate(zip(photos, read, strict=False), start=1):
            if one.values_F is not None:
                found[path] = one.values_F
            on_read(number)
        return found


_NOTHING = np.empty((0, 1), dtype=np.float32)
