"""A trained model beside the one in use, as lines of text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.counted import counted

if TYPE_CHECKING:  # loads NumPy, which a report can do without
    from app.runs.model_comparison import ModelComparison


def comparison_lines(found: "ModelComparison") -> Iterator[str]:
    """SRCC of the model in use and of the baselines, and what the new model is ahead by."""
    yield ""
    yield f"On the same {counted(found.num_photos)}, SRCC:"
    width = max(len(row.name) for row in found.rows)
    for row in found.rows:
        srcc = row.figures.get("srcc")
        yield f"  {row.name:<{width}}  {'-' if srcc is None else f'{srcc.value:.3f}'}"
    gain = found.gain_srcc
    if gain is None:
        return
    interval = "" if gain.low is None else f" [{gain.low:+.3f}, {gain.high:+.3f}]"
    said = {
        True: "The new model is better than the one in use",
        False: "The new model is worse than the one in use",
        None: "The new model and the one in use can't be told apart",
    }[found.is_better]
    yield f"{said}: {gain.value:+.3f}{interval}"
