"""Every error that the project foresees is told in its own words."""

import ast
from collections import deque
from pathlib import Path

import pytest

from app.errors import FORESEEN

ROOT = Path(__file__).parents[2]
# Not for the person: they end a loop or a talk with a decoding process, and are caught where that
# was begun.
NO_SENTENCE = {
    *("Stopped", "HashingStopped", "PersonalStopped"),
    *("DecoderDied", "DecoderRetired", "DecoderStopped", "DecoderUnavailable"),
}


def bases() -> dict[str, list[str]]:
    """The names of the bases of every class of the three packages."""
    found: dict[str, list[str]] = {}
    for package in ("app", "engine", "trainer"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found[node.name] = [ast.unparse(base) for base in node.bases]
    return found


def ancestors(name, found):
    seen, waiting = set(), deque([name])
    while waiting:
        for base in found.get(waiting.popleft(), []):
            if base not in seen:
                seen.add(base)
                waiting.append(base)
    return seen


def is_builtin_error(name: str) -> bool:
    import builtins

    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def errors() -> dict[str, set[str]]:
    found = bases()
    each = {name: ancestors(name, found) for name in found}
    return {
        name: above
        for name, above in each.items()
        if any(is_builtin_error(base) for base in above) and name not in NO_SENTENCE
    }


def test_the_walk_finds_the_errors_of_all_three_packages():
    assert {"FolderUnreadable", "UnreadablePhoto", "LabelError", "ConfigError"} <= set(errors())


@pytest.mark.parametrize("name", sorted(errors()))
def test_every_error_of_the_project_has_a_root_that_is_told_as_it_is(name):
    roots = {root.__name__ for root in FORESEEN}
    assert name in roots or roots & errors()[name]
