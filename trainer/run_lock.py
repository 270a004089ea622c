"""Keeps two trainers from working in one run folder."""

import errno
import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from trainer.errors import TrainingError
from trainer.run_status import ProcessIdentity

_log = logging.getLogger(__name__)

# Windows keeps others from reading the bytes that are locked, so one far behind the text is.
_LOCKED_OFFSET = 1 << 20
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
_IN_USE = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


class RunLock:
    """The right to work in a run folder, for as long as this process lives or until `release`.

    The operating system holds the lock, so that of a killed process is free at once; the file
    says who took it. Where a network drive has no locks, the process in the file is looked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock; raises TrainingError when another process has it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise TrainingError(
                f"{self._path} could not be written: {error.strerror}.",
                "Check that the run folder is still there and may be written to.",
            ) from error
        try:
            self._lock(descriptor)
        except TrainingError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        text = json.dumps(asdict(ProcessIdentity.of_this_process()))
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text.encode("utf-8"))

    def release(self) -> None:
        """Give the lock back; the file stays, or two processes could each lock one."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def _lock(self, descriptor: int) -> None:
        try:
            _lock_descriptor(descriptor)
        except OSError as error:
            if error.errno in _IN_USE:
                raise self._in_use(_read_owner(descriptor)) from error
            if error.errno not in _NO_LOCKS_HERE:
                raise TrainingError(
                    f"{self._path} could not be locked: {error.strerror}.",
                    "Put the run folder on a drive of this machine.",
                ) from error
            owner = _read_owner(descriptor)
            if owner is not None and owner.may_be_running():
                raise self._in_use(owner) from error
            _log.warning("The drive of %s has no locks; start no second run there.", self._path)

    def _in_use(self, owner: ProcessIdentity | None) -> TrainingError:
        who = f"process {owner.pid} on {owner.host}" if owner else "another process"
        return TrainingError(
            f"{self._path.parent} is in use by {who}.",
            "Wait for that run to end, or stop it; then resume this one.",
        )


def _lock_descriptor(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # the standard library has each of the two on one kind of system only

        os.lseek(descriptor, _LOCKED_OFFSET, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        # lockf, not flock: a forked loader process must not keep the lock when we are killed.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read_owner(descriptor: int) -> ProcessIdentity | None:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return ProcessIdentity(**json.loads(os.read(descriptor, 4096)))
    except (OSError, ValueError, TypeError):
        return None
