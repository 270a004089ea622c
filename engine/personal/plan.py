"""What the program will do with labels, and about how long it takes. Standard library only."""

from dataclasses import dataclass
from typing import Literal

from engine.counted import counted
from engine.personal.head_shape import HEAD_KINDS, HeadKind

Way = Literal["more_labels", "personal", "personal_and_fine_tune"]

FEWEST_LABELS = 5
_WORTH_FINE_TUNING = 500  # labels from which a fine-tuned network was better in some sources
_MOST_FOR_ALL_KINDS = 400  # beyond, networks' folds take minutes
_MOST_FOR_VECTORS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done: a head of one's own, and a fine-tuned network beside it where it may pay.

    `seconds` is the estimate for the head, features included; `kinds` are the heads tried.

    >>> from engine.personal.plan import plan_of
    >>> plan = plan_of(120, has_gpu=False, seconds_per_photo=0.05)
    >>> plan.way, plan.words()
    ('personal', '120 labels, no GPU: a model of your own on top of the one in use, about 25 \
seconds.')
    """

    way: Way
    num_labels: int
    has_gpu: bool
    seconds: float
    kinds: tuple[HeadKind, ...]

    def words(self) -> str:
        """What will be done, for a person who has never trained anything."""
        start = f"{counted(self.num_labels, 'label')}, {'a' if self.has_gpu else 'no'} GPU"
        if self.way == "more_labels":
            return f"{start}: too few for a model of your own. Rate at least {FEWEST_LABELS}."
        text = f"{start}: a model of your own on top of the one in use, {about(self.seconds)}"
        if self.way == "personal_and_fine_tune":
            return f"{text}; then the network itself is trained further, and the better is kept."
        return f"{text}."


def plan_of(
    num_labels: int, *, has_gpu: bool, seconds_per_photo: float, num_known: int = 0
) -> Plan:
    """The plan for so many labels on this machine.

    `seconds_per_photo` is what the model takes to read and score one photo here, and `num_known`
    of the photos have features that are remembered. Seconds are for the features and for judging
    and fitting the head.

    >>> from engine.personal.plan import plan_of
    >>> plan_of(3, has_gpu=False, seconds_per_photo=0.05).way
    'more_labels'
    >>> plan_of(900, has_gpu=True, seconds_per_photo=0.005).way
    'personal_and_fine_tune'
    """
    if num_labels < FEWEST_LABELS:
        return Plan(way="more_labels", num_labels=num_labels, has_gpu=has_gpu, seconds=0, kinds=())
    kinds = kinds_for(num_labels)
    reading = max(0, num_labels - num_known) * seconds_per_photo
    can_tune = has_gpu and num_labels >= _WORTH_FINE_TUNING
    return Plan(
        way="personal_and_fine_tune" if can_tune else "personal",
        num_labels=num_labels,
        has_gpu=has_gpu,
        seconds=reading + seconds_to_judge(num_labels),
        kinds=kinds,
    )


def kinds_for(num_labels: int) -> tuple[HeadKind, ...]:
    """The heads that are tried: all with few labels, ridge alone with very many.

    >>> from engine.personal.plan import kinds_for
    >>> kinds_for(120), kinds_for(1000), kinds_for(5000)
    (('ridge', 'svr', 'mlp', 'taylor_kan'), ('ridge', 'svr'), ('ridge',))
    """
    if num_labels <= _MOST_FOR_ALL_KINDS:
        return HEAD_KINDS
    return ("ridge", "svr") if num_labels <= _MOST_FOR_VECTORS else ("ridge",)


def seconds_to_judge(num_labels: int) -> float:
    """What judging and fitting a head takes, in seconds; measured on two shared EPYC cores.

    >>> from engine.personal.plan import seconds_to_judge
    >>> 5 < seconds_to_judge(120) < 60
    True
    """
    return 14.0 + 0.05 * num_labels


def about(seconds: float) -> str:
    """A time as people say it, rounded to what an estimate is worth.

    >>> from engine.personal.plan import about
    >>> about(23.0), about(3.0), about(100.0)
    ('about 25 seconds', 'a few seconds', 'about 2 minutes')
    """
    if seconds < 8:
        return "a few seconds"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} seconds"
    return f"about {counted(max(2, round(seconds / 60)), 'minute')}"
