"""PyTorch's compiler is loaded when something compiles, and not to make an optimizer.

An optimizer imports `torch._dynamo`, only to tell it what not to compile: well over a second of
processor time at the start of every training, although nothing here is compiled.
"""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

import torch

_COMPILER = "torch._dynamo"
_NAME_IN_TORCH = "_dynamo"

_Called = TypeVar("_Called", bound=Callable[..., object])


class _LateCompiler(ModuleType):
    """Stands for the compiler while nothing is compiled; asked for more, it gives way to it."""

    def disable(self, function: _Called, *_: object, **__: object) -> _Called:
        """The function itself: there is no compiler to keep away from it."""
        return function

    def graph_break(self, *_: object) -> None:
        """Nothing: no graph is being made."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(_COMPILER) is self:
            del sys.modules[_COMPILER]
            delattr(torch, _NAME_IN_TORCH)
        found: object = getattr(importlib.import_module(_COMPILER), name)
        return found


def load_compiler_late() -> None:
    """From now on, load the compiler when it is needed; nothing if it is there already."""
    if _COMPILER not in sys.modules:
        late = _LateCompiler(_COMPILER)
        sys.modules[_COMPILER] = late
        setattr(torch, _NAME_IN_TORCH, late)  # as an import would
