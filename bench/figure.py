"""One measured figure, and what it is meant to be."""

import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

import psutil
import torch

from engine.processor import num_usable_cores
from trainer.config import MachineConfig
from trainer.machine import choose_machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, in which unit; at most one of the two bounds is the target."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "is_met": self.is_met}


def table(figures: list[Figure]) -> str:
    """The figures as text, one line each."""
    rows = [("what", "measured", "target", "met")]
    words = {True: "yes", False: "NO", None: ""}
    for figure in figures:
        measured = f"{_rounded(figure.value)} {figure.unit}".rstrip()
        rows.append((figure.what, measured, figure.target, words[figure.is_met]))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{what:<{widths[0]}}  {measured:>{widths[1]}}  {target:<{widths[2]}}  {met}".rstrip()
        for what, measured, target, met in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def machine_facts() -> dict[str, Any]:
    """What the figures were measured on, and with which versions."""
    return {
        "machine": choose_machine(MachineConfig()).name,
        "cores": num_usable_cores(),
        "threads": torch.get_num_threads(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "timm": metadata.version("timm"),
    }


def _rounded(value: float) -> str:
    """Three digits that count, and no exponent."""
    num_decimals = next((n for n, above in ((0, 100.0), (1, 10.0)) if abs(value) >= above), 2)
    return f"{value:.{num_decimals}f}"
