"""The head for distortion maps in a model file: beside the network's weights, never among them."""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from engine.errors import ModelFileError
from engine.explain.distortion_head import DistortionHead, DistortionHeadConfig
from engine.networks.distortion_card import DistortionCard
from engine.networks.model_file import HEAD_PREFIX, card_metadata, read_card
from engine.networks.model_header import damaged
from engine.networks.tensor_file import NoLargerThan, fill_module, storable, write_tensors

_LARGER_BY = 8


def open_distortion_head(path: Path) -> DistortionHead | None:
    """The head of a model file, in float32 and evaluation mode; None if the model has none.

    Raises ModelFileError.

    >>> from engine.networks.distortion_file import open_distortion_head
    >>> from engine.networks.model_finder import default_model
    >>> head = open_distortion_head(default_model())
    >>> head.training, head.config.kinds[:3]
    (False, ('blur', 'motion blur', 'noise'))
    """
    card = read_card(path)
    if card.distortions is None:
        return None
    try:
        with safe_open(path, "pt") as file:
            tensors = {
                name.removeprefix(HEAD_PREFIX): file.get_tensor(name)
                for name in file.keys()  # noqa: SIM118 - no dict
                if name.startswith(HEAD_PREFIX)
            }
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error
    head = _build_within(path, card.distortions.head)
    fill_module(path, head, tensors, what="distortion head")
    return head.eval()


def _build_within(path: Path, config: DistortionHeadConfig) -> DistortionHead:
    try:
        with NoLargerThan(path, _LARGER_BY * path.stat().st_size):
            return DistortionHead(config)
    except (RuntimeError, MemoryError) as error:  # no such memory
        raise ModelFileError(f"{path}: {error}") from error


def give_distortion_head(
    source: Path, target: Path, head: DistortionHead, described: DistortionCard
) -> None:
    """Write the model of `source` with this head to `target`, which may be the same file.

    The network's weights are copied as they lie in the file, bit for bit; a head that was there
    before is replaced. Raises ModelFileError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.distortion_file import give_distortion_head, open_distortion_head
    >>> from engine.networks.model_file import read_card
    >>> from engine.networks.model_finder import default_model
    >>> head, card = open_distortion_head(default_model()), read_card(default_model()).distortions
    >>> with TemporaryDirectory() as folder:
    ...     target = Path(folder) / "copy.safetensors"
    ...     give_distortion_head(default_model(), target, head, card)
    ...     read_card(target).distortions == card
    True
    """
    card = replace(read_card(source), distortions=described)
    try:
        with safe_open(source, "pt") as file:
            tensors = {
                name: file.get_tensor(name).clone()
                for name in file.keys()  # noqa: SIM118 - no dict
                if not name.startswith(HEAD_PREFIX)
            }
    except (SafetensorError, OSError) as error:
        raise damaged(source, error) from error
    for name, value in storable(head.state_dict(), torch.float16).items():
        tensors[f"{HEAD_PREFIX}{name}"] = value
    write_tensors(target, tensors, card_metadata(card))
