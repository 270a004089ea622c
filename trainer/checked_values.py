"""Turns parsed TOML or JSON into frozen dataclasses, saying plainly what does not fit."""

import difflib
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from trainer.errors import TrainingError

T = TypeVar("T")

_TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


class ConfigError(TrainingError):
    """A setting that is missing, unknown or out of its range."""


def build_checked(cls: type[T], values: object, *, where: str = "") -> T:
    """An instance of the dataclass `cls` from nested dicts; `where` names the section in errors.

    Raises ConfigError for unknown names, missing values and wrong types.
    """
    if not isinstance(values, dict):
        raise ConfigError(f"{where or 'The run'} is not a table.", "Write it as [section] in TOML.")
    hints = typing.get_type_hints(cls)
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]  # cls is a dataclass
    for name in values:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."
            raise ConfigError(f"There is no setting {_dotted(where, str(name))}.", hint)
    arguments: dict[str, Any] = {}
    for name, setting in known.items():
        if name in values:
            arguments[name] = _checked(hints[name], values[name], _dotted(where, name))
        elif setting.default is MISSING and setting.default_factory is MISSING:
            raise ConfigError(f"{_dotted(where, name)} is missing.", "Add it to the run's TOML.")
    return cls(**arguments)


def _dotted(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _checked(kind: Any, value: object, where: str) -> object:  # noqa: ANN401 - a type hint is any object
    if is_dataclass(kind) and isinstance(kind, type):
        return build_checked(kind, value, where=where)
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        options = typing.get_args(kind)
        if value not in options:
            raise ConfigError(
                f"{where} is {value!r}.", f"It may be: {', '.join(map(str, options))}."
            )
        return value
    if origin is dict:
        return _checked_table(value, where)
    if origin in {types.UnionType, typing.Union}:
        if value is None:
            return None
        (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
        return _checked(inner, value, where)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ConfigError(f"{where} is {value!r}.", f"It must be {_TYPE_NAMES.get(kind, kind)}.")
    return value


def _checked_table(value: object, where: str) -> dict[str, object]:
    """A table of plain values, which only whoever asked for it can judge."""
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is {value!r}.", f"Write it as [{where}] in TOML.")
    for name, entry in value.items():
        if type(entry) not in _TYPE_NAMES:
            raise ConfigError(
                f"{where}.{name} is {entry!r}.", "It must be a number, a text, or true or false."
            )
    return dict(value)
