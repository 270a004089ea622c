"""How well a model agrees with people's ratings of photos."""

import os
from dataclasses import dataclass
from pathlib import Path

from discern.rater import Rater
from engine.measures.agreement import Agreement
from engine.measures.evaluation import Evaluation, Miss
from engine.measures.evaluation import evaluate as measure
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.measures.score_map import choose_score_map
from engine.photo_score import PhotoScore
from trainer.labels.labelled_scores import (
    ALL,
    LabelledScores,
    LeftOut,
    bring_together,
    chosen_part,
    may_be_readable,
    overlap_warnings,
    photos_for_map,
    photos_of,
    require_photos,
    require_scores,
)
from trainer.labels.read_labels import read_labels
from trainer.labels.score_range import settle_scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The agreement of a model with labels, and how its figures came about.

    `agreement` has SRCC, PLCC, KRCC and RMSE with 95 % intervals; `score_map` says what the mapped
    ones were mapped with. `worst_misses` are in units of the labels. `left_out` are photos without
    a score or a label. `notes` say how the labels were read, and what flatters the model.

    >>> import discern
    >>> from engine.measures.agreement import Agreement, Figure
    >>> fair = Figure(value=0.62, low=0.55, high=0.69)
    >>> figures = Agreement(
    ...     num_photos=200, srcc=fair, plcc=fair, plcc_mapped=fair, krcc=fair, rmse=fair
    ... )
    >>> found = discern.Evaluated(
    ...     agreement=figures, worst_misses=(), left_out=(), part="the test part",
    ...     score_map="by hand", model_id="mine 0ab1", notes=(),
    ... )
    >>> f"SRCC {found.agreement.srcc.value} on {found.part}"
    'SRCC 0.62 on the test part'
    """

    agreement: Agreement
    worst_misses: tuple[Miss, ...]
    left_out: tuple[LeftOut, ...]
    part: str
    score_map: str
    model_id: str
    notes: tuple[str, ...]


def evaluate(
    labels: str | Path,
    model: str | Path | Rater | None = None,
    *,
    split: str | None = None,
    device: str = "auto",
    num_misses: int = 10,
) -> Evaluated:
    r"""Rate the photos that `labels` names, and measure the agreement.

    `labels` is a CSV with the columns image, score and perhaps split, or the folder of a data set
    that Discern knows. `split` is train, val, test or all; without one it is the test part if the
    labels name one, else all photos. `device` counts for a model that is opened for this. Raises
    EngineError or trainer.errors.LabelError with what to mend.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> import discern
    >>> drawn = Image.effect_mandelbrot((384, 384), (-2, -1, 1, 1), 60)
    >>> with TemporaryDirectory() as folder:
    ...     for stars, side_px in ((4, 384), (3, 128), (2, 48)):  # the blurrier, the worse
    ...         blurred = drawn.resize((side_px, side_px)).resize(drawn.size)
    ...         blurred.save(Path(folder) / f"{stars}.png")
    ...     labels = Path(folder) / "labels.csv"
    ...     _ = labels.write_text("image,score\n4.png,4\n3.png,3\n2.png,2")
    ...     found = discern.evaluate(labels, discern.Rater(device="cpu", num_crops=1))
    >>> found.part, found.agreement.num_photos, round(found.agreement.srcc.value, 4)
    ('all photos', 3, 1.0)
    """
    _require_path(labels)
    read = read_labels(Path(labels))
    part = chosen_part(read, split)
    measured = photos_of(read, part)
    require_photos(measured, read.source)
    rater = model if isinstance(model, Rater) else Rater(model, device=device)
    card = rater.scorer.card
    knows_labels = card.label_sha256 == read.sha256
    known_map = card.logistic if knows_labels else None
    for_map = photos_for_map(read, part) if known_map is None else []
    rated = _rated(rater, [photo.path for photo in (*measured, *for_map)])
    read = settle_scale(read, [photo for photo in read.photos if may_be_readable(photo, rated)])
    scores, left_out = bring_together(measured, read.range, rated)
    require_scores(scores, left_out)
    others, _ = bring_together(for_map, read.range, rated)
    score_map, story = choose_score_map(
        known_map, (scores.predicted, scores.rated), (others.predicted, others.rated)
    )
    found = _measured(scores, score_map, read.range, num_misses)
    return Evaluated(
        agreement=found.agreement,
        worst_misses=found.worst_misses,
        left_out=tuple(left_out),
        part="all photos" if part == ALL else f"the {part} part",
        score_map=story,
        model_id=rater.model_id,
        notes=(*read.notes, *overlap_warnings(part, knows_labels=knows_labels)),
    )


def _require_path(labels: object) -> None:
    if not isinstance(labels, str | os.PathLike):
        raise TypeError(
            f"Labels are named by the path of a CSV or a folder (str or Path), not by "
            f"{type(labels).__name__}."
        )


def _rated(rater: Rater, paths: list[Path]) -> dict[Path, PhotoScore]:
    """Each photo scored once."""
    wanted = list(dict.fromkeys(paths))
    return dict(zip(wanted, rater.scorer.score_each(wanted), strict=True))


def _measured(
    scores: LabelledScores, score_map: LogisticMap, scale: LabelScale, num_misses: int
) -> Evaluation:
    return measure(
        scores.paths,
        scores.predicted,
        scores.rated,
        score_map=score_map,
        scale=scale,
        num_misses=num_misses,
    )
