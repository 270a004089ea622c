"""Discern in Python: rate pictures, see why, measure a model. `docs/python.md` shows all of it.

Importing this loads nothing heavy; each name is loaded when it is first used.
"""

import importlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discern.evaluation import Evaluated, evaluate
    from discern.loading import load
    from discern.quality_metric import QualityMetric
    from discern.rater import Rater
    from discern.rating import Rating, Unrated
    from engine.errors import EngineError, UnreadablePhoto

__all__ = [
    "EngineError",
    "Evaluated",
    "QualityMetric",
    "Rater",
    "Rating",
    "Unrated",
    "UnreadablePhoto",
    "evaluate",
    "load",
]

_MODULE_OF = {
    "EngineError": "engine.errors",
    "Evaluated": "discern.evaluation",
    "QualityMetric": "discern.quality_metric",
    "Rater": "discern.rater",
    "Rating": "discern.rating",
    "UnreadablePhoto": "engine.errors",
    "Unrated": "discern.rating",
    "evaluate": "discern.evaluation",
    "load": "discern.loading",
}

# What is logged goes where the program that uses this wants it, and by itself nowhere.
for _package in ("engine", "trainer"):
    logging.getLogger(_package).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(_MODULE_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
