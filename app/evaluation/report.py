"""An evaluation as text for the terminal and as plain values for JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.evaluation.evaluation import Evaluation
from app.evaluation.labelled_scores import LeftOut
from engine.measures.bootstrap import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How figures came about, without which they mean nothing."""

    title: str  # what people call the labels
    labels: Path
    labels_sha256: str
    part: str  # such as "the test part"
    model_id: str
    device_name: str
    num_crops: int
    score_map: str  # what the mapped figures were mapped with
    warnings: tuple[str, ...]


def report_lines(
    evaluation: Evaluation, provenance: Provenance, left_out: Sequence[LeftOut]
) -> Iterator[str]:
    """The report, without the worst misses."""
    yield (
        f"{provenance.title}: {evaluation.num_photos} photos ({provenance.part}),"
        f" rated by {provenance.model_id}"
    )
    yield ""
    yield "                 value   95 % interval"
    for title, figure in figures(evaluation).items():
        if figure is None:
            yield f"{title:<14}  undefined: the scores do not rise with the labels"
        else:
            yield f"{title:<14} {figure.value:7.4f}   {figure.low:.4f} to {figure.high:.4f}"
    yield ""
    yield f"Mapped figures: {provenance.score_map} RMSE is in label units."
    yield (
        f"Intervals: 1000 bootstrap resamples of the photos. Scores: mean of"
        f" {provenance.num_crops} crops ({provenance.device_name})."
    )
    for warning in provenance.warnings:
        yield f"Note: {warning}"
    if left_out:
        yield f"Left out: {len(left_out)} photos that have no score or no label (at the end)."


def figures(evaluation: Evaluation) -> dict[str, Interval | None]:
    """The figures under the names that people know them by."""
    return {
        "SRCC": evaluation.srcc,
        "PLCC, raw": evaluation.plcc,
        "PLCC, mapped": evaluation.plcc_mapped,
        "KRCC": evaluation.krcc,
        "RMSE, mapped": evaluation.rmse,
    }


def report_json(
    evaluation: Evaluation, provenance: Provenance, left_out: Sequence[LeftOut]
) -> dict[str, object]:
    """The report as plain values, paths as text."""
    return {
        **asdict(provenance),
        "labels": str(provenance.labels),
        "num_photos": evaluation.num_photos,
        "srcc": asdict(evaluation.srcc),
        "plcc": asdict(evaluation.plcc),
        "plcc_mapped": None if evaluation.plcc_mapped is None else asdict(evaluation.plcc_mapped),
        "krcc": asdict(evaluation.krcc),
        "rmse": asdict(evaluation.rmse),
        "worst_misses": [
            {"path": str(miss.path), "rated": miss.rated, "predicted": miss.predicted}
            for miss in evaluation.worst_misses
        ],
        "left_out": [{"path": str(photo.path), "reason": photo.reason} for photo in left_out],
    }
