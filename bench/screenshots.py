"""python -m bench.screenshots: remakes the pictures of every page, light and dark.

Needs no display; with QT_QPA_PLATFORM=xcb and an X server it takes them there. The program is
installed into the home of a person made for the pictures, /home/anna where that can be made, and
runs from there. That home is removed afterwards. For Linux and macOS.

The pages of training show a real run: on the photos of the pictures, spoilt by known amounts, or on
--labels, photos with scores of people. It needs starting weights.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OUT = _ROOT / "docs" / "screenshots"
_HOME = Path("/home/anna")
_INSTALLED = ("app", "engine", "trainer", "resources", "pyproject.toml", "README.md", "LICENSE")
_OF_ANOTHER_HOME = ("DISCERN_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


def main(arguments: Sequence[str] | None = None) -> int:
    """Take all pictures."""
    parser = _parser()
    args = parser.parse_args(arguments)
    if args.home is not None and args.home.exists():
        parser.error(f"{args.home} is there already; the home is made, and removed afterwards.")
    # So that the home goes even when this is stopped from outside.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with _home(args.home) as home:
        installed = install(home)
        command = [sys.executable, "-P", "-m", "bench.studio", *_for_the_studio(args)]
        done = subprocess.run(command, env=environment_in(home, installed), check=False)
    return done.returncode


def install(home: Path) -> Path:
    """Install the program as `pip install --user` would in that home; the folder of packages."""
    target = home / Path(sysconfig.get_path("purelib", "posix_user", {"userbase": ".local"}))
    with tempfile.TemporaryDirectory(prefix="discern-") as source:
        # A copy: building leaves files behind, and would pack those left by an earlier one.
        for name in _INSTALLED:
            _copy(_ROOT / name, Path(source) / name)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        where = ["--no-build-isolation", "--no-compile", "--target", str(target), source]
        subprocess.run([*command, *where], check=True)
    return target


def environment_in(home: Path, installed: Path) -> dict[str, str]:
    """The environment of that person, in which the installed program comes before this folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    kept = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_HOME}
    return {
        "QT_QPA_PLATFORM": "offscreen",
        "HF_HOME": str(cache / "huggingface"),  # starting weights are not fetched again
        **kept,
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(installed), str(_ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@contextmanager
def _home(wanted: Path | None) -> Iterator[Path]:
    """A home that was not there before, and is not there afterwards."""
    with tempfile.TemporaryDirectory(prefix="discern-") as elsewhere:
        home = _made(_HOME if wanted is None else wanted.absolute())
        if home is None:
            home = Path(elsewhere) / _HOME.name
            home.mkdir()
            sys.stderr.write(f"{_HOME} can't be made; the pictures will show {home}.\n")
        try:
            yield home
        finally:
            shutil.rmtree(home)


def _made(home: Path) -> Path | None:
    try:
        home.mkdir(parents=True)
    except OSError:
        return None
    return home


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _for_the_studio(args: argparse.Namespace) -> list[str]:
    given = {
        "--out": args.out.absolute(),
        "--size": args.size,
        "--scale": args.scale,
        "--labels": None if args.labels is None else args.labels.absolute(),
        "--weights": None if args.weights is None else args.weights.absolute(),
        "--only": args.only,
        "--model": args.model,
    }
    return [
        part for name, value in given.items() if value is not None for part in (name, str(value))
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.screenshots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, default=_OUT, help=f"default: {_OUT}")
    parser.add_argument("--size", default="1280x800", help="of the window, default: 1280x800")
    parser.add_argument("--scale", type=float, default=1.0, help="of the screen, such as 2")
    parser.add_argument("--home", type=Path, help=f"the person's home; default: {_HOME}")
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="FOLDER",
        help="a labelled data set, or a folder with labels.csv (image, score), to train on; "
        "mind whose photos the pictures will show",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="starting weights of timm's vit_tiny_patch16_224; default: from the hub",
    )
    parser.add_argument(
        "--only", choices=("library", "contest", "session", "training"), help="these pages"
    )
    parser.add_argument("--model", help="a name or a file; default: the bundled model")
    return parser


if __name__ == "__main__":
    sys.exit(main())
