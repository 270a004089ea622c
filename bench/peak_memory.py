"""The process that the memory benchmark watches: python -m bench.peak_memory FOLDER EARLY [CROPS].

Prints the peak of its resident memory after the first EARLY photos and after all, as JSON.
"""

import json
import sys
from pathlib import Path

import psutil

from bench.subjects import scorer
from engine.photos.discover import find_photos


def peak_bytes() -> int:
    """The most resident memory that this process has had."""
    status = Path("/proc/self/status")
    if status.exists():
        # not getrusage: on Linux its peak begins with that of the process that started this one
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    else:  # noqa: RET505 the type checker leaves out what another system runs
        import resource  # there is none on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(folder: Path, num_early: int, num_crops: int | None) -> None:
    """Rate everything in the folder and print the two peaks."""
    early_bytes = 0
    photos = scorer(num_crops=num_crops).score_each(find_photos([folder]))
    for number, photo in enumerate(photos, start=1):
        assert photo.error is None, photo.error
        if number == num_early:
            early_bytes = peak_bytes()
    print(json.dumps({"early_bytes": early_bytes, "late_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
