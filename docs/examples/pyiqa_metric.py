"""A metric of pyiqa as an opponent: discern gmad FOLDER --models M python:pyiqa_metric.py:score.

pyiqa is no part of Discern; install it yourself (its licence is not free for all uses).
"""

from pathlib import Path

import pyiqa

_metric = pyiqa.create_metric("musiq")


def score(path: Path) -> float:
    """What the metric says of a photo."""
    return float(_metric(str(path)))


score.name = "musiq"
score.lower_is_better = _metric.lower_better
