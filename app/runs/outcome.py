"""The ways in which a training run ends."""

import signal
from dataclasses import dataclass

from trainer.protocol import Failed, Finished


@dataclass(frozen=True, kw_only=True, slots=True)
class Died:
    """The run's process ended without a last message; None when it could not even start."""

    exit_code: int | None
    stderr_tail: str

    @property
    def what(self) -> str:
        """What happened, in a sentence."""
        if self.exit_code is None:
            return f"The training could not be started: {self.stderr_tail}"
        if self.exit_code >= 0:
            return f"The training ended without a word (exit status {self.exit_code})."
        try:
            name = signal.Signals(-self.exit_code).name
        except ValueError:
            name = f"signal {-self.exit_code}"
        return f"The training was ended from outside ({name})."

    @property
    def hint(self) -> str:
        """The way out."""
        if self.exit_code == -9:  # SIGKILL, which Windows does not have
            return (
                "If nobody did that, the machine may have run out of memory. What was saved is "
                "whole: the run can be resumed."
            )
        return (
            "Look in train.log in the run folder. What was saved is whole: the run can be resumed."
        )


Outcome = Finished | Failed | Died
