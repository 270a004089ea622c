"""Broken files, made from whole ones by chance that is drawn anew from a number each time."""

import random
import struct
from collections.abc import Sequence

from bench.fault_seeds import Seed

_HEAD_BYTES = 512
_ODD_BYTES = (0x00, 0x01, 0x7F, 0x80, 0xE5, 0xFE, 0xFF)
_ODD_NUMBERS = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_FORMS = ("<H", ">H", "<I", ">I")


def mutant(kind: str, number: int, seeds: Sequence[Seed]) -> Seed:
    """The broken file of that number: the same for the same kind and seeds."""
    chance = random.Random(f"{kind} {number}")
    seed = chance.choice(seeds)
    content = bytearray(seed.content)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = chance.choice(_WAYS)(content, chance, seeds)
    return Seed(bytes(content), seed.suffix)


def _change_head(content: bytearray, chance: random.Random, _: Sequence[Seed]) -> bytearray:
    """A few of the first bytes become others."""
    return _changed(content, chance, min(len(content), _HEAD_BYTES))


def _change_anywhere(content: bytearray, chance: random.Random, _: Sequence[Seed]) -> bytearray:
    """A few bytes anywhere become others."""
    return _changed(content, chance, len(content))


def _changed(content: bytearray, chance: random.Random, end: int) -> bytearray:
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if end:
            odd = chance.choice(_ODD_BYTES)
            content[chance.randrange(end)] = chance.choice((odd, chance.randrange(256)))
    return content


def _change_length(content: bytearray, chance: random.Random, _: Sequence[Seed]) -> bytearray:
    """A number, most likely a length or an offset, becomes one that is odd."""
    form = chance.choice(_FORMS)
    size = struct.calcsize(form)
    if len(content) < size:
        return content
    at = chance.randrange(min(len(content), 4 * _HEAD_BYTES) - size + 1)
    (before,) = struct.unpack_from(form, content, at)
    wanted = chance.choice((*_ODD_NUMBERS, before + 1, before - 1, 2 * before, len(content)))
    struct.pack_into(form, content, at, wanted % (1 << 8 * size))
    return content


def _cut(content: bytearray, chance: random.Random, _: Sequence[Seed]) -> bytearray:
    """The end is missing."""
    return content[: chance.randrange(len(content) + 1)]


def _splice(content: bytearray, chance: random.Random, seeds: Sequence[Seed]) -> bytearray:
    """A piece of a file of the same kind takes the place of another, or comes in between."""
    other = chance.choice(seeds).content
    begin = chance.randrange(len(other) + 1)
    piece = other[begin : begin + chance.choice((1, 4, 16, 256, 4096))]
    at = chance.randrange(len(content) + 1)
    content[at : at + chance.choice((0, len(piece)))] = piece
    return content


def _leave_out(content: bytearray, chance: random.Random, _: Sequence[Seed]) -> bytearray:
    """A piece in the middle is missing."""
    at = chance.randrange(len(content) + 1)
    del content[at : at + chance.choice((1, 2, 4, 64, 1024))]
    return content


_WAYS = (
    _change_head, _change_head, _change_anywhere, _change_length, _change_length, _cut, _splice,
    _leave_out,
)  # fmt: skip
