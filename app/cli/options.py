"""Options and layout that several commands share."""

import argparse
from collections.abc import Callable

from engine.device_names import DEVICE_NAMES, is_device_name


def add_command(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    *,
    summary: str,
    description: str,
    examples: str,
) -> argparse.ArgumentParser:
    """A parser for one command, whose help ends with examples and keeps its line breaks."""
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser


def add_scoring_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that rates: which model, where, and how thoroughly."""
    add_model_options(parser)
    parser.add_argument(
        "--crops",
        type=positive_int,
        metavar="N",
        help="crops that are looked at per photo (default: as the model says, usually 10)",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="rate everything anew; neither look up nor remember scores",
    )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Which model rates, and on which device."""
    parser.add_argument(
        "--model",
        metavar="M",
        help="a name from `discern models list`, or a model file (default: the bundled model)",
    )
    add_device_option(parser)


def add_device_option(parser: argparse.ArgumentParser) -> None:
    """Where to compute."""
    parser.add_argument(
        "--device",
        type=device_name,
        default="auto",
        metavar="D",
        help=f"where to compute: {DEVICE_NAMES} (default: auto, a CUDA graphics card if there is "
        "one)",
    )


def device_name(text: str) -> str:
    """The name of a device, as argparse wants it; whether it is here is seen when it is needed."""
    if not is_device_name(text):
        raise argparse.ArgumentTypeError(f"there is no device {text}; give {DEVICE_NAMES}")
    return text


def positive_int(text: str) -> int:
    """A whole number above zero, as argparse wants it."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few; give 1 or more")
    return number
