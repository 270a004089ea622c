"""What a model's card says of how its intervals were found. Standard library only."""

from collections.abc import Mapping
from typing import Any

from engine.counted import counted


def certainty_words(entry: Mapping[str, Any] | None) -> str:
    """How the uncertainty of a model's scores was found, from its card's entry `certainty`.

    >>> from engine.certainty.words import certainty_words
    >>> certainty_words(None)
    'the spread over views of the photo, which says little of how far off a score is'
    >>> certainty_words({"basis": "validation", "num_errors": 600, "num_sources": 1, "one": 6.25})
    'two thirds of 600 validation photos lie within ± 6.2 points as a rule; for photos of that kind'
    """
    if entry is None:
        return "the spread over views of the photo, which says little of how far off a score is"
    rule = f"within ± {entry['one']:.1f} points as a rule"
    photos = entry["num_errors"]
    if entry["basis"] == "validation":
        return f"two thirds of {photos} validation photos lie {rule}; for photos of that kind"
    sources = counted(entry["num_sources"], "source")
    return (
        f"two thirds of the photos of a source not met before lie {rule}; from {counted(photos)} "
        f"of {sources}, each scored by a model trained without it"
    )
