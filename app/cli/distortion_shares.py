"""Looking for visible defects in many photos, with a progress bar."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli.interruption import Interruption
from app.cli.progress import progress_bar
from app.rating.result_files import DistortionShares
from engine.errors import UnreadablePhoto
from engine.scorer import Scorer

_log = logging.getLogger(__name__)


def measure_shares(paths: Sequence[Path], *, scorer: Scorer) -> tuple[DistortionShares, bool]:
    """The share of each photo that each kind of defect affects, and whether Ctrl+C cut it short."""
    shares: dict[Path, Mapping[str, float]] = {}
    with Interruption() as interruption, progress_bar(len(paths), "Looking for defects") as bar:
        for path in paths:
            if interruption.is_wanted:
                break
            try:
                shares[path] = scorer.distortions(path).share_affected()
            except UnreadablePhoto as error:
                _log.warning("%s: its defects were not looked for. %s", path, error.reason)
            bar.update()
    found = DistortionShares(kinds=scorer.distortion_kinds, of_photo=shares)
    return found, interruption.is_wanted
