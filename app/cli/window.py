"""discern [FOLDER]: opens the window, or says how to do without where there is no display."""

from collections.abc import Sequence
from pathlib import Path

from app import places
from app.cli.log_file import logging_to
from app.cli.terminal import write_err
from engine.photos.in_hand import noted_in

_WRONG_USE = 2


def open_window(arguments: Sequence[str]) -> int:
    """Open the window on the folder, if one is named, and wait until it is closed."""
    if not places.has_display():
        return _say_there_is_no_display(arguments)
    named = Path(arguments[0]).absolute() if arguments else None
    if len(arguments) > 1:
        write_err("discern: The window opens one folder at a time. Name only one.")
        return _WRONG_USE
    if named is not None and not named.is_dir():
        named = named.parent  # a photo is looked at among those beside it
    # Here, so that the other commands start without loading Qt.
    try:
        from app.window.main import WindowRequest, run_window
    except ImportError as error:  # Qt leans on libraries of the system
        write_err(
            f"discern: The window can't be opened, because a library is missing ({error})."
            " Photos can be rated in the terminal: discern rate FOLDER"
        )
        return _WRONG_USE
    with logging_to(places.log_file()), noted_in(places.in_hand()) as left:
        return run_window(WindowRequest(folder=named, left_in_hand=tuple(left)))


def _say_there_is_no_display(arguments: Sequence[str]) -> int:
    folder = arguments[0] if arguments else "FOLDER"
    write_err(
        "There is no display here to open a window on. Photos can be rated in the terminal:\n\n"
        f"  discern rate {folder}\n"
    )
    write_err("`discern demo` shows it on sample photographs, `discern --help` all commands.")
    return _WRONG_USE
