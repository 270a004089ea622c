"""What keeps the packages apart: who may import whom, and what must not load PyTorch."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "discern", "engine", "trainer", "resources")
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
        "trainer.parent_model",
        "trainer.presets",
        "trainer.protocol",
        "trainer.run_folder",
    },
    "discern": {"discern", "engine", "resources", "trainer.errors", "trainer.labels"},
    "engine": {"engine", "resources"},
    "trainer": {"trainer", "engine"},
    "resources": {"resources"},
}
# Modules that a window reads: the standard library and these.
LIGHT = {
    "trainer.protocol": {"trainer.errors"},
    "trainer.config": {
        "engine.networks.network_entry",
        "engine.networks.registry",
        "trainer.errors",
        "trainer.checked_values",
        "trainer.presets",
    },
    "engine.networks.network_entry": set(),
    "engine.networks.registry": {"engine.networks.network_entry"},
    "trainer.checked_values": {"trainer.errors"},
    "trainer.presets": {"trainer.checked_values"},
    "trainer.errors": set(),
}
# What the trainer's settings read of the engine, and the packages that lie around it.
LIGHT_OF_THE_ENGINE = {
    "engine.networks",
    "engine.networks.network_entry",
    "engine.networks.registry",
}
QT = {"PySide6", "PyQt6", "pyqtgraph"}
# Heavy libraries that are imported at one place, which says why.
ONE_DOOR = {"timm": "engine.networks.light_timm"}
# The rooms of the window that its pages share; no page imports another.
SHARED_ROOMS = {"jobs", "photo_list", "photo_view", "settings", "widgets"}
# What puts the pages together may import them.
COMPOSING_ROOMS = {"main", "shell"}
# The one thing that may be imported from the window, and only when a command needs it.
LATE_DOORS = {("app.cli.window", "app.window.main"), ("app.cli.demo", "app.window.main")}


# The one package whose names are its own: `import discern` loads each when it is first used.
FRONT_DOOR = "discern"


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
        elif top in QT and not is_within(name, {"app.window"}):
            found.append(f"{name} imports {other}, which is for the window")
        elif ONE_DOOR.get(top, name) != name:
            found.append(f"{name} imports {other}, which {ONE_DOOR[top]} does for all")
        elif name in LIGHT and not (top in sys.stdlib_module_names or other in LIGHT[name]):
            found.append(f"{name} imports {other}, which is not of the standard library")
    return found


def module_of(node: ast.ImportFrom) -> Iterator[str]:
    """The modules of the project that a `from` import reads: its own or those that it names."""
    module = node.module or ""
    if (ROOT / f"{module.replace('.', '/')}.py").is_file():
        yield module
    else:
        yield from (f"{module}.{alias.name}" for alias in node.names)


def project_imports(tree: ast.AST) -> Iterator[str]:
    """Every module of the project that is imported anywhere in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            yield from module_of(node)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in PACKAGES)


def window_room(module: str) -> str | None:
    """The room of the window a module lies in; None outside the window."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["app", "window"] and len(parts) > 2 else None


def window_violations(name: str, tree: ast.Module) -> list[str]:
    """What the module imports of the window against the rules."""
    at_the_top = {
        other
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for other in project_imports(node)
    }
    found = []
    mine = window_room(name)
    for other in project_imports(tree):
        theirs = window_room(other)
        if theirs is None:
            continue
        if mine is None:
            if (name, other) not in LATE_DOORS:
                found.append(f"{name} imports {other}: only the window imports the window")
            elif other in at_the_top:
                found.append(f"{name} imports {other} before a command needs it")
        elif mine in SHARED_ROOMS and theirs not in SHARED_ROOMS:
            found.append(f"{name} imports {other}: what pages share knows no page")
        elif mine not in COMPOSING_ROOMS and theirs not in {mine, *SHARED_ROOMS}:
            found.append(f"{name} imports {other}: pages do not import each other")
    return found


def import_graph() -> dict[str, set[str]]:
    """Who imports whom among the project's modules, late imports included."""
    graph = {}
    for path in sources():
        imports = project_imports(ast.parse(path.read_text(encoding="utf-8")))
        graph[module_name(path)] = set(imports) - {module_name(path)}
    return graph


def room_of(module: str) -> str:
    """The folder that a module lies in, two deep, three in the window."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[:2] == ["app", "window"] else 2])


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_a_module_of_the_window_stays_in_its_room(path):
    assert window_violations(module_name(path), ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("app.rating.ranking", "from app.window.settings import Settings"),
        ("app.cli.demo", "from app.window.main import run_window"),
        ("app.cli.rate", "def late():\n    from app.window.main import run_window"),
        ("app.window.widgets.icons", "from app.window.library.library_page import LibraryPage"),
        ("app.window.inspect.filmstrip", "from app.window.library.filter_bar import FilterBar"),
        ("app.window.inspect.filmstrip", "from app.window.shell.theme import Theme"),
    ],
)
def test_a_reach_into_another_room_is_found(name, line):
    assert len(window_violations(name, ast.parse(line))) == 1


def test_no_file_imports_what_another_keeps_to_itself():
    found = [
        f"{module_name(path)} imports {alias.name} of {node.module}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert found == []


def test_no_modules_import_each_other_in_a_circle():
    try:
        TopologicalSorter(import_graph()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_rooms_of_the_application_import_each_other_in_a_circle():
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, imports in import_graph().items():
        for other in imports:
            if module.startswith("app.") and other.startswith("app."):
                rooms[room_of(module)] |= {room_of(other)} - {room_of(module)}
    try:
        TopologicalSorter(rooms).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


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
    "path",
    [path for path in sources() if path.name == "__init__.py" and module_name(path) != FRONT_DOOR],
    ids=module_name,
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
        ("engine.scorer", "from discern.rater import Rater"),
        ("discern.rater", "from app.places import models"),
        ("discern.evaluation", "from trainer.loop import StageLoop"),
        ("engine.scorer", "from PySide6.QtCore import QObject"),
        ("app.contest.outcome_text", "from PySide6.QtCore import QCoreApplication"),
        ("trainer.loop", "from app.errors import AppError"),
        ("trainer.loop", "import PySide6"),
        ("trainer.loop", "from timm.layers import Mlp"),
        ("app.cli.train", "from trainer.loop import StageLoop"),
        ("app.cli.train", "from trainer import run"),
        ("app.cli.train", "def late():\n    import trainer.run"),
        ("trainer.protocol", "import numpy as np"),
        ("trainer.protocol", "from trainer.run_folder import RunFolder"),
        ("trainer.config", "import engine.errors"),
        ("engine.networks.registry", "from engine.networks.csiqa import CSIQA"),
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
        "app.cli.rate",
        "app.models.late_scorer",
        "app.runs.process",
        "discern",
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
        "others = tops & {'numpy', 'psutil', 'safetensors', 'torch', 'app'}\n"
        f"others |= {{n for n in sys.modules if n.startswith('engine.')}} - {LIGHT_OF_THE_ENGINE}\n"
        "sys.exit(', '.join(sorted(others)) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
