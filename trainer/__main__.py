"""python -m trainer RUN_FOLDER: one training run, or an ablation, in its own process.

Speaks the protocol of docs/protocol.md on stdin and stdout, logs to stderr and to train.log.
"""

import argparse
import contextlib
import faulthandler
import logging
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from engine.files.atomic_write import remove_leftovers
from engine.freed_memory import keep_freed_memory
from trainer.ablation import Ablation
from trainer.ablation_run import run_ablation
from trainer.check_result import CheckResult
from trainer.claimed_streams import ClaimedStreams, claim_streams
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.failures import describe_failure
from trainer.protocol import Failed, Finished, Notice
from trainer.reporter import Reporter, Wire
from trainer.run_folder import RunFolder

_log = logging.getLogger(__name__)

_CHUNK_BYTES = 4096
_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

Run = Callable[[RunFolder, Reporter], None]
Check = Callable[[RunConfig], CheckResult]


def main(
    arguments: Sequence[str] | None = None, *, run: Run | None = None, check: Check | None = None
) -> int:
    """Do the run and return the exit status: 0 finished or stopped, 1 failed, 2 wrong use.

    `run` and `check` stand in for the training itself.
    """
    streams = claim_streams()
    faulthandler.enable()
    logging.basicConfig(level=logging.INFO, format=_LOG_FORMAT, stream=sys.stderr)
    logging.captureWarnings(capture=True)
    args = _parser().parse_args(arguments)
    wire = Wire(streams.wire)
    path: Path = args.run_folder.absolute()
    try:
        folder = RunFolder.open(path)
        if args.check:
            _end_with_parent(streams)
            return _check(folder, wire, check, wants_estimate=args.estimate)
        with folder.lock():
            remove_leftovers(folder.path)
            if args.finish:
                folder.finish_early.touch()
            with _log_in(folder, is_detached=args.detached):
                return _run(folder, wire, streams, run, is_detached=args.detached)
    except TrainingError as error:
        _log.error("%s", error)
        wire.send(describe_failure(error, path))
        return 1


def _run(
    folder: RunFolder, wire: Wire, streams: ClaimedStreams, run: Run | None, *, is_detached: bool
) -> int:
    reporter = Reporter(
        folder, wire=wire, control=streams.control, keep_going_without_parent=is_detached
    )
    with reporter, _stopping_on_signals(reporter, is_detached=is_detached):
        try:
            if run is None:
                run = _training_of(folder)
            run(folder, reporter)
        except KeyboardInterrupt:
            _end(folder, reporter, was_stopped=True)
        except Exception as error:
            _log.exception("The run failed.")
            if reporter.has_ended:
                return 1
            reporter.send(describe_failure(error, folder.path))
            return 1
        _end(folder, reporter, was_stopped=reporter.should_stop)
    return 0


def _training_of(folder: RunFolder) -> Run:
    if Ablation.is_in(folder.path):
        return run_ablation
    # Here, so that the folder is locked and shows life while PyTorch loads.
    from trainer.late_compiler import load_compiler_late
    from trainer.run import run_training

    keep_freed_memory()
    load_compiler_late()
    return run_training


def _end(folder: RunFolder, reporter: Reporter, *, was_stopped: bool) -> None:
    """Send the last message, unless the run has done so itself."""
    if not reporter.has_ended:
        report = "" if was_stopped else str(folder.report_json)
        reporter.send(Finished(report=report, was_stopped=was_stopped))


def _end_with_parent(streams: ClaimedStreams) -> None:
    """End this process, whatever it is doing, when whoever holds the other end of stdin has gone.

    A terminal, a file or nothing as stdin is nobody's end.
    """
    control = streams.control
    if control is None or not stat.S_ISFIFO(os.fstat(control.fileno()).st_mode):
        return

    def wait() -> None:
        while control.read(_CHUNK_BYTES):
            pass
        os._exit(1)  # nothing is being written

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _check(folder: RunFolder, wire: Wire, check: Check | None, *, wants_estimate: bool) -> int:
    if check is None:
        from trainer.late_compiler import load_compiler_late  # loads PyTorch
        from trainer.run_check import check_run

        load_compiler_late()
        check = check_run
    try:
        result = check(folder.config)
        if wants_estimate and result.can_train:
            from trainer.run_check import estimate

            wire.send(estimate(folder.config))
    except Exception as error:
        _log.exception("The check failed.")
        wire.send(describe_failure(error, folder.path))
        return 1
    for finding in result.findings:
        wire.send(Notice(what=finding, hint=""))
    if not result.can_train:
        wire.send(
            Failed(what="This run can't be trained as it is.", hint="Mend what is named above.")
        )
        return 1
    wire.send(Finished(report="", was_stopped=False))
    return 0


@contextlib.contextmanager
def _log_in(folder: RunFolder, *, is_detached: bool) -> Iterator[None]:
    """Log to train.log too; a detached run outlives its stderr, so all of that goes there."""
    try:
        handler = logging.FileHandler(folder.train_log, encoding="utf-8", errors="backslashreplace")
        if is_detached:
            _send_output_to(folder.train_log)
    except OSError as error:
        raise TrainingError(
            f"{folder.train_log} could not be written: {error.strerror}.",
            "Check that the run folder may be written to and has room.",
        ) from error
    handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    root = logging.getLogger()
    if not is_detached:
        root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def _send_output_to(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


@contextlib.contextmanager
def _stopping_on_signals(reporter: Reporter, *, is_detached: bool) -> Iterator[None]:
    def stop(signal_number: int, frame: FrameType | None) -> None:
        reporter.request_stop()

    wanted = {signal.SIGINT: stop, signal.SIGTERM: stop}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    if is_detached and sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal may be closed
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description="Train one run, or resume it.", allow_abbrev=False
    )
    parser.add_argument("run_folder", type=Path, metavar="RUN_FOLDER")
    parser.add_argument(
        "--detached",
        action="store_true",
        help="go on when stdin ends, which otherwise means Stop",
    )
    parser.add_argument(
        "--finish",
        action="store_true",
        help="train no more: test and report the best epochs so far",
    )
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="with --check: rehearse a few steps and tell what the run will take",
    )
    parser.add_argument(
        "--check", action="store_true", help="only say what is wrong with config and labels"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
