"""An evaluation as text for the terminal and as plain values for JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.counted import counted
from engine.measures.agreement import TITLES, Figure, Undefined
from engine.measures.evaluation import Evaluation
from engine.ratings.worth import Worth
from trainer.labels.labelled_scores import LeftOut


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
    evaluation: Evaluation,
    provenance: Provenance,
    left_out: Sequence[LeftOut],
    worth: Worth | None = None,
) -> Iterator[str]:
    """The report, without the worst misses."""
    yield (
        f"{provenance.title}: {counted(evaluation.agreement.num_photos)} ({provenance.part}),"
        f" rated by {provenance.model_id}"
    )
    yield ""
    yield "                 value   95 % interval"
    for measure, figure in evaluation.agreement.figures().items():
        yield _figure_line(TITLES[measure], figure)
    if worth is not None:
        yield ""
        yield f"{worth.words} So many agree with all others as well as the model does."
    yield ""
    yield f"Mapped figures: {provenance.score_map}"
    yield "RMSE is taken after that map too, and is in label units."
    yield (
        f"Intervals: 1000 bootstrap resamples of the photos. Scores: mean of"
        f" {counted(provenance.num_crops, 'crop')} ({provenance.device_name})."
    )
    for warning in provenance.warnings:
        yield f"Note: {warning}"
    if left_out:
        have = "has" if len(left_out) == 1 else "have"
        yield f"Left out: {counted(len(left_out))} that {have} no score or no label (at the end)."


def _figure_line(title: str, figure: Figure | Undefined) -> str:
    if isinstance(figure, Undefined):
        return f"{title:<14}  undefined: {figure.value}"
    if figure.low is None or figure.high is None:
        return f"{title:<14} {figure.value:7.4f}   too few photos for an interval"
    return f"{title:<14} {figure.value:7.4f}   {figure.low:.4f} to {figure.high:.4f}"


def report_json(
    evaluation: Evaluation,
    provenance: Provenance,
    left_out: Sequence[LeftOut],
    worth: Worth | None = None,
) -> dict[str, object]:
    """The report as plain values, paths as text."""
    return {
        **asdict(provenance),
        "labels": str(provenance.labels),
        **evaluation.agreement.to_json(),
        "worth_raters": None if worth is None else asdict(worth),
        "worst_misses": [
            {"path": str(miss.path), "rated": miss.rated, "predicted": miss.predicted}
            for miss in evaluation.worst_misses
        ],
        "left_out": [{"path": str(photo.path), "reason": photo.reason} for photo in left_out],
    }
