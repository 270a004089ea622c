"""Freed memory is kept for the next photo or step, where the C library would give it back."""

import ctypes
import platform

# Numbers of glibc's <malloc.h>; at most 32 MiB is taken for the last.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_NEVER_BYTES = 2**31 - 1
_AT_ONCE_BYTES = 256 * 1024**2
_LARGEST_KEPT_BYTES = 32 * 1024**2

WHILE_RATING_BYTES = 64 * 1024**2


def keep_freed_memory(most_bytes: int | None = None) -> bool:
    """Keep what is freed within this process; tell whether this system's C library can.

    With `most_bytes` no more than about that is kept, for programs that stay open.

    A network on the processor frees and asks for much memory, always in the same sizes. glibc maps
    and unmaps the larger pieces every time, and the system fills each new page with zeros. That is
    a quarter of the time of a photo in one frame, and gigabytes in every step of a training. It
    holds for the whole process, so it is for programs, not for a library that others import.

    >>> from engine.freed_memory import keep_freed_memory
    >>> is_kept = keep_freed_memory(64 * 1024**2)  # not on macOS, Windows and musl
    """
    is_linux = platform.system() == "Linux"
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if is_linux else None
    if set_option is None:  # musl has none either
        return False
    options = {
        _TRIM_THRESHOLD: _NEVER_BYTES if most_bytes is None else most_bytes,
        _TOP_PAD: _AT_ONCE_BYTES if most_bytes is None else most_bytes // 4,
        _MMAP_THRESHOLD: _LARGEST_KEPT_BYTES,
    }
    answers = [set_option(name, value) for name, value in options.items()]
    return all(answer == 1 for answer in answers)
