"""Tensors in a safetensors file: written whole or not at all, and read with distrust."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.errors import ModelFileError
from engine.files.atomic_write import write_whole

_MAKES_TENSORS = frozenset({"empty", "full", "normal", "ones", "rand", "randn", "zeros"})


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a file that appears whole or not at all. Raises ModelFileError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import torch
    >>> from safetensors.torch import load_file
    >>> from engine.networks.tensor_file import write_tensors
    >>> with TemporaryDirectory() as folder:
    ...     write_tensors(Path(folder) / "a.safetensors", {"bias": torch.tensor([1.5])}, {})
    ...     [path.name for path in Path(folder).iterdir()]  # nothing half-written is left
    ...     load_file(Path(folder) / "a.safetensors")["bias"].tolist()
    ['a.safetensors']
    [1.5]
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda temporary: save_file(tensors, temporary, metadata))
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelFileError(f"{path} could not be written: {reason}.") from error


def storable(weights: Mapping[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    """The weights as they can be written, floating ones as `dtype`.

    Those that are not finite then are refused with ModelFileError.

    >>> import torch
    >>> from engine.networks.tensor_file import storable
    >>> storable({"bias": torch.tensor([1.5])}, torch.float16)
    {'bias': tensor([1.5000], dtype=torch.float16)}
    >>> storable({"bias": torch.tensor([1e6])}, torch.float16)  # the largest is 65504
    Traceback (most recent call last):
        ...
    engine.errors.ModelFileError: The weights bias are not finite as torch.float16; not saved.
    """
    tensors: dict[str, Tensor] = {}
    for name, value in weights.items():
        wanted = dtype if value.is_floating_point() else value.dtype
        kept = value.detach().to("cpu", wanted, copy=True)  # safetensors refuses shared memory
        if not bool(torch.isfinite(kept).all()):
            raise ModelFileError(f"The weights {name} are not finite as {dtype}; not saved.")
        tensors[name] = kept.contiguous()
    return tensors


def fill_module(
    path: Path, module: nn.Module, tensors: dict[str, Tensor], *, what: str = "network"
) -> None:
    """Give a module the weights of a file, as float32.

    Raises ModelFileError when they are not those of `what` the file's card states.

    >>> from pathlib import Path
    >>> import torch
    >>> from engine.networks.tensor_file import fill_module
    >>> layer = torch.nn.Linear(2, 1, bias=False)
    >>> fill_module(Path("a.safetensors"), layer, {"weight": torch.tensor([[3.0, 4.0]]).half()})
    >>> layer(torch.tensor([1.0, 1.0])).tolist()
    [7.0]
    """
    wanted = module.state_dict()
    missing, unknown = sorted(wanted.keys() - tensors), sorted(tensors.keys() - wanted)
    if missing or unknown:
        words = f"lacks {', '.join(missing[:3])}" if missing else f"has {', '.join(unknown[:3])}"
        more = max(len(missing), len(unknown)) - 3
        raise ModelFileError(
            f"{path} is not the {what} that its card states: it {words}"
            + (f" and {more} more" if more > 0 else "")
            + ". Get the file again from where it came from."
        )
    for name, value in tensors.items():
        if value.shape != wanted[name].shape:
            raise ModelFileError(
                f"{path} is not the {what} that its card states: {name} has the shape "
                f"{tuple(value.shape)} instead of {tuple(wanted[name].shape)}."
            )
        if value.is_floating_point() != wanted[name].is_floating_point():
            raise ModelFileError(
                f"{path} is not the {what} that its card states: {name} is {value.dtype}."
            )
        if not bool(torch.isfinite(value.to(wanted[name].dtype)).all()):
            raise ModelFileError(f"{path} is damaged: {name} holds values that are not numbers.")
    module.load_state_dict(tensors)
    module.float()


class NoLargerThan(TorchFunctionMode):
    """While entered, tensors may be made that take so many bytes in all, and no more.

    ModelFileError else. PyTorch's device "meta" would tell the same, but some of what networks do
    when they are made loads its compiler there, which takes two seconds.

    >>> from pathlib import Path
    >>> import torch
    >>> from engine.networks.tensor_file import NoLargerThan
    >>> with NoLargerThan(Path("a.safetensors"), most_bytes=40):
    ...     torch.zeros(10).nbytes  # four bytes each
    40
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        super().__init__()
        self._path = path
        self._left_bytes = most_bytes

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the function returns
        """Called for every function of PyTorch; memory that was not written to is not taken yet."""
        made = func(*args, **(kwargs or {}))
        if func.__name__ in _MAKES_TENSORS and isinstance(made, Tensor):
            self._left_bytes -= made.nbytes
            if self._left_bytes < 0:
                raise ModelFileError(
                    f"{self._path} is not the network that its card states: that would be far "
                    "larger than the file. Get the file again from where it came from."
                )
        return made
