"""The trash of Linux desktops, as freedesktop.org describes it, from which files can come back.

Written here because other code that fills this trash does not say where a file went, which is
needed to bring back the right one of several with the same name.
"""

import errno
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from app.actions.safe_files import move_to_free, rename_to_free

_MOST_NAMES = 10_000


@dataclass(frozen=True, slots=True)
class Trashed:
    """A file in the trash."""

    original: Path
    file: Path
    info: Path


def put_in_trash(path: Path) -> Trashed:
    """Move a file to the trash of its own drive, else to the user's.

    Raises:
        OSError: no trash takes it; the file is where it was.
    """
    home = _home_trash()
    device = os.lstat(path).st_dev
    if device == _device_of(home):
        return _put(path, home, str(path))
    top = _mount_point(path)
    try:
        return _put(path, _trash_of_drive(top), os.path.relpath(path, top))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EXDEV):
            raise
        return _put(path, home, str(path))


def bring_back(trashed: Trashed) -> None:
    """Move a file from the trash to where it was; FileExistsError where something is there."""
    trashed.original.parent.mkdir(parents=True, exist_ok=True)
    move_to_free(trashed.file, trashed.original)
    with suppress(OSError):
        trashed.info.unlink()


def _put(path: Path, trash: Path, noted: str) -> Trashed:
    for folder in (trash / "files", trash / "info"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    info = _claimed(path, trash, noted)
    file = trash / "files" / info.stem
    try:
        if _device_of(trash) == os.lstat(path).st_dev:
            rename_to_free(path, file)
        else:
            move_to_free(path, file)
    except BaseException:
        with suppress(OSError):
            info.unlink()
        raise
    return Trashed(path, file, info)


def _claimed(path: Path, trash: Path, noted: str) -> Path:
    """A new info file; whoever makes it owns its name among the files too."""
    deleted = datetime.now().replace(microsecond=0).isoformat()
    content = f"[Trash Info]\nPath={quote(os.fsencode(noted))}\nDeletionDate={deleted}\n"
    for number in range(1, _MOST_NAMES):
        name = path.name if number == 1 else f"{path.stem} {number}{path.suffix}"
        if os.path.lexists(trash / "files" / name):
            continue
        info = trash / "info" / f"{name}.trashinfo"
        try:
            descriptor = os.open(info, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
        return info
    raise FileExistsError(errno.EEXIST, "the trash holds too many files of this name", str(path))


def _home_trash() -> Path:
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "Trash"


def _device_of(folder: Path) -> int:
    """The device on which a folder is, or would be made."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            return place.stat().st_dev
    return -1


def _mount_point(path: Path) -> Path:
    place = Path(os.path.realpath(path.parent))
    while not os.path.ismount(place):
        place = place.parent
    return place


def _trash_of_drive(top: Path) -> Path:
    uid = _own_number()
    shared = top / ".Trash"
    with suppress(OSError):
        mode = shared.lstat().st_mode
        if stat.S_ISDIR(mode) and mode & stat.S_ISVTX:
            own = shared / str(uid)
            own.mkdir(mode=0o700, exist_ok=True)
            return own
    return top / f".Trash-{uid}"


def _own_number() -> int:
    """The number of the user, which names the trash of a drive; there is none on Windows."""
    if sys.platform == "win32":
        raise OSError(errno.ENOSYS, "this system has a trash of its own")
    else:  # noqa: RET506 the type checker leaves out what another system runs
        return os.getuid()
