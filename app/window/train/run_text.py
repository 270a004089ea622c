"""Where a run is, in words and as a share of the whole."""

from PySide6.QtCore import QCoreApplication

from app.pace import pace_text
from app.runs.duration import duration_text
from app.runs.run_history import RunHistory
from app.runs.run_summary import RunSummary, Standing
from engine.counted import counted
from trainer.protocol import Progress

_BYTES_PER_GIB = 2**30
# Where the parts of a repeat lie on the bar: the two trainings are about equally long.
_PHOTOS_END, _STUDENT_BEGINS, _TEST_BEGINS = 0.03, 0.49, 0.95


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
        parts.append(_tr("%d of %s") % (progress.step, counted(progress.num_steps)))
    if progress.seconds_left is not None:
        parts.append(_tr("%s left") % duration_text(progress.seconds_left))
    return ", ".join(parts)


def rate_text(progress: Progress) -> str:
    """Examples per second once they are known, and the memory of the graphics card if any."""
    pace = pace_text(progress.examples_per_s, "example")
    parts = [pace] if pace else []
    if progress.gpu_memory_bytes is not None:
        gib = progress.gpu_memory_bytes / _BYTES_PER_GIB
        parts.append(_tr("%.1f GiB of the graphics card's memory") % gib)
    return ", ".join(parts)


def progress_share(history: RunHistory, *, num_repeats: int) -> float:
    """How much of the run is done, 0 to 1, counted in epochs: it never goes back."""
    progress = history.progress
    if progress is None:
        return 0.0
    has_teacher = any(key.stage == "teacher" for key in history.epochs)
    begins = _STUDENT_BEGINS if has_teacher else _PHOTOS_END
    in_stage = (progress.epoch + progress.step / max(1, progress.num_steps)) / max(
        1, progress.num_epochs
    )
    first, last = {
        "photos": (0.0, _PHOTOS_END),
        "teacher": (_PHOTOS_END, _STUDENT_BEGINS),
        "student": (begins, _TEST_BEGINS),
        "test": (_TEST_BEGINS, 1.0),
    }.get(progress.stage, (0.0, 0.0))
    share = first + min(1.0, in_stage) * (last - first)
    return (progress.repeat + share) / num_repeats


def standing_text(summary: RunSummary) -> str:
    """Where a run stands that nobody follows."""
    texts = {
        Standing.NEW: "This run has not begun.",
        Standing.RUNNING: "This run is at work.",
        Standing.FINISHED: "The training is finished.",
        Standing.STOPPED: "The training was stopped; everything is saved.",
        Standing.LOST: "The training was cut off: its process is gone. What was saved is whole.",
    }
    return summary.what or texts.get(summary.standing, "The training failed.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunText", text)
