"""Puts an error that ended a run into words: what happened, and the way out."""

from pathlib import Path

from engine.errors import EngineError
from trainer.atomic_write import full_disk, means_full_disk
from trainer.errors import TrainingError
from trainer.protocol import Failed

# What PyTorch says on a full graphics card, and on full main memory (Linux, Windows).
_MEMORY_TEXTS = ("out of memory", "can't allocate memory", "not enough memory")
_GRAPHICS_CARD_WORDS = ("cuda", "cublas", "cudnn", "hip out")


def describe_failure(error: BaseException, run_folder: Path) -> Failed:
    """The message about `error`; errors of ours speak for themselves."""
    resume = f"discern train --resume {run_folder}"
    if isinstance(error, TrainingError):
        return Failed(what=error.what, hint=error.hint)
    if isinstance(error, EngineError):
        return Failed(what=str(error), hint=f"When that is mended, go on with `{resume}`.")
    if is_out_of_memory(error):
        is_on_card = any(word in str(error).lower() for word in _GRAPHICS_CARD_WORDS)
        where = "The graphics card" if is_on_card else "This machine"
        return Failed(
            what=f"{where} ran out of memory.",
            hint=f"Nothing that was saved is lost: close other programs that need memory and go "
            f"on with `{resume}`. If it happens again, start a run with a smaller batch_size or "
            f"smaller photos (photos.long_side_px, photos.short_side_px).",
        )
    if means_full_disk(error):
        full = full_disk(run_folder)
        return Failed(what=full.what, hint=full.hint)
    return Failed(
        what=f"The training ended with an unexpected error ({type(error).__name__}: {error}).",
        hint=f"See {run_folder / 'train.log'} for the details; go on from the last save with "
        f"`{resume}`.",
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that memory, of the machine or of its graphics card, is used up.

    Told by name and text, so that PyTorch need not be loaded to ask.
    """
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _MEMORY_TEXTS)
