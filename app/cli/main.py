"""The command line: reads what was typed, hands it to a command, and turns errors to sentences."""

import argparse
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from app import places
from app.cli import demo, evaluate, explain, gmad, models, rate, train, window
from app.cli.interruption import ended_by_signals
from app.cli.log_file import logging_to
from app.cli.terminal import finish_out, prepare_streams, printable, write_err
from app.errors import FORESEEN, OutputNotWritten
from app.late_torch_parts import put_off_registrations
from app.rating.last_crash import said_of
from app.version import version
from engine.photos.in_hand import noted_in

_log = logging.getLogger(__name__)

# Each has add_parser(subparsers) and run(args) -> exit status, in the order of the help.
COMMANDS = (demo, rate, explain, train, evaluate, gmad, models)
WRONG_USE = 2
INTERRUPTED = 130
UNEXPECTED = 70  # EX_SOFTWARE: none of the statuses that scripts rely on

_DESCRIPTION = """\
Discern rates photographs by how good they look: sharp or blurred, clean or
noisy, well or badly exposed, intact or crushed by compression. Everything stays
on this machine, and photos are never changed."""
_EXAMPLES = """\
examples:
  discern holiday/                          open the window on a folder
  discern demo                              see it rate real photographs
  discern rate holiday/                     rate a folder, best first
  discern explain IMG_1.jpg                 see what lowers and raises a score
  discern rate --help                       all about one command"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    put_off_registrations()
    prepare_streams()
    try:
        status = _status_of(list(sys.argv[1:] if arguments is None else arguments))
    except SystemExit:  # help, or wrong use
        with suppress(OutputNotWritten):
            finish_out()
        raise
    try:
        finish_out()
    except OutputNotWritten as error:
        write_err(f"discern: {error}")
        return status or WRONG_USE
    return status


def _status_of(arguments: list[str]) -> int:
    try:
        if _asks_for_window(arguments):
            return window.open_window(arguments)
        args = build_parser().parse_args(arguments)
        with ended_by_signals(), logging_to(places.log_file()), noted_in(places.in_hand()) as left:
            if left:
                write_err(printable(said_of(left)))
            return _run(args)
    except KeyboardInterrupt:
        return INTERRUPTED


def command_name(command: ModuleType) -> str:
    """What people type for a command, by its module's name."""
    return command.__name__.rpartition(".")[2].replace("_", "-")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="discern",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"discern {version()}")
    subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", required=True
    )
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


def _run(args: argparse.Namespace) -> int:
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        write_err("Interrupted.")
        return INTERRUPTED
    except FORESEEN as error:
        _log.info("%s", error)
        write_err(f"discern: {error}")
        return WRONG_USE
    except Exception as error:  # the edge of the program: nobody above could say it better
        _log.critical("Unexpected: %r", error, exc_info=True)
        write_err(
            f"discern: something unexpected went wrong ({type(error).__name__}: {error})."
            f" Please report it with the end of {places.log_file()}"
        )
        return UNEXPECTED


def _asks_for_window(arguments: Sequence[str]) -> bool:
    if not arguments:
        return True
    first = arguments[0]
    names = {command_name(command) for command in COMMANDS}
    return first not in names and not first.startswith("-") and Path(first).exists()
