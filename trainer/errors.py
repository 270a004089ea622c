"""The errors of a training run. Each text is written for the person at the screen."""


class TrainingError(Exception):
    """Something that keeps a training run from starting or going on.

    Attributes:
        what: What was wrong, as one sentence.
        hint: The way out, as one sentence; empty when there is none to give.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".strip()


class LabelError(TrainingError):
    """Labels that can't be read or can't be trained on."""
