"""What every network's config offers, and how it and its network are found by the registry."""

import pkgutil
from typing import TYPE_CHECKING, Any, Protocol, Self

from engine.networks.network_entry import NetworkEntry, NetworkWish
from engine.networks.sight import Sight

if TYPE_CHECKING:
    from engine.networks.quality_network import QualityNetwork


class NetworkConfig(Protocol):
    """What a network is built from: a frozen dataclass of plain values, as its card keeps them.

    It is made anew from a card by its fields' names, and refuses values that make no sense with
    ValueError or TypeError.

    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.networks.network_config import NetworkConfig
    >>> config: NetworkConfig = CsiqaConfig(crop_px=224)
    >>> config.backbone, config.sight().words(10)
    ('deit3_small_patch16_224', '10 fixed crops of 224 pixels per photo')
    """

    @property
    def backbone(self) -> str:
        """The timm network inside; empty where there is none to name."""

    def sight(self) -> Sight:
        """What the network is shown of a photo."""

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """The config that a run asks for. Raises ValueError with what to mend."""


def config_type(entry: NetworkEntry) -> type[NetworkConfig]:
    """The class of the network's configs; loads the network's file.

    >>> from engine.networks.network_config import config_type
    >>> from engine.networks.registry import network_entry
    >>> config_type(network_entry("portable"))(backbone="resnet50").crop_px
    224
    """
    found: Any = pkgutil.resolve_name(entry.config)
    assert isinstance(found, type)
    return found


def network_type(entry: NetworkEntry) -> "type[QualityNetwork]":
    """The class of the network, called with its config and `weights`; loads its file.

    >>> from engine.networks.network_config import network_type
    >>> from engine.networks.registry import network_entry
    >>> network_type(network_entry("csiqa")).__name__
    'CSIQA'
    """
    found: Any = pkgutil.resolve_name(entry.network)
    assert isinstance(found, type)
    return found
