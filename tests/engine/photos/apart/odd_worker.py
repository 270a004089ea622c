"""A decoding process that misbehaves as the photo's content asks it to."""

import os
import sys
import time
from pathlib import Path

import numpy as np

from engine.errors import UnreadablePhoto
from engine.photos.apart.worker import RETIRED, serve
from engine.photos.limits import LARGE_DECODE_BYTES, turn_for_large

num_seen = 0


def answer(request, frames):
    global num_seen
    num_seen += 1
    path = Path(request["path"])
    match path.read_text().split():
        case ["burn"]:
            while True:
                pass
        case ["sleep"]:
            time.sleep(600)
        case ["eat"]:
            eaten = []
            while True:
                eaten.append(np.ones(8 << 20, np.uint8))
                time.sleep(0.005)
        case ["die"]:
            os.abort()
        case ["die", "later"]:
            if num_seen > 1:
                os.abort()
        case ["retire"]:
            if num_seen > 1:
                os._exit(RETIRED)
        case ["refuse"]:
            raise UnreadablePhoto(path, "It is odd.") from ValueError("oddity")
        case ["large", folder]:
            with turn_for_large(LARGE_DECODE_BYTES + 1):
                Path(folder, f"in-{os.getpid()}").touch()
                time.sleep(0.05)
                assert len(list(Path(folder).glob("in-*"))) == 1
                Path(folder, f"in-{os.getpid()}").unlink()
            with turn_for_large(LARGE_DECODE_BYTES + 1):
                pass
        case ["print"]:
            os.write(1, b"tempfile.tif: Using code not yet in table.")
            os.write(2, b"tempfile.tif: Using code not yet in table.")
    pixels = np.full((4, 6, 3), num_seen, np.uint8)
    return {
        "ticket": frames.put(pixels),
        "num_bytes": pixels.size,
        "shape": pixels.shape,
        "width_px": os.getpid(),
        "height_px": "torch" in sys.modules,
    }


if __name__ == "__main__":
    serve(answer)
