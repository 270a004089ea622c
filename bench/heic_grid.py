"""HEIC files of any size, put together from one small tile as cameras put theirs together.

The boxes are those of ISO/IEC 14496-12 and 23008-12: every tile is an item of its own, all of them
with the same bytes, and a grid item says how they lie.
"""

import struct
from pathlib import Path

_TILE = Path(__file__).parent / "data" / "tile.heic"
_TILE_PX = 512
_WANTED = (b"hvcC", b"colr", b"pixi")


def heic_of(width_px: int, height_px: int) -> bytes:
    """A HEIC of this size; 256 tiles of 512 pixels is the most that fits on a side."""
    columns, rows = -(-width_px // _TILE_PX), -(-height_px // _TILE_PX)
    num_tiles = columns * rows
    tile = _TILE.read_bytes()
    pixels = _content(tile, b"mdat")
    grid = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width_px, height_px)
    kind = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    # Where the bytes lie depends on how long what says so is, so it is made twice.
    start = 0
    for _ in range(2):
        meta = _meta(tile, num_tiles, (width_px, height_px), len(pixels), len(grid), start)
        start = len(kind) + len(meta) + 8
    return kind + meta + _box(b"mdat", pixels + grid)


def _meta(
    tile: bytes,
    num_tiles: int,
    size_px: tuple[int, int],
    num_pixel_bytes: int,
    num_grid_bytes: int,
    start: int,
) -> bytes:
    tiles = range(1, num_tiles + 1)
    grid_id = num_tiles + 1
    places = [(number, start, num_pixel_bytes) for number in tiles]
    places.append((grid_id, start + num_pixel_bytes, num_grid_bytes))
    kept = [_box(kind, _content(tile, kind)) for kind in _WANTED]
    shared = [*kept, _full(b"ispe", struct.pack(">II", _TILE_PX, _TILE_PX))]
    properties = [*shared, _full(b"ispe", struct.pack(">II", *size_px))]
    of_tile = bytes((len(shared), 0x81, *range(2, len(shared) + 1)))
    of_grid = bytes((1, len(properties)))
    belongs = b"".join(struct.pack(">H", number) + of_tile for number in tiles)
    belongs += struct.pack(">H", grid_id) + of_grid
    parts = [
        _full(b"hdlr", bytes(4) + b"pict" + bytes(13)),
        _full(b"pitm", struct.pack(">H", grid_id)),
        _full(
            b"iloc",
            struct.pack(">BBH", 0x44, 0, len(places))
            + b"".join(
                struct.pack(">HHHII", number, 0, 1, at, length) for number, at, length in places
            ),
        ),
        _full(
            b"iinf",
            struct.pack(">H", len(places))
            + b"".join(_item(number, b"hvc1", is_hidden=True) for number in tiles)
            + _item(grid_id, b"grid", is_hidden=False),
        ),
        _full(
            b"iref",
            _box(
                b"dimg",
                struct.pack(f">HH{num_tiles}H", grid_id, num_tiles, *tiles),
            ),
        ),
        _box(
            b"iprp",
            _box(b"ipco", b"".join(properties))
            + _full(b"ipma", struct.pack(">I", len(places)) + belongs),
        ),
    ]
    return _full(b"meta", b"".join(parts))


def _item(number: int, kind: bytes, *, is_hidden: bool) -> bytes:
    head = struct.pack(">HH", number, 0) + kind + b"\0"
    return _full(b"infe", head, version=2, flags=int(is_hidden))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _full(kind: bytes, content: bytes, *, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags) + content)


def _content(file: bytes, kind: bytes) -> bytes:
    """What is in the first box of this kind, wherever it lies."""
    at = file.index(kind)
    (length,) = struct.unpack(">I", file[at - 4 : at])
    return file[at + 4 : at - 4 + length]
