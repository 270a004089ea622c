"""Runs the trainer on a run folder and shows what it does, on the terminal."""

from app.cli.interruption import Interruption
from app.cli.terminal import printable, write_err
from app.cli.train_display import TrainingDisplay
from app.runs.outcome import Died, Outcome
from app.runs.process import TrainingProcess
from trainer.protocol import Failed, Finished
from trainer.run_folder import RunFolder

_STOP_NOTE = "Finishing this step, then saving. Press Ctrl+C again to stop at once."
_POLL_S = 0.2
_NUM_STDERR_LINES = 30


def follow_run(folder: RunFolder) -> int:
    """Run the trainer in that folder to its end; the exit status, 0 if it finished."""
    with (
        Interruption(_STOP_NOTE) as interruption,
        TrainingDisplay(num_repeats=folder.config.split.num_repeats) as display,
        TrainingProcess(folder.path) as process,
    ):
        outcome, was_killed = follow_process(process, display, interruption)
    resume = f"Go on with:  discern train --resume {folder.path}"
    match outcome:
        case Finished(was_stopped=False):
            return 0
        case Finished():
            write_err(printable(f"Stopped; everything is saved. {resume}"))
            return 130
        case Failed(what=what, hint=hint):
            write_err(printable(f"discern: {what} {hint}".rstrip()))
            return 1
        case Died() if was_killed:
            write_err(printable(f"Stopped at once. {resume}"))
            return 130
        case Died() as died:
            write_death(died, resume)
            return 130 if interruption.is_wanted else 1


def follow_process(
    process: TrainingProcess, display: TrainingDisplay, interruption: Interruption
) -> tuple[Outcome, bool]:
    """Show what the process says to its end; its outcome, and whether a person killed it.

    The first Ctrl+C asks it to stop, a second one ends it.
    """
    was_killed = is_stopping = False
    while process.outcome is None:
        try:
            message = process.next_message(timeout_s=_POLL_S)
            if message is not None:
                display.show(message)
            if interruption.is_wanted and not is_stopping:
                is_stopping = True
                process.stop()
        except KeyboardInterrupt:
            was_killed = True
            process.cancel()
    return process.outcome, was_killed


def write_death(died: Died, hint: str) -> None:
    """Say that the process ended without a word, with the last that it wrote."""
    write_err(printable(f"discern: {died.what} {died.hint} {hint}".rstrip()))
    for line in died.stderr_tail.splitlines()[-_NUM_STDERR_LINES:]:
        write_err(printable(f"  {line}"))
