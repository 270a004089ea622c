"""What it costs to decode in a process apart, against decoding right here."""

import tempfile
from functools import partial
from pathlib import Path

from bench.figure import Figure
from bench.heic_grid import heic_of
from bench.interleaved import time_in_turns
from engine.photos.apart.every_format import decode_any
from engine.photos.apart.pool import DecoderPool
from engine.photos.file_kind import HEAD_BYTES

_AT_MOST = 1.10
_RATING_SHORT_SIDE_PX = 384
_SIZE_PX = (6000, 4000)


def measure(*, num_rounds: int = 9, size_px: tuple[int, int] = _SIZE_PX) -> list[Figure]:
    """A HEIC of 24 megapixels, whole as Inspect zooms into it and small as it is rated.

    The times are those of the round whose ratio is the middle one, so that they make that ratio.
    """
    megapixels = size_px[0] * size_px[1] / 1e6
    figures = []
    pool = DecoderPool()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "photo.heic")
        path.write_bytes(heic_of(*size_px))
        for what, short_side_px in (("whole", None), ("for a score", _RATING_SHORT_SIDE_PX)):
            timings = time_in_turns(
                {
                    "here": partial(_decode_here, path, short_side_px),
                    "apart": partial(pool.photo, path, "HEIF", short_side_px=short_side_px),
                },
                num_rounds=num_rounds,
            )
            apart_s, here_s = timings.middle_pair_s("apart", "here")
            figures += [
                Figure(
                    what=f"HEIC of {megapixels:.0f} megapixels, {what}, decoded here",
                    value=1000 * here_s,
                    unit="ms",
                ),
                Figure(
                    what="  decoded in a process apart",
                    value=1000 * apart_s,
                    unit="ms",
                ),
                Figure(
                    what="  as a multiple",
                    value=timings.ratio("apart", "here"),
                    unit="x",
                    at_most=_AT_MOST,
                ),
            ]
    pool.close()
    return figures


def _decode_here(path: Path, short_side_px: int | None) -> object:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        return decode_any(path, file, head, short_side_px)
