"""Plans and makes models of one's own for the window. Loads PyTorch when it begins: for jobs."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app import places
from app.own_model.progress import Progress, ProgressClock
from engine.personal.plan import Plan, seconds_to_judge
from trainer.labels.label_set import LabelSet

if TYPE_CHECKING:  # loads PyTorch, which the window must not wait for
    from collections.abc import Iterator

    from app.catalog.feature_memory import FeatureMemory, Features
    from app.personal.make_personal import PersonalModel, Stage
    from engine.scorer import Scorer

OpenScorer = Callable[[str | None], "Scorer"]


class OwnModelMaker:
    """Does with the model in use what `app/personal/` does with any.

    Every method but the constructor is slow, and is for a job.
    """

    def __init__(
        self, open_scorer: OpenScorer, *, device: str, model: Callable[[], str | None]
    ) -> None:
        """`model` names the model in use when it is asked; None is the default."""
        self._open_scorer = open_scorer
        self._device = device
        self._model = model

    def open_reader(self) -> "FeatureReader":
        """What reads features with the model in use now."""
        return FeatureReader(self._open_scorer(str(model_beneath(self._model()))))

    def plan(self, labels: LabelSet) -> Plan:
        """What will be done with these labels, timed on a few of the photos."""
        from app.personal.make_personal import plan_for

        reader = self.open_reader()
        with reader.remembering() as memory:
            return plan_for(labels, scorer=reader.scorer, memory=memory)

    def make(
        self,
        labels: LabelSet,
        *,
        name: str,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> "PersonalModel | None":
        """A model for these labels, in the library where it is recommended; None if stopped.

        Raises TooFewLabels, AppError, and what opening and writing models raise.
        """
        from app.personal.make_personal import PersonalStopped, make_personal

        clock = ProgressClock(len(labels.photos), judging_s=seconds_to_judge(len(labels.photos)))
        on_progress(clock.opening())

        def tell(stage: "Stage", share: float) -> None:
            match stage:
                case "features":
                    on_progress(clock.reading(share))
                case "judging":
                    on_progress(clock.judging(share))
                case "saving":
                    on_progress(clock.saving())

        try:
            return make_personal(
                labels,
                name=name,
                model=str(model_beneath(self._model())),
                device=self._device,
                on_progress=tell,
                should_stop=should_stop,
            )
        except PersonalStopped:
            return None

    def discard(self, name: str) -> None:
        """Take a model that nobody wants out of the library again."""
        from app.models.exchange import remove

        remove(name)


class FeatureReader:
    """Reads what a model makes of photos, and remembers it. Used by one thread."""

    def __init__(self, scorer: "Scorer") -> None:
        self.scorer = scorer

    @contextmanager
    def remembering(self) -> "Iterator[FeatureMemory]":
        """The memory of this model's features."""
        from app.catalog.feature_memory import FeatureMemory

        with FeatureMemory(
            places.catalog(), model_id=self.scorer.model_id, num_crops=self.scorer.num_crops
        ) as memory:
            yield memory

    def __call__(
        self, photos: Sequence[Path], *, should_stop: Callable[[], bool]
    ) -> "dict[Path, Features]":
        """The features (F + 1,) of each photo that can be read, the model's score last."""
        from app.personal.photo_features import features_of

        with self.remembering() as memory:
            found, _ = features_of(
                photos, scorer=self.scorer, memory=memory, should_stop=should_stop
            )
        return found


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
