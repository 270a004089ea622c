"""What the program knows of a network before it is loaded. Standard library only.

The trainer's settings, the wizard and the documents read it; none of them may load PyTorch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

# crops: squares cut from the photo. frame: the whole photo inside one frame. scales: the whole
# photo at several sizes. pair: a photo, with or without the original that it was made from.
InputKind = Literal["crops", "frame", "scales", "pair"]
# What contrast compares of two photos; engine/losses/embeddings.py
Embedding = Literal["sequence", "qua", "cls", "mean_patch"]
# What the last layer says: a score, or how ratings are spread; engine/networks/rating_head.py
Answer = Literal["scalar", "acr", "latent_normal", "logit_logistic"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
OptionValue = bool | int | float | str

_SEES: Mapping[InputKind, str] = {
    "crops": "It sees square crops of a photo.",
    "frame": "It sees the whole photo in one frame.",
    "scales": "It sees the whole photo at several sizes.",
    "pair": "It sees a photo, alone or beside its original.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOption:
    """A setting that one network alone has: `[network.options]` in a TOML, a field in the wizard.

    The type of `default` is the option's. `low` and `high` bound numbers, `choices` texts; `help`
    is a sentence for the person who sets it.

    >>> from engine.networks.network_entry import NetworkOption
    >>> depth = NetworkOption(name="depth", default=2, help="Layers for scales.", low=1, high=6)
    >>> depth.problem_of(4), depth.problem_of(9), depth.problem_of("four")
    ('', 'It must be 1 to 6.', 'It must be a whole number.')
    """

    name: str
    default: OptionValue
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def problem_of(self, value: object) -> str:
        """Why `value` can't be the option's, as a sentence; empty if it can."""
        is_number = type(self.default) is float and type(value) in {int, float}
        if type(value) is not type(self.default) and not is_number:
            kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
            return f"It must be {kinds[type(self.default)]}."
        if self.choices and value not in self.choices:
            return f"It may be: {', '.join(self.choices)}."
        if isinstance(value, int | float) and not isinstance(value, bool):
            low = -float("inf") if self.low is None else self.low
            high = float("inf") if self.high is None else self.high
            if not low <= value <= high:
                return f"It must be {low:g} to {high:g}."
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkEntry:
    """One network of the registry: how it is called, what it is shown, and where its code is.

    `name` is written in TOML files and model cards for ever. `network` and `config` name a class
    each, "package.module:Class"; they are looked up when a network is built. `backbones` are
    suggestions, any other of timm's may be named; empty where there is nothing to choose.
    `embeddings` are what contrast can compare in every network of this kind, the last being what
    to take where a wished one is missing; empty where it can compare nothing. `has_quality_token`
    says whether it heeds the student's token and mask, `can_score_in_bf16` whether it offers
    `bf16_parts`, `answers` what its last layer can say. What is not `is_trainable` is made of
    trained models and has no run of its own. `good_for` says to people who choose a model what such
    networks are good for.

    >>> from engine.networks.registry import network_entry
    >>> entry = network_entry("csiqa")
    >>> entry.title, entry.input, entry.option_values({})
    ('CSIQA, for vision transformers', 'crops', {})
    """

    name: str
    title: str
    summary: str
    input: InputKind
    network: str
    config: str
    backbones: tuple[str, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    has_quality_token: bool = False
    can_score_in_bf16: bool = False
    answers: tuple[Answer, ...] = ("scalar",)
    is_trainable: bool = True
    options: tuple[NetworkOption, ...] = ()
    source: str = ""
    good_for: str = ""

    @property
    def sees(self) -> str:
        """What the network is shown, as a sentence."""
        return _SEES[self.input]

    def option_values(self, given: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
        """Every option by its name: as given, else its default."""
        return {option.name: given.get(option.name, option.default) for option in self.options}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkWish:
    """What a run asks of a network; each takes what concerns it, and leaves the rest.

    `long_side_px` and `short_side_px` are the frame that photos are fitted into. `options` holds
    every option of the network's entry.

    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.network_entry import NetworkWish
    >>> wish = NetworkWish(backbone="vit_tiny_patch16_224", crop_px=224, is_teacher=True)
    >>> CsiqaConfig.for_run(wish).has_quality_token
    False
    """

    backbone: str
    crop_px: int
    long_side_px: int | None = None
    short_side_px: int | None = None
    is_teacher: bool = False
    has_quality_token: bool = False
    mask_probability: float = 0.0
    is_cls_masked: bool = False
    answer: Answer = "scalar"
    options: Mapping[str, OptionValue] = field(default_factory=dict)
