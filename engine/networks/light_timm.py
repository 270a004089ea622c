"""timm, without PyTorch's compiler: the one place where timm is imported.

Importing timm loads the compiler (`torch._dynamo`, sympy and thousands of modules more) through two
side doors, although nothing here is compiled: `torchvision.ops.roi_align` takes one function of it,
and `timm.models.naflexvit` marks two methods as not to be compiled. That is half of the time that a
program with a network takes to start. Both doors are held shut while timm is imported, and stand as
they were afterwards: a program that compiles networks can do so.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

import torch

_Function = Callable[..., object]

_COMPILER = "torch._dynamo"
_COMPILER_PART = "torch._dynamo.utils"


class _LatePart(ModuleType):
    """Stands for the compiler's part until something is asked of it."""

    def is_compile_supported(self, device_type: str) -> bool:
        """As the part itself says it, which is loaded for that."""
        return bool(importlib.import_module(_COMPILER_PART).is_compile_supported(device_type))


def _as_it_is(function: _Function | None = None, **_: object) -> Callable[..., object]:
    """What `torch.compiler.disable` gives where nothing is compiled: the function itself."""
    return _as_it_is if function is None else function


@contextmanager
def _compiler_left_out() -> Iterator[None]:
    if _COMPILER in sys.modules:  # somebody wants it; there is nothing left to save
        yield
        return
    disable = torch.compiler.disable
    part = _LatePart(_COMPILER_PART)
    sys.modules[_COMPILER_PART] = part
    torch.compiler.disable = _as_it_is  # type: ignore[assignment]
    try:
        yield
    finally:
        torch.compiler.disable = disable
        if sys.modules.get(_COMPILER_PART) is part:
            del sys.modules[_COMPILER_PART]


with _compiler_left_out():
    import timm
    from timm.layers.conv2d_same import Conv2dSame
    from timm.models.vision_transformer import VisionTransformer

__all__ = ["Conv2dSame", "VisionTransformer", "timm"]
