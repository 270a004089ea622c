"""The networks there are. Standard library only: a network's code is loaded when it is built.

To add one, write its file and its entry here; see docs/networks.md.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from engine.networks.network_entry import ANSWERS, NetworkEntry, NetworkOption

_VISION_TRANSFORMERS = (
    "deit3_small_patch16_224",
    "vit_tiny_patch16_224",
    "vit_small_patch16_224",
    "deit3_base_patch16_224",
    "vit_base_patch16_224",
)

ENTRIES = (
    NetworkEntry(
        name="csiqa",
        title="CSIQA, for vision transformers",
        summary="A vision transformer with a quality-aware token that sees random patches alone.",
        input="crops",
        network="engine.networks.csiqa:CSIQA",
        config="engine.networks.csiqa:CsiqaConfig",
        backbones=_VISION_TRANSFORMERS,
        embeddings=("sequence", "qua", "cls", "mean_patch"),
        has_quality_token=True,
        can_score_in_bf16=True,
        answers=ANSWERS,
        source="Li et al., ICML 2024",
        good_for="many looks at parts of a photo, which show where quality differs; slow",
    ),
    NetworkEntry(
        name="portable",
        title="Portable, for any other network of timm",
        summary="Any network of timm with its own pooling and one linear layer for the score.",
        input="crops",
        network="engine.networks.portable:PortableNetwork",
        config="engine.networks.portable:PortableConfig",
        backbones=("resnet50", "efficientnet_b0", "convnext_tiny", *_VISION_TRANSFORMERS),
        embeddings=("sequence", "mean_patch"),
        answers=ANSWERS,
        source="Li et al., ICML 2024, Tables 2 and 11-14",
        good_for="comparing backbones",
    ),
    NetworkEntry(
        name="whole_frame",
        title="Whole frame, for convolutional networks",
        summary="Feature maps of several stages, pooled by mean and spread, and a small head.",
        input="frame",
        network="engine.networks.whole_frame:WholeFrameNetwork",
        config="engine.networks.whole_frame:WholeFrameConfig",
        backbones=(
            "tf_efficientnet_lite0",
            "tf_efficientnet_lite1",
            "tf_efficientnet_lite2",
            "resnet50",
            "convnext_tiny",
        ),
        embeddings=("sequence", "mean_patch"),
        can_score_in_bf16=True,
        answers=ANSWERS,
        options=(
            NetworkOption(
                name="head",
                default="linear",
                choices=("linear", "koncept"),
                help="One linear layer, or the four layers of KonCept512.",
            ),
        ),
        source="head: Hosu et al., IEEE TIP 2020",
        good_for="large folders: one or two looks at the whole photo; fast",
    ),
    NetworkEntry(
        name="panel",
        title="Panel, of trained models",
        summary="Several trained networks that look at one photo; the score is made of theirs.",
        input="frame",
        network="engine.networks.panel:PanelNetwork",
        config="engine.networks.panel:PanelConfig",
        can_score_in_bf16=True,
        is_trainable=False,
        good_for="photos of any source: several networks look at each, and their errors differ",
    ),
)

# A head of a person's own on any of them. No run trains it, so nobody is shown it as a choice; what
# it sees, and whether it scores in bf16, is as in the network beneath.
PERSONAL = NetworkEntry(
    name="personal",
    title="Your own, on top of another network",
    summary="A network as it was trained, and a head that learned from one person's labels.",
    input="crops",
    network="engine.personal.personal_network:PersonalNetwork",
    config="engine.personal.personal_network:PersonalConfig",
)

_registered: list[NetworkEntry] = list(ENTRIES)


def network_entries() -> tuple[NetworkEntry, ...]:
    """Every network that runs can train, in the order in which people are shown them.

    >>> from engine.networks.registry import network_entries
    >>> [entry.name for entry in network_entries()][:2]
    ['csiqa', 'portable']
    """
    return tuple(_registered)


def trainable_entries() -> tuple[NetworkEntry, ...]:
    """Those that a run can train, in the same order.

    >>> from engine.networks.registry import trainable_entries
    >>> "panel" in [entry.name for entry in trainable_entries()]
    False
    """
    return tuple(entry for entry in _registered if entry.is_trainable)


def network_entry(name: object) -> NetworkEntry | None:
    """The network of that name, as cards and settings have it; None if there is none.

    >>> from engine.networks.registry import network_entry
    >>> network_entry("portable").input, network_entry("oracle") is None
    ('crops', True)
    """
    return next((entry for entry in (*_registered, PERSONAL) if entry.name == name), None)


def entry_of_config(config: object) -> NetworkEntry:
    """The network that a config of this type builds. Raises LookupError if none is registered.

    >>> from engine.networks.portable import PortableConfig
    >>> from engine.networks.registry import entry_of_config
    >>> entry_of_config(PortableConfig(backbone="resnet50")).name
    'portable'
    """
    kind = type(config)
    name = f"{kind.__module__}:{kind.__qualname__}"
    for entry in (*_registered, PERSONAL):
        if entry.config == name:
            return entry
    raise LookupError(f"No registered network has the config {name}.")


def scores_in_bf16(card: Mapping[str, Any]) -> bool:
    """Whether the network of a card, as it is written in a file, offers to score in bf16.

    A person's own scores as the network beneath does.

    >>> from engine.networks.registry import scores_in_bf16
    >>> beneath = {"parent_architecture": "portable"}
    >>> scores_in_bf16({"architecture": "csiqa"}), scores_in_bf16(
    ...     {"architecture": "personal", "network": beneath}
    ... )
    (True, False)
    """
    name, network = card.get("architecture"), card.get("network")
    while name == PERSONAL.name and isinstance(network, Mapping):
        name, network = network.get("parent_architecture"), network.get("parent")
    entry = network_entry(name)
    return entry is not None and entry.can_score_in_bf16


@contextmanager
def registered(entry: NetworkEntry) -> Iterator[None]:
    """Have one network more, as long as the block lasts; for experiments and tests.

    Raises ValueError when the name is taken.

    >>> from dataclasses import replace
    >>> from engine.networks.registry import network_entry, registered
    >>> with registered(replace(network_entry("portable"), name="mine")):
    ...     network_entry("mine").input
    'crops'
    >>> network_entry("mine") is None
    True
    """
    if network_entry(entry.name) is not None:
        raise ValueError(f"There is a network called {entry.name} already.")
    _registered.append(entry)
    try:
        yield
    finally:
        _registered.remove(entry)
