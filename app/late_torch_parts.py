"""PyTorch without what only its compiler needs: a third of the time that importing it takes.

`import torch` ends by registering, in Python, how operators behave on tensors without values. The
compiler and its like ask for that; scoring photos never does. This program puts it off until the
compiler is loaded. It does so as a program: whoever imports `engine` or `discern` gets PyTorch as
it is.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_REGISTRATIONS = "torch._meta_registrations"
_ASKING = ("torch._dynamo", "torch._inductor")


def put_off_registrations() -> None:
    """From now on, import PyTorch without the registrations; nothing if it is there already."""
    if "torch" in sys.modules or _REGISTRATIONS in sys.modules:
        return
    late = ModuleType(_REGISTRATIONS)
    sys.modules[_REGISTRATIONS] = late
    sys.meta_path.insert(0, _Registrar(late))


class _Registrar(MetaPathFinder):
    """Finds no module itself; it registers before the first that needs it is loaded."""

    def __init__(self, late: ModuleType) -> None:
        self._late = late

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None, always."""
        if name in _ASKING:
            sys.meta_path.remove(self)
            if sys.modules.get(_REGISTRATIONS) is self._late:
                del sys.modules[_REGISTRATIONS]
            importlib.import_module(_REGISTRATIONS)
        return None
