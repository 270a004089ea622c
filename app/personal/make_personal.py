"""From labels to a model of a person's own: features, judgement, file. Loads torch: for jobs."""

# N photos, F features and last the score of the model beneath

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from app import places
from app.catalog.feature_memory import FeatureMemory
from app.errors import AppError
from app.personal.photo_features import features_of, num_known
from app.version import version
from engine.counted import counted
from engine.errors import EngineError, UndefinedMeasure
from engine.explain.grad_cam import measure_map_scale
from engine.home import models_folder
from engine.measures.correlation import srcc
from engine.networks.model_card import MapScale
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.model_library import adopt_model
from engine.personal.fit_head import FittedHead, fit_head
from engine.personal.judge_head import judge_head
from engine.personal.personal_file import PersonalFacts, save_personal
from engine.personal.plan import Plan, plan_of
from engine.personal.report import PersonalReport
from engine.photos.resized import read_resized
from engine.scorer import Scorer
from trainer.labels.label_set import LabelSet
from trainer.labels.split import kept_together

Stage = Literal["features", "judging", "saving"]
STAGE_WORDS: Mapping[Stage, str] = {
    "features": "Looking at the photos",
    "judging": "Learning and checking",
    "saving": "Saving the model",
}

_TRIED_PHOTOS = 4  # of which the first is slow and counts for nothing
_MAPPED_PHOTOS = 8  # whose maps set the scale of the model's colours


class PersonalStopped(Exception):
    """Nobody wants the model any more; features that were read are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalModel:
    """What came of it. `path` is None where the model in use is kept.

    `on_test` are SRCCs on the photos that the labels set apart as test, by what scored them.
    """

    report: PersonalReport
    path: Path | None
    parent_name: str
    seconds: float
    left_out: Mapping[Path, str]
    on_test: Mapping[str, float]

    @property
    def name(self) -> str:
        """The model's name in the library; empty where none was saved."""
        return "" if self.path is None else self.path.stem


def plan_for(labels: LabelSet, *, scorer: Scorer, memory: FeatureMemory) -> Plan:
    """What will be done with these labels, timed on a few of the photos, which are remembered."""
    paths = [photo.path for photo in labels.photos]
    known = num_known(paths, memory)
    seconds = 0.0
    if known < len(paths):
        tried = [path for path in paths if num_known([path], memory) == 0][:_TRIED_PHOTOS]
        features_of(tried[:1], scorer=scorer, memory=memory)
        began_at_s = time.perf_counter()
        features_of(tried[1:], scorer=scorer, memory=memory)
        seconds = (time.perf_counter() - began_at_s) / max(1, len(tried) - 1)
    return plan_of(
        len(paths),
        has_gpu=scorer.has_gpu,
        seconds_per_photo=seconds,
        num_known=min(len(paths), known + _TRIED_PHOTOS),
    )


def make_personal(
    labels: LabelSet,
    *,
    name: str,
    model: str | None = None,
    device: str = "auto",
    remembers: bool = True,
    keeps_anyway: bool = False,
    on_plan: Callable[[Plan], None] = lambda plan: None,
    on_progress: Callable[[Stage, float], None] = lambda stage, share: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PersonalModel:
    """A model of one's own on top of the model named, or of the one in use.

    It is saved into the user's library where it is recommended, or with `keeps_anyway`. Photos
    that the labels set apart as test take no part. Raises PersonalStopped, TooFewLabels, AppError
    where no photo can be read, and what opening and writing models raise.
    """
    began_at_s = time.perf_counter()
    parent = default_model() if model is None else find_model(model, models_folder())
    scorer = Scorer.open(parent, device=device)
    learns = replace(labels, photos=tuple(one for one in labels.photos if one.split != "test"))
    tests = replace(labels, photos=tuple(one for one in labels.photos if one.split == "test"))
    catalog = places.catalog() if remembers else None
    with FeatureMemory(catalog, model_id=scorer.model_id, num_crops=scorer.num_crops) as memory:
        plan = plan_for(learns, scorer=scorer, memory=memory)
        on_plan(plan)
        photos = [*learns.photos, *tests.photos]
        features, left_out = features_of(
            [photo.path for photo in photos],
            scorer=scorer,
            memory=memory,
            on_read=lambda done: on_progress("features", done / max(1, len(photos))),
            should_stop=should_stop,
        )
    if should_stop():
        raise PersonalStopped
    learns, tests = (_with_features(part, features) for part in (learns, tests))
    if not learns.photos:
        raise AppError("None of the labelled photos can be read. Check where the photos lie.")
    features_NF, points_N = _as_arrays(learns, features)
    try:
        report = judge_head(
            features_NF,
            points_N,
            np.array(kept_together(learns)),
            kinds=plan.kinds,
            on_share=lambda share: on_progress("judging", share),
            should_stop=should_stop,
        )
    except InterruptedError as error:
        raise PersonalStopped from error
    head = fit_head(features_NF, points_N, kind=report.kind)
    path = None
    if report.is_recommended or keeps_anyway:
        on_progress("saving", 0.0)
        path = _saved(head, report, learns, parent=parent, name=name)
    return PersonalModel(
        report=report,
        path=path,
        parent_name=scorer.model_name,
        seconds=time.perf_counter() - began_at_s,
        left_out=left_out,
        on_test=_on_test(head, features_NF, points_N, tests, features),
    )


def _with_features(labels: LabelSet, features: Mapping[Path, object]) -> LabelSet:
    kept = tuple(photo for photo in labels.photos if photo.path in features)
    return replace(labels, photos=kept)


def _as_arrays(
    labels: LabelSet, features: Mapping[Path, npt.NDArray[np.float32]]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Features (N, F + 1) and people's scores (N,) in points."""
    scores_N = np.array([photo.score for photo in labels.photos], dtype=np.float64)
    features_NF = np.stack([features[photo.path] for photo in labels.photos])
    return features_NF, labels.range.to_0_100(scores_N)


def _saved(
    head: FittedHead, report: PersonalReport, labels: LabelSet, *, parent: Path, name: str
) -> Path:
    """Into the library; a number is added where the name is taken."""
    facts = PersonalFacts(
        name=name,
        labels=labels.range,
        trained_on=labels.name,
        num_photos=len(labels.photos),
        label_sha256=labels.sha256,
        date=time.strftime("%Y-%m-%d"),
        program=f"discern {version()}",
    )
    with tempfile.TemporaryDirectory(prefix="discern-personal-") as folder:
        made = Path(folder) / "model.safetensors"
        save_personal(made, head, parent=parent, facts=facts, report=report)
        scale = _map_scale(made, [photo.path for photo in labels.photos])
        save_personal(made, head, parent=parent, facts=facts, report=report, map_scale=scale)
        return adopt_model(made, places.models()).path


def _map_scale(model: Path, photos: Sequence[Path]) -> MapScale:
    """What the model's maps are measured by: a few photos from all over the list."""
    network, card = open_model(model)
    pixels = []
    for path in photos[:: max(1, len(photos) // _MAPPED_PHOTOS)][:_MAPPED_PHOTOS]:
        try:
            read = read_resized(path, card.resize_rule, crop_px=card.crop_px)
        except EngineError:  # it was readable a minute ago
            continue
        pixels.append(read.pixels_HW3)
    return measure_map_scale(network, pixels)


def _on_test(
    head: FittedHead,
    features_NF: npt.NDArray[np.float32],
    points_N: npt.NDArray[np.float64],
    tests: LabelSet,
    features: Mapping[Path, npt.NDArray[np.float32]],
) -> dict[str, float]:
    if len(tests.photos) < 2:
        return {}
    test_NF, rated_N = _as_arrays(tests, features)
    ridge = fit_head(features_NF, points_N)
    scored = {"personal": head.predict(test_NF), "ridge": ridge.predict(test_NF)}
    try:
        return {
            name: srcc(predicted_N, rated_N)
            for name, predicted_N in (*scored.items(), ("model", test_NF[:, -1]))
        }
    except UndefinedMeasure:
        return {}


def default_name(source: Path) -> str:
    """A name for the model of these labels: "my-holiday" for a table my-holiday.csv."""
    return f"{source.stem or 'labels'}-own"


def left_out_words(left_out: Mapping[Path, str]) -> list[str]:
    """Photos that took no part, a line each, and no more than ten."""
    lines = [f"Left out: {path}: {reason}" for path, reason in list(left_out.items())[:10]]
    if len(left_out) > 10:
        lines.append(f"and {counted(len(left_out) - 10)} more")
    return lines
