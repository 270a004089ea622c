"""All runs of an ablation, one after the other, each in a process of its own."""

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from trainer.ablation import Ablation, AblationRun, table_text
from trainer.atomic_write import write_text
from trainer.errors import TrainingError
from trainer.protocol import (
    Failed,
    Finished,
    LineSplitter,
    Message,
    Notice,
    ProtocolError,
    Stop,
    decode,
    encode,
)
from trainer.reporter import Reporter
from trainer.run_folder import RunFolder

_log = logging.getLogger(__name__)

_POLL_S = 0.1
_CHUNK_BYTES = 1 << 16
_CREATION_FLAGS = 0
if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NO_WINDOW  # no console window may pop up


def run_ablation(
    folder: RunFolder, reporter: Reporter, *, command: Sequence[str] | None = None
) -> None:
    """Do what is not done yet, and write the table after every run. The last message is Finished.

    What a run says is passed on. When we are asked to stop, or are killed, the run at work saves
    and stops; the next start goes on with it. `command` is what trains a run folder. Raises
    TrainingError when a run fails.
    """
    ablation = Ablation.open(folder.path)
    num_runs = len(ablation.runs)
    for number, run in enumerate(ablation.runs, start=1):
        if run.figures() is not None:
            continue
        reporter.send(Notice(what=f"Run {number} of {num_runs}: {run.title}.", hint=""))
        child = ablation.open_run(run)
        if not (_is_free(child, reporter) and _train(folder, child, run, reporter, command)):
            reporter.send(Finished(report="", was_stopped=True))
            return
        write_text(ablation.table_txt, table_text(folder.config.name, ablation.table()))
    write_text(ablation.table_txt, table_text(folder.config.name, ablation.table()))
    if not folder.config.machine.photo_cache:
        from trainer.photo_cache import remove_cache  # loads slow libraries

        remove_cache(folder.photo_cache)
    reporter.send(Finished(report=str(ablation.table_txt), was_stopped=False))


def _is_free(child: RunFolder, reporter: Reporter) -> bool:
    """Wait for a process that is still saving the run; False if asked to stop meanwhile."""
    if child.is_alive():
        reporter.send(
            Notice(
                what="Another process still works on this run.",
                hint="The ablation goes on when it has ended.",
            )
        )
    while child.is_alive():
        if reporter.should_stop:
            return False
        time.sleep(_POLL_S)
    return not reporter.should_stop


def _train(
    parent: RunFolder,
    child: RunFolder,
    run: AblationRun,
    reporter: Reporter,
    command: Sequence[str] | None,
) -> bool:
    """Let a process of its own do the run; False if it was stopped."""
    trainer = [sys.executable, "-P", "-m", "trainer"] if command is None else list(command)
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    last: Finished | Failed | None = None
    with parent.train_log.open("ab") as log:
        process = subprocess.Popen(
            [*trainer, str(child.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            bufsize=0,
            env=_environment(),
            creationflags=_CREATION_FLAGS,
        )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
        is_stop_sent = False
        while True:
            if reporter.should_stop and not is_stop_sent:
                is_stop_sent = True
                _send_stop(process.stdin)
            try:
                line = lines.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if line is None:
                break
            message = _understand(line)
            if isinstance(message, Finished | Failed):
                last = message
            elif message is not None:
                reporter.send(message)
    return _is_finished(last, run, process.returncode)


def _is_finished(last: Finished | Failed | None, run: AblationRun, exit_code: int) -> bool:
    match last:
        case Failed(what=what, hint=hint):
            raise TrainingError(f"The run “{run.title}” failed: {what}", hint)
        case None:
            raise TrainingError(
                f"The run “{run.title}” ended without a word (exit status {exit_code}).",
                f"Look in {run.folder / 'train.log'}. What was saved is whole: resume the"
                " ablation.",
            )
        case Finished(was_stopped=was_stopped) if not was_stopped and run.figures() is None:
            raise TrainingError(
                f"The run “{run.title}” left no figures of its student.",
                f"Look in {run.folder / 'train.log'}, delete {run.folder} and resume the ablation.",
            )
    return not last.was_stopped


def _send_stop(pipe: IO[bytes]) -> None:
    try:
        pipe.write(encode(Stop()))
    except OSError as error:  # it has ended already
        _log.info("Stop could not be sent: %s", error)


def _read(pipe: IO[bytes], lines: "queue.SimpleQueue[bytes | None]") -> None:
    splitter = LineSplitter()
    while chunk := pipe.read(_CHUNK_BYTES):
        for line in splitter.feed(chunk):
            lines.put(line)
    lines.put(None)


def _understand(line: bytes) -> Message | None:
    try:
        return decode(line)
    except ProtocolError as error:
        _log.warning("Not understood: %s", error)
        return None


def _environment() -> dict[str, str]:
    """The environment in which the trainer is found as we are, even from a source folder."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    root = Path(__file__).absolute().parents[1]
    if root.name not in {"site-packages", "dist-packages"}:
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(root), *([before] if before else [])])
    return environment
