"""What keeps the packages apart: who may import whom, and what must not load PyTorch."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "engine", "trainer", "resources")
MAX_LINES = 500
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "misc"}
# The engine and what the window may know of a run; each entry allows itself and what is in it.
ALLOWED = {
    "app": {
        "app",
        "engine",
        "resources",
        "trainer.ablation",
        "trainer.checked_values",
        "trainer.config",
        "trainer.errors",
        "trainer.labels",
        "trainer.presets",
        "trainer.protocol",
        "trainer.run_folder",
    },
    "engine": {"engine", "resources"},
    "trainer": {"trainer", "engine"},
    "resources": {"resources"},
}
# Modules that a window reads: the standard library and these.
LIGHT = {
    "trainer.protocol": {"trainer.errors"},
    "trainer.config": {"trainer.errors", "trainer.checked_values", "trainer.presets"},
    "trainer.checked_values": {"trainer.errors"},
    "trainer.presets": {"trainer.checked_values"},
    "trainer.errors": set(),
}
QT = {"PySide6", "PyQt6", "pyqtgraph"}


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in the tree; a relative import begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module
            if module in PACKAGES:  # from trainer import loop
                yield from (f"{module}.{alias.name}" for alias in node.names)


def is_within(name: str, allowed: set[str]) -> bool:
    return any(name == entry or name.startswith(f"{entry}.") for entry in allowed)


def violations(name: str, tree: ast.AST) -> list[str]:
    """What the module imports against the rules."""
    package = name.partition(".")[0]
    found = []
    for other in imported(tree):
        top = other.partition(".")[0]
        if other.startswith("."):
            found.append(f"{name} imports {other}, which is relative")
        elif top in PACKAGES and other not in PACKAGES and not is_within(other, ALLOWED[package]):
            found.append(f"{name} imports {other}")
        elif top in QT and package != "app":
            found.append(f"{name} imports {other}, which is for the window")
        elif name in LIGHT and not (top in sys.stdlib_module_names or other in LIGHT[name]):
            found.append(f"{name} imports {other}, which is not of the standard library")
    return found


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_a_module_keeps_to_the_rules(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)

    assert violations(module_name(path), tree) == []
    assert path.stem not in VAGUE_NAMES
    assert text.count("\n") <= MAX_LINES
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION_LINES, node.name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"line {node.lineno} prints"


@pytest.mark.parametrize(
    "path", [path for path in sources() if path.name == "__init__.py"], ids=module_name
)
def test_a_package_holds_a_docstring_and_nothing_else(path):
    (statement,) = ast.parse(path.read_text(encoding="utf-8")).body

    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("engine.scorer", "import app.places"),
        ("engine.scorer", "from trainer.config import RunConfig"),
        ("engine.scorer", "from PySide6.QtCore import QObject"),
        ("trainer.loop", "from app.errors import AppError"),
        ("trainer.loop", "import PySide6"),
        ("app.cli.train", "from trainer.loop import StageLoop"),
        ("app.cli.train", "from trainer import run"),
        ("app.cli.train", "def late():\n    import trainer.run"),
        ("trainer.protocol", "import numpy as np"),
        ("trainer.protocol", "from trainer.run_folder import RunFolder"),
        ("trainer.config", "import engine.errors"),
        ("app.cli.train", "from . import options"),
    ],
)
def test_an_import_against_the_arrows_is_found(name, line):
    assert len(violations(name, ast.parse(line))) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("app.cli.train", "from trainer.labels.read_labels import read_labels"),
        ("app.window.main", "from PySide6 import QtCore"),
        ("trainer.loop", "from engine.networks import csiqa"),
        ("trainer.config", "from trainer.checked_values import ConfigError\nimport json"),
    ],
)
def test_an_import_along_the_arrows_is_fine(name, line):
    assert violations(name, ast.parse(line)) == []


@pytest.mark.parametrize(
    "module",
    [
        "app.cli.main",
        "app.runs.process",
        "engine",
        "trainer.__main__",
        "trainer.ablation",
        "trainer.config",
        "trainer.presets",
        "trainer.protocol",
        "trainer.run_folder",
    ],
)
def test_a_bare_import_loads_no_pytorch(module):
    lines = (
        f"import sys, {module}\n"
        "heavy = {'torch', 'timm', 'torchvision', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("module", ["trainer.config", "trainer.protocol"])
def test_what_a_window_reads_loads_the_standard_library_alone(module):
    lines = (
        f"import sys, {module}\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "others = tops & {'numpy', 'psutil', 'safetensors', 'engine', 'app'}\n"
        "sys.exit(', '.join(sorted(others)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
