"""A model of a person's own as a network: another network, and a head that learned from it.

The network beneath is kept whole, so that a file works wherever it goes. The head works on every
view by itself, as heads of networks do, so that maps of evidence and uncertainty mean the same.
"""

# B views, T tokens, D features of a token, F pooled features

from dataclasses import dataclass, replace
from typing import Any, Self

import torch
from torch import Tensor, nn

from engine.networks.backbone import StartingWeights
from engine.networks.network_config import NetworkConfig, config_type, network_type
from engine.networks.network_entry import NetworkWish
from engine.networks.normalisation import Normalisation
from engine.networks.quality_network import Features, QualityNetwork
from engine.networks.registry import entry_of_config, network_entry
from engine.networks.sight import Sight
from engine.personal.head_shape import HeadShape
from engine.personal.own_head import OwnHead


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalConfig:
    """The network beneath, by its name in the registry and its config, and the head's sizes.

    Both may be given as the tables that a card holds.

    >>> from dataclasses import asdict
    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.personal.head_shape import HeadShape
    >>> from engine.personal.personal_network import PersonalConfig
    >>> config = PersonalConfig(
    ...     parent_architecture="csiqa", parent=CsiqaConfig(),
    ...     head=HeadShape(kind="ridge", num_features=3072),
    ... )
    >>> PersonalConfig(**asdict(config)) == config, config.backbone
    (True, 'deit3_small_patch16_224')
    """

    parent_architecture: str
    parent: NetworkConfig
    head: HeadShape

    def __post_init__(self) -> None:
        entry = network_entry(self.parent_architecture)
        if entry is None:
            raise ValueError(f"There is no network called {self.parent_architecture!r}.")
        parent: Any = self.parent
        head: Any = self.head
        if isinstance(parent, dict):
            object.__setattr__(self, "parent", config_type(entry)(**parent))
        if isinstance(head, dict):
            object.__setattr__(self, "head", HeadShape(**head))
        if entry_of_config(self.parent) is not entry:
            raise ValueError(f"The network beneath is no {self.parent_architecture}.")

    @property
    def backbone(self) -> str:
        """That of the network beneath."""
        return self.parent.backbone

    def sight(self) -> Sight:
        """What the network beneath is shown."""
        return self.parent.sight()

    @classmethod
    def for_run(cls, wish: NetworkWish) -> Self:
        """No run trains such a network: raises ValueError."""
        del wish
        raise ValueError("A model of your own is made by `discern train labels.csv`.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalFeatures(Features):
    """Features with those of the network beneath, whose last tokens are the same.

    >>> import torch
    >>> from engine.networks.quality_network import Features
    >>> from engine.personal.personal_network import PersonalFeatures
    >>> beneath = Features(torch.zeros(1, 4, 8), num_prefix=0)
    >>> found = PersonalFeatures(tokens_BTD=beneath.tokens_BTD, num_prefix=0, of_parent=beneath)
    >>> found.of_parent.tokens_BTD is found.tokens_BTD
    True
    """

    of_parent: Features


class PersonalNetwork(QualityNetwork):
    """A network whose score a head of a person's own takes further.

    >>> import torch
    >>> from engine.networks.portable import PortableConfig
    >>> from engine.personal.head_shape import HeadShape
    >>> from engine.personal.personal_network import PersonalConfig, PersonalNetwork
    >>> config = PersonalConfig(
    ...     parent_architecture="portable",
    ...     parent=PortableConfig(backbone="test_resnet", crop_px=64),
    ...     head=HeadShape(kind="ridge", num_features=736),
    ... )
    >>> network = PersonalNetwork(config).eval()
    >>> crops = torch.rand(2, 3, 64, 64)
    >>> torch.equal(network(crops), network.parent(crops))  # a head adds nothing before it learned
    True
    """

    def __init__(self, config: PersonalConfig, *, weights: StartingWeights = "none") -> None:
        super().__init__()
        self.config = config
        entry = entry_of_config(config.parent)
        self.parent: QualityNetwork = network_type(entry)(config.parent, weights=weights)
        self.own_head = OwnHead(config.head)
        self.has_quality_token = self.parent.has_quality_token
        self.num_prefix = self.parent.num_prefix

    @property
    def normalisation(self) -> Normalisation:  # type: ignore[override]  # set as the base's is
        """That of the network beneath."""
        return self.parent.normalisation

    @normalisation.setter
    def normalisation(self, normalisation: Normalisation) -> None:
        self.parent.normalisation = normalisation

    @property
    def crop_px(self) -> int:  # type: ignore[override]  # read only
        """That of the network beneath."""
        return self.parent.crop_px

    @property
    def sight(self) -> Sight:
        """That of the network beneath."""
        return self.parent.sight

    def prepare(self, views_uint8: Tensor) -> Tensor:
        """As the network beneath does."""
        return self.parent.prepare(views_uint8)

    def features(
        self,
        crops_B3SS: Tensor,
        *,
        keeps_sequences: bool = False,
        generator: torch.Generator | None = None,
    ) -> PersonalFeatures:
        """Those of the network beneath; the head needs its sequences, so they are always kept."""
        del keeps_sequences
        found = self.parent.features(crops_B3SS, keeps_sequences=True, generator=generator)
        return PersonalFeatures(
            tokens_BTD=found.tokens_BTD,
            num_prefix=found.num_prefix,
            sequences=found.sequences,
            grid=found.grid,
            of_parent=found,
        )

    def score_features(self, features: Features) -> Tensor:
        """Scores (B,): the score of the network beneath on a line, and what the head adds."""
        beneath = _beneath(features)
        with torch.autocast(features.tokens_BTD.device.type, enabled=False):
            model_B = self.parent.score_features(beneath).float()
            scores_B: Tensor = self.own_head(self.parent.pooled(beneath), model_B)
        return scores_B

    def pooled(self, features: Features) -> Tensor:
        """What the network beneath gives to heads."""
        return self.parent.pooled(_beneath(features))

    def lay_out(self, values_BP: Tensor, features: Features) -> Tensor:
        """As the network beneath does."""
        return self.parent.lay_out(values_BP, _beneath(features))

    def bf16_parts(self) -> tuple[nn.Module | nn.Parameter, ...]:
        """Those of the network beneath; the head keeps full precision."""
        return self.parent.bf16_parts()

    def full_precision_parts(self) -> tuple[nn.Module, ...]:
        """Those of the network beneath, and the head."""
        return (*self.parent.full_precision_parts(), self.own_head)

    def head_bias(self) -> nn.Parameter:
        """That of the network beneath; the own head has none that a run would train."""
        return self.parent.head_bias()


def personal_config(parent: NetworkConfig, head: HeadShape) -> PersonalConfig:
    """The config of a head on a network of this config.

    >>> from engine.networks.csiqa import CsiqaConfig
    >>> from engine.personal.head_shape import HeadShape
    >>> from engine.personal.personal_network import personal_config
    >>> personal_config(CsiqaConfig(), HeadShape(kind="ridge", num_features=8)).parent_architecture
    'csiqa'
    """
    return PersonalConfig(
        parent_architecture=entry_of_config(parent).name, parent=parent, head=head
    )


def _beneath(features: Features) -> Features:
    """The features of the network beneath, with the last tokens as they are now."""
    assert isinstance(features, PersonalFeatures)
    return replace(features.of_parent, tokens_BTD=features.tokens_BTD)
