"""What is said of a personal model: figures beside the model it rides on, and a verdict in words.

Standard library only, so that a window can show it at once.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

from engine.counted import counted
from engine.measures.agreement import Figure
from engine.personal.head_shape import HEAD_WORDS, HeadKind

REPORT_VERSION = 1

ContenderName = Literal["personal", "ridge", "model", "model_on_a_line", "mean"]
Verdict = Literal["better", "perhaps", "no_better", "too_few"]

CONTENDER_TITLES: Mapping[ContenderName, str] = {
    "personal": "your own model",
    "ridge": "ridge regression alone",
    "model": "the model in use, as it is",
    "model_on_a_line": "the model in use, brought to your scale",
    "mean": "always the mean of your labels",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """How well one way of scoring does on labels that it did not learn from.

    `srcc` is None where all its scores are alike; `rmse` is in points of 100.

    >>> from engine.measures.agreement import Figure
    >>> from engine.personal.report import Contender
    >>> Contender(name="mean", srcc=None, rmse=Figure(value=18.0)).title
    'always the mean of your labels'
    """

    name: ContenderName
    srcc: Figure | None
    rmse: Figure

    @property
    def title(self) -> str:
        """What it is, for people."""
        return CONTENDER_TITLES[self.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """The SRCC that so many labels brought, or would bring if it is a forecast.

    >>> from engine.personal.report import LearningPoint
    >>> LearningPoint(num_labels=240, srcc=0.81, is_forecast=True).num_labels
    240
    """

    num_labels: int
    srcc: float
    is_forecast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalReport:
    """The judgement of a personal model by nested cross-validation.

    `gain` is the SRCC of the personal model less that of the model in use, on the same photos.
    `kinds` counts which head was chosen in how many of the folds.

    >>> from engine.measures.agreement import Figure
    >>> from engine.personal.report import PersonalReport
    >>> report = PersonalReport(
    ...     num_labels=120, num_groups=118, num_repeats=3, kind="ridge", kinds={"ridge": 15},
    ...     contenders=(), gain=Figure(value=0.08, low=0.03, high=0.14), verdict="better",
    ... )
    >>> report.is_recommended, report.words()
    (True, 'Your own model agrees with you better than the model in use: SRCC higher by .08 \
[.03, .14] on photos it did not learn from.')
    """

    num_labels: int
    num_groups: int
    num_repeats: int
    kind: HeadKind
    kinds: Mapping[str, int]
    contenders: tuple[Contender, ...]
    gain: Figure | None
    verdict: Verdict
    learning: tuple[LearningPoint, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict not in get_args(Verdict) or self.kind not in HEAD_WORDS:
            raise ValueError(f"The report says {self.verdict!r} of a {self.kind!r}.")

    @property
    def is_recommended(self) -> bool:
        """Whether to take the personal model rather than the one in use."""
        return self.verdict in ("better", "perhaps")

    def contender(self, name: ContenderName) -> Contender:
        """The one of that name. Raises KeyError."""
        return {one.name: one for one in self.contenders}[name]

    def words(self) -> str:
        """The verdict as a sentence or two."""
        gain = "" if self.gain is None else _signed(self.gain)
        match self.verdict:
            case "better":
                return (
                    "Your own model agrees with you better than the model in use: SRCC higher by "
                    f"{gain} on photos it did not learn from."
                )
            case "perhaps":
                return (
                    "Your own model may agree with you a little better than the model in use: SRCC "
                    f"{gain}, which may be luck. More labels will tell."
                )
            case "no_better":
                return (
                    "Your own model agrees with you no better than the model in use"
                    + (f" (SRCC {gain})" if gain else "")
                    + ", so the model in use is kept."
                )
            case "too_few":
                return (
                    f"{counted(self.num_labels, 'label')} are too few to tell whether a model of "
                    "your own is better, so the model in use is kept. Rate some dozens more."
                )

    def learning_words(self) -> str:
        """What more labels would bring, as a sentence; empty where it can't be told."""
        forecast = next((point for point in self.learning if point.is_forecast), None)
        measured = [point for point in self.learning if not point.is_forecast]
        if forecast is None or not measured:
            return ""
        rise = forecast.srcc - measured[-1].srcc
        if rise < 0.005:
            return "More labels like these would hardly change it."
        return (
            f"With {forecast.num_labels} labels, SRCC may rise from {_plain(measured[-1].srcc)} "
            f"to about {_plain(forecast.srcc)}."
        )

    def to_json(self) -> dict[str, Any]:
        """A plain dict for model files and run folders."""
        return {"version": REPORT_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The report that `to_json` wrote. Raises KeyError, TypeError or ValueError else."""
        entries = dict(stored)
        if entries.pop("version") != REPORT_VERSION:
            raise ValueError("The report is of another version.")
        gain = entries.pop("gain")
        contenders = tuple(
            Contender(
                name=one["name"],
                srcc=None if one["srcc"] is None else Figure.from_json(one["srcc"]),
                rmse=Figure.from_json(one["rmse"]),
            )
            for one in entries.pop("contenders")
        )
        return cls(
            gain=None if gain is None else Figure.from_json(gain),
            contenders=contenders,
            learning=tuple(LearningPoint(**one) for one in entries.pop("learning")),
            warnings=tuple(entries.pop("warnings")),
            **entries,
        )


def _plain(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".", 1)


def _signed(figure: Figure) -> str:
    text = _plain(figure.value)
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{_plain(figure.low)}, {_plain(figure.high)}]"
