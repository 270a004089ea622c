"""Where a run is, in words and as a share of the whole."""

from PySide6.QtCore import QCoreApplication

from app.training.duration import duration_text
from app.training.run_history import RunHistory
from trainer.protocol import Progress

_BYTES_PER_GIB = 2**30


def progress_text(progress: Progress, *, num_repeats: int) -> str:
    """The stage, epoch, step and time left."""
    stages = {
        "photos": _tr("Reading the photos"),
        "teacher": _tr("Training the teacher"),
        "student": _tr("Training the student"),
        "test": _tr("Testing on photos it never saw"),
    }
    parts = [stages.get(progress.stage, progress.stage)]
    if num_repeats > 1:
        parts.append(_tr("repeat %d of %d") % (progress.repeat + 1, num_repeats))
    if progress.stage in ("teacher", "student"):
        parts.append(_tr("epoch %d of %d") % (progress.epoch + 1, progress.num_epochs))
        parts.append(_tr("step %d of %d") % (progress.step, progress.num_steps))
    else:
        parts.append(_tr("%d of %d photos") % (progress.step, progress.num_steps))
    if progress.seconds_left is not None:
        parts.append(_tr("%s left") % duration_text(progress.seconds_left))
    return ", ".join(parts)


def rate_text(progress: Progress) -> str:
    """Examples per second, and the graphics card's memory where there is one."""
    parts = [_tr("%.0f examples per second") % progress.examples_per_s]
    if progress.gpu_memory_bytes is not None:
        gib = progress.gpu_memory_bytes / _BYTES_PER_GIB
        parts.append(_tr("%.1f GiB of the graphics card's memory") % gib)
    return ", ".join(parts)


def progress_share(history: RunHistory) -> float:
    """How much of the run is done, 0 to 1, by time where it is known."""
    progress, started = history.progress, history.started
    if progress is None:
        return 0.0
    if (
        started is not None
        and started.seconds_expected
        and progress.seconds_left is not None
        and progress.stage != "photos"
    ):
        whole = max(started.seconds_expected, progress.seconds_left)
        return 1 - progress.seconds_left / whole
    return 0.0


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunText", text)
