"""Writing to the terminal: what goes to stdout, what to stderr, and text cut to fit."""

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from app.errors import OutputNotWritten

# Where no terminal says otherwise (a pipe, a file), lines are not cut at all.
_UNLIMITED = 1 << 16


def prepare_streams() -> None:
    """Let file names of any kind be written, whatever the terminal's encoding.

    A character that the terminal can't show, or half a character from a broken file name, is
    written as an escape instead of ending the program.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def write_out(text: str) -> None:
    """Write a line of the result to stdout; nothing happens when its reader has gone away.

    Raises:
        OutputNotWritten: the disk that stdout goes to is full.
    """
    with _written_out():
        sys.stdout.write(text + "\n")


def write_out_bytes(content: bytes) -> None:
    """Write a whole result file to stdout."""
    with _written_out():
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


def finish_out() -> None:
    """Hand over what stdout still holds back, quietly if nobody reads it any more.

    Raises:
        OutputNotWritten: the disk that stdout goes to is full.
    """
    with _written_out():
        sys.stdout.flush()


@contextmanager
def _written_out() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _drop_stdout()
    except OSError as error:
        _drop_stdout()
        raise OutputNotWritten(
            f"The result could not be written to the output: {error.strerror or error}."
        ) from error


def write_err(text: str) -> None:
    """Write a line to stderr, above the progress bar if there is one."""
    tqdm.write(text, file=sys.stderr)


def line_width() -> int:
    """Columns that a line on stdout may take."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return _UNLIMITED
    return shutil.get_terminal_size().columns


def printable(text: str) -> str:
    """The text with line breaks and other control characters shown as escapes."""
    if text.isprintable():
        return text
    return "".join(char if _is_shown(char) else _escaped(char) for char in text)


def width_of(text: str) -> int:
    """Columns that the text takes in a terminal; East Asian characters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def shortened(text: str, width: int) -> str:
    """The text with its middle left out so that it takes at most `width` columns."""
    if width_of(text) <= width:
        return text
    if width < 2:
        return "…"[:width]
    end = _taken(reversed(text), width // 2)[::-1]
    start = _taken(text, width - 1 - width_of(end))
    return f"{start}…{end}"


def _taken(chars: Iterable[str], width: int) -> str:
    taken: list[str] = []
    used = 0
    for char in chars:
        used += _char_width(char)
        if used > width:
            break
        taken.append(char)
    return "".join(taken)


def _char_width(char: str) -> int:
    if char == "\ufe0f":  # makes the narrow character before it a wide emoji
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _is_shown(char: str) -> bool:
    # Joiners hold emoji together; other format characters could turn the line's direction.
    return char.isprintable() or char in "\u200c\u200d" or unicodedata.category(char) == "Zs"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _drop_stdout() -> None:
    # Python would flush stdout once more at exit, and complain about the pipe then.
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
