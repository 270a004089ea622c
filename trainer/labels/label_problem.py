"""What can be wrong with labels, told to the person who brought them."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.errors import LabelError

_NUM_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelProblem:
    """One kind of trouble, counted.

    Attributes:
        kind: A word for programs, such as "missing_photo".
        what: What is wrong and what was done about it, as one sentence.
        hint: The way out.
        examples: The first few photos or references it concerns.
        count: How many it concerns.
        concerned: All that it concerns, each with its reason where there is one.
        is_fatal: Whether training on these labels must not start.
    """

    kind: str
    what: str
    hint: str
    examples: tuple[str, ...]
    count: int
    is_fatal: bool
    concerned: tuple[str, ...] = ()


def problem(
    kind: str, what: str, hint: str, concerned: Sequence[str], *, is_fatal: bool = False
) -> LabelProblem:
    """A problem of everything in `concerned`, of which the first few become the examples."""
    return LabelProblem(
        kind=kind,
        what=what,
        hint=hint,
        examples=tuple(concerned[:_NUM_EXAMPLES]),
        count=len(concerned),
        is_fatal=is_fatal,
        concerned=tuple(concerned),
    )


def stop_on_fatal(problems: Sequence[LabelProblem]) -> None:
    """Raises a LabelError with every fatal problem among these, if there is one."""
    fatal = [problem for problem in problems if problem.is_fatal]
    if not fatal:
        return
    sentences = [
        f"{one.what} For example {', '.join(one.examples)}." if one.examples else one.what
        for one in fatal
    ]
    raise LabelError(" ".join(sentences), " ".join(dict.fromkeys(one.hint for one in fatal)))
