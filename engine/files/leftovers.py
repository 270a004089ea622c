"""What a killed program left of files that it was writing, removed at the next visit."""

import os
import re
import stat
import time
from contextlib import suppress

# Names under which this program, and those before it, write a file before it gets its own.
_LEFTOVER = re.compile(r"\.discern(-[a-z0-9_]{8}(\.part)?|\.\d+-[0-9a-f]{8}\.part)")
_OLD_S = 3600  # whatever is still being written was touched since then


def is_leftover_name(name: str) -> bool:
    """Whether only this program names files so, and only while it writes them.

    >>> from engine.files.leftovers import is_leftover_name
    >>> is_leftover_name(".discern.4711-0123abcd.part"), is_leftover_name("photo.part")
    (True, False)
    """
    return _LEFTOVER.fullmatch(name) is not None


def remove_leftover(path: str | os.PathLike[str]) -> None:
    """Remove an old leftover; one that may still be written, or can't be removed, stays.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine.files.leftovers import remove_leftover
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / ".discern.4711-0123abcd.part"
    ...     path.touch()
    ...     remove_leftover(path)
    ...     path.exists()  # it was touched just now
    True
    """
    with suppress(OSError):
        info = os.stat(path, follow_symlinks=False)
        age_s = time.time() - max(info.st_mtime, info.st_ctime)
        if stat.S_ISREG(info.st_mode) and age_s > _OLD_S:
            os.unlink(path)
