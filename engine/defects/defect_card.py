"""What a file of a defect network says of itself: how it was made, and how much it finds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from engine.defects.defect_network import DefectNetworkConfig
from engine.defects.plain_number import is_number
from engine.defects.proven_strength import KindLevel
from engine.errors import ModelFileError

DEFECT_FORMAT_VERSION = 2

_MOST_SMOOTHING = 16
_LEAST_LONG_SIDE_PX, _MOST_LONG_SIDE_PX = 64, 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRates:
    """How often a kind was found on photos it was not taught on, as shares from 0 to 1.

    `found` and `named` go by the share of the photo that was spoilt, "1/16"; found: the map reached
    a half inside the defect; named: it was this kind that did. `false_alarms`: the kind reached a
    half somewhere in a photo among the best rated. None: not measured.

    >>> from engine.defects.defect_card import KindRates
    >>> rates = KindRates(found={"1/16": 0.9}, named={"1/16": 0.75}, false_alarms=0.02)
    >>> round(rates.found["1/16"] - rates.named["1/16"], 2)  # seen, but taken for another kind
    0.15
    >>> KindRates(false_alarms=2.0)
    Traceback (most recent call last):
        ...
    ValueError: The rates of a kind must be shares from 0 to 1.
    """

    found: Mapping[str, float] = field(default_factory=dict)
    named: Mapping[str, float] = field(default_factory=dict)
    false_alarms: float | None = None

    def __post_init__(self) -> None:
        shares = [*self.found.values(), *self.named.values()]
        if self.false_alarms is not None:
            shares.append(self.false_alarms)
        if not all(is_number(share) and 0 <= share <= 1 for share in shares):
            raise ValueError("The rates of a kind must be shares from 0 to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectCard:
    """Everything in a defect network's file but the weights.

    A whole photo is looked at with its long side at most `long_side_px` long. Logits are smoothed
    over `smoothing_places`, the standard deviation of a Gaussian in places of the map, before
    levels are held against them; files of format 1 do without. `levels` and `rates` are by kind.

    >>> from engine.defects.defect_card import DefectCard
    >>> from engine.defects.defect_network import DefectNetworkConfig
    >>> from engine.defects.proven_strength import KindLevel
    >>> card = DefectCard(
    ...     name="mine", network=DefectNetworkConfig(kinds=("blur",)), long_side_px=512,
    ...     levels={"blur": KindLevel(proof=1.0)},
    ... )
    >>> DefectCard.from_json(card.to_json()) == card
    True
    >>> DefectCard(name="mine", network=card.network, long_side_px=512, levels={})
    Traceback (most recent call last):
        ...
    ValueError: levels must state every kind of the network and no other.
    """

    name: str
    network: DefectNetworkConfig
    long_side_px: int
    levels: Mapping[str, KindLevel]
    smoothing_places: float = 0.0
    rates: Mapping[str, KindRates] = field(default_factory=dict)
    trained_on: str = ""
    num_photos: int = 0
    label_sha256: str = ""
    protocol: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    date: str = ""
    program_version: str = ""

    def __post_init__(self) -> None:
        texts = ("name", "trained_on", "label_sha256", "protocol", "date", "program_version")
        if not all(isinstance(getattr(self, text), str) for text in texts) or not self.name.strip():
            raise ValueError(f"{', '.join(texts)} must be texts, and name not empty.")
        if (
            type(self.long_side_px) is not int
            or not _LEAST_LONG_SIDE_PX <= self.long_side_px <= _MOST_LONG_SIDE_PX
        ):
            raise ValueError(
                f"long_side_px is {self.long_side_px!r}; it must be {_LEAST_LONG_SIDE_PX} to "
                f"{_MOST_LONG_SIDE_PX}."
            )
        if (
            not is_number(self.smoothing_places)
            or not 0 <= self.smoothing_places <= _MOST_SMOOTHING
        ):
            raise ValueError(
                f"smoothing_places is {self.smoothing_places!r}; it must be 0 to {_MOST_SMOOTHING}."
            )
        if set(self.levels) != set(self.network.kinds):
            raise ValueError("levels must state every kind of the network and no other.")
        if not set(self.rates) <= set(self.network.kinds):
            raise ValueError("rates are stated of a kind that the network does not know.")
        if type(self.num_photos) is not int or self.num_photos < 0:
            raise ValueError(f"num_photos is {self.num_photos!r}; it must be 0 or more.")

    def to_json(self) -> dict[str, Any]:
        """Plain values for the file's metadata."""
        return {"format_version": DEFECT_FORMAT_VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The card in a file's metadata; raises ModelFileError naming what is wrong."""
        entries = dict(values)
        version = entries.pop("format_version", None)
        if type(version) is not int or version < 1:
            raise ModelFileError("The defect network's file does not state its format version.")
        if version > DEFECT_FORMAT_VERSION:
            raise ModelFileError(
                f"The defect network's file has format {version}, and this program knows formats "
                f"up to {DEFECT_FORMAT_VERSION}. Update Discern."
            )
        try:
            return cls(
                network=DefectNetworkConfig.from_json(entries.pop("network")),
                levels={kind: KindLevel(**level) for kind, level in entries.pop("levels").items()},
                rates={
                    kind: KindRates(**rates) for kind, rates in entries.pop("rates", {}).items()
                },
                **entries,
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ModelFileError(f"The defect network's card can't be read: {what}") from error
