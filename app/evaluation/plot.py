"""Scores against labels as a picture, with the map between them and the figures."""

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from app.evaluation.report import Provenance
from engine.counted import counted
from engine.measures.agreement import TITLES, Agreement
from engine.measures.evaluation import Evaluation
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap

_DOT = "#3b5b7a"
_CURVE = "#c2571a"
_GRID = "#d9d9d9"


def draw_evaluation(
    predicted_0_100: Sequence[float],
    rated_0_100: Sequence[float],
    *,
    evaluation: Evaluation,
    provenance: Provenance,
    score_map: LogisticMap,
    scale: LabelScale,
) -> bytes:
    """The picture as PNG. Nothing of matplotlib's global state is touched."""
    figure = Figure(figsize=(7.2, 6.4), dpi=130, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    rated = [scale.from_0_100(rating) for rating in rated_0_100]
    # So that many photos do not merge into one blot.
    opacity = float(np.clip(30 / np.sqrt(len(rated)), 0.15, 0.9))
    axes.scatter(predicted_0_100, rated, s=14, c=_DOT, alpha=opacity, linewidths=0, zorder=2)
    scores = np.linspace(min(predicted_0_100), max(predicted_0_100), 200)
    mapped = [scale.from_0_100(float(value)) for value in score_map.apply(scores)]
    axes.plot(scores, mapped, color=_CURVE, linewidth=1.8, label="score map", zorder=3)
    axes.set_xlabel("score (0-100)")
    axes.set_ylabel("label")
    axes.set_title(
        f"{provenance.title}, {provenance.part}: {counted(evaluation.agreement.num_photos)}\n"
        f"rated by {provenance.model_id}",
        fontsize=10,
        loc="left",
        parse_math=False,
    )
    axes.grid(visible=True, color=_GRID, linewidth=0.6, zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.text(
        0.02,
        0.98,
        "\n".join(_figure_lines(evaluation.agreement)),
        transform=axes.transAxes,
        va="top",
        family="DejaVu Sans Mono",
        fontsize=8,
        bbox={"facecolor": "white", "edgecolor": _GRID, "alpha": 0.9},
        zorder=4,
    )
    axes.legend(loc="lower right", frameon=False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _figure_lines(agreement: Agreement) -> list[str]:
    lines = []
    for measure, figure in agreement.defined().items():
        has_interval = figure.low is not None and figure.high is not None
        interval = f"  [{figure.low:.4f}, {figure.high:.4f}]" if has_interval else ""
        lines.append(f"{TITLES[measure]:<12} {figure.value:7.4f}{interval}")
    return lines
