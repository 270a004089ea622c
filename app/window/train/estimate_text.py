"""What a run will take, in words, and whether it fits."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.runs.duration import duration_text
from trainer.protocol import Estimate

_GIB = 2**30
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class EstimateText:
    """Words for the page, and why the run can't be begun; empty where it can."""

    text: str
    problem: str = ""


def estimate_text(estimate: Estimate, *, folder: Path) -> EstimateText:
    """The estimate beside what there is; `folder` is where runs are kept."""
    free_bytes = _free_bytes(folder)
    where = _tr("graphics memory") if estimate.is_gpu else _tr("memory")
    text = _tr(
        "About %s on %s, from a few real steps. It needs %s of %s (%s are free) and %s of disk"
        " (%s are free)."
    ) % (
        duration_text(estimate.seconds),
        estimate.device_name,
        _size(estimate.memory_bytes),
        where,
        _size(estimate.memory_available_bytes),
        _size(estimate.disk_bytes),
        _size(free_bytes),
    )
    if estimate.memory_bytes > estimate.memory_available_bytes:
        return EstimateText(
            text,
            _tr("There is not enough %s: take a smaller batch or smaller photos.") % where,
        )
    if estimate.disk_bytes > free_bytes:
        return EstimateText(text, _tr("There is not enough room on the disk of %s.") % folder)
    return EstimateText(text)


def _free_bytes(folder: Path) -> int:
    for place in (folder, *folder.parents):
        if place.is_dir():
            return shutil.disk_usage(place).free
    return 0


def _size(num_bytes: int) -> str:
    if num_bytes >= _GIB:
        return f"{num_bytes / _GIB:.1f} GiB"
    return f"{num_bytes / _MIB:.0f} MiB"


def _tr(text: str) -> str:
    return QCoreApplication.translate("EstimateText", text)
