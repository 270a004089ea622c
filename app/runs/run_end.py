"""How a run ended, in words for the person at the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.runs.outcome import Died, Outcome
from trainer.protocol import Failed, Finished


class EndKind(StrEnum):
    """The ways in which a run can end."""

    FINISHED = "finished"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DIED = "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """What happened, the way out, and what a report of a fault should hold."""

    kind: EndKind
    what: str
    hint: str = ""
    details: str = ""


def run_end(
    outcome: Outcome,
    *,
    was_cancelled: bool,
    stderr_tail: str = "",
    protocol_errors: Sequence[Exception] = (),
) -> RunEnd:
    """The end of a run that was followed from its start."""
    details = "\n".join([*(str(error) for error in protocol_errors[:5]), stderr_tail]).strip()
    match outcome:
        case Finished(was_stopped=True):
            return RunEnd(
                kind=EndKind.STOPPED,
                what="The training was stopped; everything is saved.",
                hint="Go on with it whenever you like.",
            )
        case Finished():
            return RunEnd(kind=EndKind.FINISHED, what="The training is finished.")
        case Died() if was_cancelled:
            return RunEnd(
                kind=EndKind.CANCELLED,
                what="The training was cancelled at once.",
                hint="What was saved before is whole: the run can be resumed, or deleted.",
            )
        case Failed(what=what, hint=hint):
            return RunEnd(kind=EndKind.FAILED, what=what, hint=hint, details=details)
    return RunEnd(kind=EndKind.DIED, what=outcome.what, hint=outcome.hint, details=details)


def vanished() -> RunEnd:
    """The end of a run that nobody watched: its process is gone and left no last message."""
    return RunEnd(
        kind=EndKind.DIED,
        what="The training ended without a word: its process is gone.",
        hint="The machine may have been switched off or have run out of memory. What was saved is"
        " whole: the run can be resumed.",
    )
