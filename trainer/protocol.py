"""The messages between a training run and whoever watches it: one JSON object per line.

Standard library only, so that a window can read them without loading PyTorch.
`docs/protocol.md` describes them for programs in other languages.
"""

import json
import math
import typing
from dataclasses import asdict, dataclass, fields

from trainer.errors import TrainingError

PROTOCOL_VERSION = 1
MAX_LINE_BYTES = 1 << 20
_MAX_TEXT_CHARS = 20_000  # a longer text is cut, so that no message outgrows a line


class ProtocolError(TrainingError):
    """A line that is no message: cut, garbled, unknown, or of a newer program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """Photos are read, the machine is known, training begins; sent again after a resume."""

    version: int
    run_folder: str
    device_name: str
    precision: str
    num_train: int
    num_validation: int
    num_test: int
    seconds_expected: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Where the run is. `repeat` and `epoch` count from 0; `step` of `num_steps` are done.

    Steps are those of this epoch; in "photos" and "test" they are photos. `seconds_left` is for
    the rest of the run; in "photos", where no step has been timed yet, for that stage alone.
    """

    stage: str  # "photos" | "teacher" | "student" | "test"
    repeat: int
    epoch: int
    num_epochs: int
    step: int
    num_steps: int
    losses: dict[str, float]
    examples_per_s: float
    seconds_left: float | None
    gpu_memory_bytes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Epoch:
    """An epoch is over and was validated; `is_best` says that its weights were kept."""

    stage: str
    repeat: int
    epoch: int
    losses: dict[str, float]
    validation_srcc: float | None
    validation_plcc: float | None
    is_best: bool
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something a person should know; the run goes on."""

    what: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The run ended early: `what` happened, and a `hint` at the way out. The last message."""

    what: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """The run ended as it should; `report` is the path of report.json, empty when stopped early.

    The last message.
    """

    report: str
    was_stopped: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """To the trainer: finish this step, save, and end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Detach:
    """To the trainer: go on when stdin ends, as a run started with `--detached` does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a run that was looked at with `--check --estimate` will take, as far as was measured."""

    device_name: str
    is_gpu: bool
    seconds: float
    memory_bytes: int  # of the device it runs on
    memory_available_bytes: int
    disk_bytes: int


Message = Started | Progress | Epoch | Notice | Failed | Finished | Stop | Detach | Estimate

_MESSAGE_TYPES: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (Started, Progress, Epoch, Notice, Failed, Finished, Stop, Detach, Estimate)
}


def encode(message: Message) -> bytes:
    """The message as one line of JSON; a number that is not finite becomes null."""
    values = {"type": type(message).__name__, **asdict(message)}
    text = json.dumps(_writable(values), ensure_ascii=False, allow_nan=False)
    # A path that is not UTF-8 holds lone surrogates; their backslash form is valid JSON.
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def decode(line: bytes) -> Message:
    """The message in one line; raises ProtocolError on anything else."""
    if len(line) > MAX_LINE_BYTES:
        raise _not_understood(f"it is longer than {MAX_LINE_BYTES} bytes", line)
    try:
        values = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _not_understood("it is not JSON", line) from error
    if not isinstance(values, dict):
        raise _not_understood("it is not an object", line)
    name = values.pop("type", None)
    kind = _MESSAGE_TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise _not_understood(f"there is no message type {name!r}", line)
    if kind is Started:
        _refuse_newer(values.get("version"))
    hints = typing.get_type_hints(kind)
    if values.keys() != hints.keys():
        raise _not_understood(f"{name} has the fields {', '.join(hints)}", line)
    arguments: dict[str, typing.Any] = {}
    for part in fields(kind):
        try:
            arguments[part.name] = _READERS[hints[part.name]](values[part.name])
        except (ValueError, OverflowError) as error:
            raise _not_understood(f"{part.name} is {error}", line) from error
    return kind(**arguments)


class LineSplitter:
    """Cuts a stream of bytes into whole lines and keeps the remainder for later.

    Of a line without end only as much is kept as `decode` needs to refuse it.
    """

    def __init__(self) -> None:
        self._remainder = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, without their newline; blank ones are left out."""
        *lines, remainder = (self._remainder + chunk).split(b"\n")
        self._remainder = remainder[: MAX_LINE_BYTES + 1]
        return [line for line in lines if line.strip()]

    def finish(self) -> bytes:
        """What came after the last newline, at the end of the stream; mostly nothing."""
        remainder, self._remainder = self._remainder, b""
        return remainder


def _writable(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return None
        case str() if len(value) > _MAX_TEXT_CHARS:
            return value[: _MAX_TEXT_CHARS - 1] + "…"
        case dict():
            return {key: _writable(inner) for key, inner in value.items()}
    return value


def _not_understood(why: str, line: bytes) -> ProtocolError:
    start = line[:80].decode("utf-8", errors="replace")
    return ProtocolError(
        f"A line of the training run was not understood: {why}.", f"It begins with {start!r}."
    )


def _refuse_newer(version: object) -> None:
    if type(version) is int and version > PROTOCOL_VERSION:
        raise ProtocolError(
            f"The training run belongs to a newer Discern (protocol version {version}).",
            "Update Discern, then open the run again.",
        )


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _read_whole_number(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


def _read_number(value: object) -> float:
    """A finite number; null stands for one that was not finite."""
    if value is None:
        return math.nan
    if type(value) is int or type(value) is float:
        number = float(value)
        if math.isfinite(number):
            return number
    raise ValueError("not a finite number")


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _read_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


def _read_numbers(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return {name: _read_number(number) for name, number in value.items()}


def _or_none(reader: typing.Callable[[object], object]) -> typing.Callable[[object], object]:
    return lambda value: None if value is None else reader(value)


_READERS: dict[object, typing.Callable[[object], object]] = {
    int: _read_whole_number,
    float: _read_number,
    str: _read_text,
    bool: _read_truth,
    dict[str, float]: _read_numbers,
    int | None: _or_none(_read_whole_number),
    float | None: _or_none(_read_number),
}
