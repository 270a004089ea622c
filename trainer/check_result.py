"""What a look at a run before it begins has found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All that was found, one sentence each, and whether the run could be trained as it is."""

    findings: tuple[str, ...]
    can_train: bool
