"""What a model file says of itself: what it is, how it was trained, and how well it does."""

# Everything but the weights; stored as one JSON text in the file's metadata.

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self, get_args

from engine.errors import ModelFileError
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.networks.network_config import NetworkConfig, config_type
from engine.networks.normalisation import Normalisation
from engine.networks.registry import entry_of_config, network_entries, network_entry
from engine.networks.sight import Sight
from engine.networks.starting_point import StartingPoint
from engine.photos.resize import ResizeRule

FORMAT_VERSION = 5  # what this program knows; see docs/model_file.md
_VERSION_WITH_CERTAINTY = 4
_VERSION_WITH_START = 3
_VERSION_OF_THE_REST = 1

Role = Literal["teacher", "student", "plain"]
MOST_CROPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MapScale:
    """The common scale of a model's maps, in points of score, found on validation photos.

    `top` is the map value drawn as 1; a photo whose map stays under `weak_below` on both sides has
    weak evidence. Both are 0 when nothing was measured.

    >>> from engine.networks.model_card import MapScale
    >>> scale = MapScale(top=4.0, weak_below=1.0)
    >>> 3.0 / scale.top  # how a place that raises the score by 3 points is drawn
    0.75
    """

    top: float = 0.0
    weak_below: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.top < math.inf and 0 <= self.weak_below < math.inf):
            raise ValueError(f"The scale of the maps is {self.top} and {self.weak_below}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """The card of a model. `figures` are those of its own test part, as the protocol states.

    `labels` is the scale of the labels that the model was trained on. `settings` are the training
    settings as the run's config had them, [C] choices included. `start` is what training began
    with; None in files of programs that did not record it. `certainty` is what the file states of
    how its intervals were found (engine/certainty/stored_certainty.py); None where it has none.

    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.measures.label_scale import LabelScale
    >>> from engine.networks.model_card import ModelCard
    >>> from engine.networks.normalisation import Normalisation
    >>> from engine.photos.resize import ResizeRule
    >>> card = ModelCard(
    ...     name="mine", role="plain", network=CsiqaConfig(crop_px=224), num_crops=10,
    ...     normalisation=Normalisation(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
    ...     resize_rule=ResizeRule(long_side_px=512, short_side_px=384),
    ...     labels=LabelScale(low=1.0, high=5.0, higher_is_better=True),
    ... )
    >>> card.architecture, card.crop_px, ModelCard.from_json(card.to_json()) == card
    ('csiqa', 224, True)
    """

    name: str
    role: Role
    network: NetworkConfig
    normalisation: Normalisation
    resize_rule: ResizeRule
    num_crops: int
    labels: LabelScale
    trained_on: str = ""
    num_photos: int = 0
    label_sha256: str = ""
    protocol: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    logistic: LogisticMap | None = None
    map_scale: MapScale = field(default_factory=MapScale)
    settings: dict[str, Any] = field(default_factory=dict)
    start: StartingPoint | None = None
    certainty: dict[str, Any] | None = None
    parent: str = ""
    date: str = ""
    program: str = ""

    def __post_init__(self) -> None:
        texts = ("name", "trained_on", "label_sha256", "protocol", "parent", "date", "program")
        for entry in texts:
            if not isinstance(getattr(self, entry), str):
                raise ValueError(f"{entry} is {getattr(self, entry)!r}; it must be a text.")
        if not self.name.strip():
            raise ValueError("The model has no name.")
        if self.role not in get_args(Role):
            raise ValueError(f"role is {self.role!r}; it must be one of {get_args(Role)}.")
        if type(self.num_crops) is not int or not 1 <= self.num_crops <= MOST_CROPS:
            raise ValueError(f"num_crops is {self.num_crops!r}; it must be 1 to {MOST_CROPS}.")
        if not isinstance(self.figures, dict) or not isinstance(self.settings, dict):
            raise ValueError("figures and settings must be tables.")
        if self.certainty is not None and not isinstance(self.certainty, dict):
            raise ValueError("certainty must be a table.")

    @property
    def architecture(self) -> str:
        """The kind of network, by its name in the registry, such as "csiqa"."""
        return entry_of_config(self.network).name

    @property
    def sight(self) -> Sight:
        """What the network is shown of a photo."""
        return self.network.sight()

    @property
    def crop_px(self) -> int:
        """The side of the crops that the network sees; 1 where it sees photos whole.

        Resized photos have no shorter side.
        """
        return self.sight.least_side_px

    def to_json(self) -> dict[str, Any]:
        """Plain values for the file's metadata."""
        entries = asdict(self)
        version = _VERSION_OF_THE_REST if self.start is None else _VERSION_WITH_START
        if self.start is None:
            del entries["start"]  # so that older programs can open the file
        if self.certainty is None:
            del entries["certainty"]  # likewise
        else:
            version = _VERSION_WITH_CERTAINTY
        entries["network"] = _without_usual_answers(entries["network"])  # likewise
        if "answer" in entries["network"]:
            version = FORMAT_VERSION
        return {
            **entries,
            "format_version": version,
            "architecture": self.architecture,
            "resize_rule": self.resize_rule.to_json(),
            "logistic": None if self.logistic is None else self.logistic.to_json(),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The card in a file's metadata; raises ModelFileError naming what is missing or wrong."""
        entries = dict(values)
        version = entries.pop("format_version", None)
        if type(version) is not int or version < 1:
            raise ModelFileError("The model file does not state its format version.")
        if version > FORMAT_VERSION:
            raise ModelFileError(
                f"The model file has format {version}, and this program knows formats up to "
                f"{FORMAT_VERSION}. Update Discern."
            )
        architecture = entries.pop("architecture", None)
        entry = network_entry(architecture)
        if entry is None:
            *first, last = (known.name for known in network_entries())
            raise ModelFileError(
                f"The model file's architecture is {architecture!r}; known are "
                f"{', '.join(first)} and {last}. A newer Discern may know it."
            )
        try:
            stated = entries.pop("normalisation")
            normalisation = Normalisation(mean=tuple(stated["mean"]), std=tuple(stated["std"]))
            logistic = entries.pop("logistic")
            entries.pop("distortions", None)  # of a head that older programs had, see model_file
            start = entries.pop("start", None)
            return cls(
                network=config_type(entry)(**entries.pop("network")),
                normalisation=normalisation,
                resize_rule=ResizeRule.from_json(entries.pop("resize_rule")),
                labels=LabelScale.from_json(entries.pop("labels")),
                map_scale=MapScale(**entries.pop("map_scale")),
                logistic=None if logistic is None else LogisticMap.from_json(logistic),
                start=None if start is None else StartingPoint.from_json(start),
                **entries,
            )
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ModelFileError(f"The model file's card can't be read: {what}") from error


def _without_usual_answers(values: object) -> object:
    """A network's table, and those of networks inside it, without the answer that most give."""
    if isinstance(values, dict):
        return {
            name: _without_usual_answers(value)
            for name, value in values.items()
            if (name, value) != ("answer", "scalar")
        }
    if isinstance(values, list | tuple):
        return type(values)(_without_usual_answers(value) for value in values)
    return values
