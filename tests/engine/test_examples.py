"""Every public name of the packages that people import shows an example, and the examples run.

A function or class that does not begin with an underscore ends its docstring in lines that begin
with >>>: a reader pastes them into Python and sees what the docstring says. So an example imports
what it uses, its result can be checked by hand, and it is the same on every machine. It is written
together with the name. A test here fails for a name without one, and for one that has become wrong.
"""

import ast
import doctest
import importlib
import io
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [name for name in ("engine", "discern") if (ROOT / name).is_dir()]
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PARSER = doctest.DocTestParser()


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [module_name(path) for path in SOURCES]


def names_without_example(source: str) -> list[str]:
    """The public functions and classes of a module whose docstring shows no example."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not PARSER.get_examples(ast.get_docstring(node) or "")
    ]


def failures(test: doctest.DocTest) -> str:
    """What came out otherwise than an example says, in doctest's words; empty if all is well."""
    said = io.StringIO()
    doctest.DocTestRunner(verbose=False).run(test, out=said.write)
    return said.getvalue()


def examples_of(module: str) -> list[doctest.DocTest]:
    """The examples of a module's docstrings, each in a namespace where nothing is imported yet."""
    found = doctest.DocTestFinder().find(importlib.import_module(module))
    for test in found:
        test.globs = {"__name__": "__main__"}
    return [test for test in found if test.examples]


@pytest.mark.parametrize("path", SOURCES, ids=MODULES)
def test_every_public_name_shows_an_example(path):
    lacking = names_without_example(path.read_text(encoding="utf-8"))
    assert not lacking, (
        f"{path.relative_to(ROOT)}: no example in the docstring of {', '.join(lacking)}. "
        "End it in lines that begin with >>> and import what they use."
    )


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_do_what_they_show(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # no example may need the folder of the project
    problems = [text for test in examples_of(module) if (text := failures(test))]
    assert not problems, "\n".join(problems)
    assert list(tmp_path.iterdir()) == [], "An example left files in the working folder."


def test_a_name_without_an_example_is_found():
    source = (
        'def shown():\n    """Adds.\n\n    >>> 1 + 1\n    2\n    """\n'
        'def told():\n    """Adds."""\n'
        "class Bare:\n    pass\n"
        "def _own():\n    pass\n"
    )
    assert names_without_example(source) == ["told", "Bare"]


def test_an_example_that_has_become_wrong_is_told_with_what_came_out():
    test = PARSER.get_doctest(">>> 1 + 1\n3\n", {}, "added", "sums.py", 0)
    told = failures(test)
    assert "Expected:\n    3" in told
    assert "Got:\n    2" in told


def test_an_example_may_not_lean_on_what_its_module_imports():
    assert all(set(test.globs) == {"__name__"} for test in examples_of("engine.losses.rank"))
