"""discern train: a model from labels, without the window."""

import argparse
import json
import re
import tempfile
import time
from pathlib import Path

from app import places
from app.cli.ablation import follow_ablation, run_ablation
from app.cli.followed_run import follow_run
from app.cli.interruption import Interruption
from app.cli.options import add_command, add_model_options
from app.cli.terminal import printable, write_err, write_out
from app.errors import FORESEEN, WrongUse
from app.runs.outcome import Died
from app.runs.process import TrainingProcess
from app.runs.report_text import report_lines
from app.runs.run_result import read_result
from trainer.ablation import Ablation
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.parent_model import with_parent
from trainer.protocol import Failed, Notice
from trainer.run_folder import RunFolder

_DESCRIPTION = """\
With a table of labels: makes a model of your own on top of the model in use, in
about the time that rating the photos takes, and says whether it agrees with
you better. It needs no GPU, and 50 labels are enough to begin with.

With a TOML file: trains a teacher and a student on photographs with opinion
scores, as the file says, and reports how well both agree with people on photos
they never saw. Everything a run needs and makes is in its run folder. A run
that was stopped, killed or lost its power goes on with --resume where it was
last saved."""
_EXAMPLES = """\
examples:
  discern train labels.csv                a model of your own, named labels-own
  discern train labels.csv --name mine    the same under another name
  discern train labels.csv --check        what would be done, and how long
  discern train my_run.toml               train; makes a run folder in runs/
  discern train my_run.toml --check       only look for mistakes
  discern train --resume runs/my_run-...  go on with a run
  discern train my_run.toml --ablation --seeds 3
                                            CSIQA's parts one by one (Table 4)

The first Ctrl+C finishes the step in hand, saves and stops; a second one stops
at once, and up to a minute of work is lost.

exit status:
  0  trained and reported
  1  the run failed; the reason and the way out were written
  2  wrong use, or a mistake in the TOML file
  130  stopped; go on with --resume"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = add_command(
        subparsers,
        "train",
        run,
        summary="train teacher and student on your own labels",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument(
        "source",
        nargs="?",
        type=Path,
        metavar="LABELS or RUN.toml",
        help="labels (a CSV, or the folder of a data set), or what to train",
    )
    parser.add_argument(
        "--name", metavar="NAME", help="of the model of your own (default: LABELS-own)"
    )
    add_model_options(parser)
    parser.add_argument(
        "--keep-anyway",
        action="store_true",
        help="save the model of your own even if it is no better than the one in use",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="RUN_FOLDER",
        help="a new folder for the run (default: runs/NAME-DATE-TIME)",
    )
    parser.add_argument(
        "--resume", type=Path, metavar="RUN_FOLDER", help="go on with the run in this folder"
    )
    parser.add_argument(
        "--check", action="store_true", help="look for mistakes in config and labels, and end"
    )
    parser.add_argument(
        "--ablation",
        action="store_true",
        help="train with CSIQA's parts switched on one by one, and compare (Table 4); "
        "the same command, or --resume, goes on where it stopped",
    )
    parser.add_argument(
        "--seeds", type=int, default=3, metavar="N", help="seeds per row of --ablation (default 3)"
    )


def run(args: argparse.Namespace) -> int:
    """Train, resume or check, and say what came of it."""
    if (args.source is None) == (args.resume is None):
        raise WrongUse("Give either labels or a RUN.toml to train, or --resume and a run folder.")
    if args.resume is not None:
        if args.folder is not None or args.check:
            raise WrongUse("--resume goes alone: the run folder says all the rest.")
        return _resume(args.resume)
    if args.source.suffix != ".toml":
        return _train_personal(args)
    if args.name is not None or args.model is not None or args.keep_anyway:
        raise WrongUse("--name, --model and --keep-anyway go with labels; a TOML says it inside.")
    config = with_parent(RunConfig.from_toml(args.source), places.models())
    if args.check:
        return _check(config)
    if args.ablation:
        if args.seeds < 1:
            raise WrongUse(f"--seeds is {args.seeds}; give 1 or more.")
        return run_ablation(
            config, args.folder or Path("runs") / f"{_plain(config.name)}-ablation", args.seeds
        )
    folder = RunFolder.create(args.folder or _default_folder(config.name), config)
    write_err(printable(f"The run folder is {folder.path}"))
    return _train(folder)


def _train_personal(args: argparse.Namespace) -> int:
    from app.cli.personal_training import check_personal, train_personal

    if args.folder is not None or args.ablation:
        raise WrongUse("--folder and --ablation go with a RUN.toml, not with labels alone.")
    if args.check:
        return check_personal(args.source, model=args.model, device=args.device)
    return train_personal(
        args.source,
        name=args.name,
        model=args.model,
        device=args.device,
        keeps_anyway=args.keep_anyway,
    )


def _resume(path: Path) -> int:
    if Ablation.is_in(path):
        return follow_ablation(Ablation.open(path))
    folder = RunFolder.open(path)
    if _is_finished(folder):
        write_err("This run is finished; its report:")
        return _write_report(folder)
    return _train(folder)


def _is_finished(folder: RunFolder) -> bool:
    try:
        status = folder.read_status()
    except TrainingError:  # damaged: the run itself will write it anew
        return False
    return status is not None and status.state == "finished" and folder.report_json.exists()


def _train(folder: RunFolder) -> int:
    status = follow_run(folder)
    if status != 0:
        return status
    status = _write_report(folder)
    if status == 0:
        _write_comparison(folder)
    return status


def _write_comparison(folder: RunFolder) -> None:
    """The model in use and ridge on it, on the run's test photos; the report stands without."""
    # Here, because it loads PyTorch, which no other part of this command does.
    from app.models.model_use import compare_with_model_in_use
    from app.runs.comparison_text import comparison_lines

    with Interruption("Leaving out the comparison.") as interruption:
        try:
            found = compare_with_model_in_use(
                read_result(folder.path),
                model=None,
                device=folder.config.machine.device,
                should_stop=interruption.asks_to_stop,
            )
        except FORESEEN as error:
            write_err(printable(f"The model in use could not be compared: {error}"))
            return
    for line in () if found is None else comparison_lines(found):
        write_out(printable(line))


def _check(config: RunConfig) -> int:
    """Read the labels in the trainer's process, which alone may load PyTorch; train nothing."""
    with tempfile.TemporaryDirectory(prefix="discern-check-") as temporary:
        folder = RunFolder.create(Path(temporary) / "run", config)
        with TrainingProcess(folder.path, options=["--check"]) as process:
            for message in process.messages():
                if isinstance(message, Notice):
                    write_out(printable(f"{message.what} {message.hint}".rstrip()))
        match process.outcome:
            case Failed() | Died() as ended:
                write_err(printable(f"discern: {ended.what} {ended.hint}".rstrip()))
                return 1
    return 0


def _write_report(folder: RunFolder) -> int:
    try:
        report = json.loads(folder.report_json.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        write_err(printable(f"discern: {folder.report_json} can't be read: {error}"))
        return 1
    for line in report_lines(report if isinstance(report, dict) else {}, folder.path):
        write_out(printable(line))
    return 0


def _default_folder(name: str) -> Path:
    return Path("runs") / f"{_plain(name)}-{time.strftime('%Y%m%d-%H%M%S')}"


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "run"
