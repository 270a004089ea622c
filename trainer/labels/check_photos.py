"""Checks of the photos that labels name: there, readable, and not the same one twice."""

import os
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PIL import Image

from engine.counted import counted
from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo
from engine.photos.header import HEADER_FORMATS
from engine.photos.limits import check_shape
from engine.photos.quiet_decoders import silence_decoder_warnings
from trainer.labels.check_scores import Checked, held_out_rank
from trainer.labels.label_problem import LabelProblem, problem
from trainer.labels.label_set import LabelledPhoto, sha256_of_files

# What Pillow lets out for broken headers; read_photo then has the last word.
_BROKEN_HEADER = (
    OSError, SyntaxError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
    EOFError, struct.error, zlib.error,
)  # fmt: skip
_END_OF_JPEG = b"\xff\xd9"
_TAIL_BYTES = 4096
_PROBE_SIDE_PX = 8
_MAX_THREADS = 8


def drop_missing(photos: Sequence[LabelledPhoto], source: Path) -> Checked:
    """Without the photos that are not there; fatal if they are the greater part."""
    kept = [photo for photo in photos if os.path.isfile(photo.path)]
    if len(kept) == len(photos):
        return kept, []
    found = set(map(id, kept))
    missing = [str(photo.path) for photo in photos if id(photo) not in found]
    is_fatal = 2 * len(missing) > len(photos)
    folder = source if source.is_dir() else source.parent
    verb = "is" if len(photos) == 1 else "are"
    return kept, [
        problem(
            "missing_photo",
            f"{len(missing)} of {counted(len(photos))} {verb} missing"
            f"{'.' if is_fatal else ': left out.'}",
            f"Names are looked up from {folder}; put the photos there or correct the names.",
            missing,
            is_fatal=is_fatal,
        )
    ]


def drop_unreadable(photos: Sequence[LabelledPhoto]) -> Checked:
    """Without the photos that can't be opened.

    Headers and endings are looked at, not every pixel: a photo with damage inside is found when it
    is decoded for training.
    """
    silence_decoder_warnings()
    num_threads = min(_MAX_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(num_threads, thread_name_prefix="check-photos") as pool:
        reasons = list(pool.map(_reason_unreadable, [photo.path for photo in photos]))
    bad = [
        f"{photo.path.name}: {reason}"
        for photo, reason in zip(photos, reasons, strict=True)
        if reason
    ]
    kept = [photo for photo, reason in zip(photos, reasons, strict=True) if not reason]
    if not bad:
        return kept, []
    return kept, [
        problem(
            "unreadable_photo",
            f"{len(bad)} of {counted(len(photos))} can't be read: left out.",
            "Copy these files again from where they came from.",
            bad,
        )
    ]


def settle_same_content(photos: Sequence[LabelledPhoto]) -> Checked:
    """Keeps photos with the same content in one part.

    Where the labels give parts, the copy in the part that is held out longest stays and the others
    go. Copies that stay share a reference from here on, so that no split tears them apart.
    """
    groups = _same_content(photos)
    dropped = {
        index
        for group in groups
        for index in group
        if held_out_rank(photos[index]) < max(held_out_rank(photos[other]) for other in group)
    }
    groups = [[index for index in group if index not in dropped] for group in groups]
    groups = [group for group in groups if len(group) > 1]
    linked = _share_references(photos, groups)
    problems: list[LabelProblem] = []
    if dropped:
        problems.append(
            problem(
                "same_content_in_two_parts",
                f"{counted(len(dropped))} {'is a copy' if len(dropped) == 1 else 'are copies'} of "
                "photos in another part: left out of the "
                "part that is trained on.",
                "Nothing needs to be done, but the labels have copies under several names.",
                [photos[index].path.name for index in sorted(dropped)],
            )
        )
    if groups:
        problems.append(
            problem(
                "same_content",
                f"{sum(map(len, groups))} photos are copies of one another: kept, and kept in one "
                "part.",
                "Nothing needs to be done, but each copy counts as a photo of its own.",
                [" = ".join(photos[index].path.name for index in group) for group in groups],
            )
        )
    return [photo for index, photo in enumerate(linked) if index not in dropped], problems


def _reason_unreadable(path: Path) -> str | None:
    """Why a photo can't be used, as one sentence; None if it seems all right."""
    try:
        if not _has_sound_header(path):
            read_photo(path, short_side_px=_PROBE_SIDE_PX)
    except UnreadablePhoto as error:
        return error.reason
    return None


def _has_sound_header(path: Path) -> bool:
    """Whether Pillow finds nothing wrong without decoding; if not, decoding must tell.

    UnreadablePhoto for a sound one that is too small or too narrow.
    """
    try:
        with Image.open(path, formats=HEADER_FORMATS) as image:
            is_jpeg, size_px = image.format == "JPEG", image.size
            image.verify()
        is_whole = not is_jpeg or _has_jpeg_end(path)
    except _BROKEN_HEADER:
        return False  # camera RAW, HEIF, AVIF, or broken
    check_shape(path, *size_px)
    return is_whole


def _has_jpeg_end(path: Path) -> bool:
    """Whether the end mark is near the end; cameras may append things, so its absence is a hint."""
    with path.open("rb") as file:
        size_bytes = file.seek(0, os.SEEK_END)
        file.seek(max(0, size_bytes - _TAIL_BYTES))
        return _END_OF_JPEG in file.read()


def _same_content(photos: Sequence[LabelledPhoto]) -> list[list[int]]:
    """Indices of photos whose files are equal; only files of equal size are read."""
    by_size: dict[int, list[int]] = {}
    for index, photo in enumerate(photos):
        by_size.setdefault(photo.path.stat().st_size, []).append(index)
    by_content: dict[tuple[int, str], list[int]] = {}
    for size_bytes, indices in by_size.items():
        if len(indices) > 1:
            for index in indices:
                try:
                    digest = sha256_of_files([photos[index].path])
                except OSError:
                    continue  # whoever opens it will say why
                by_content.setdefault((size_bytes, digest), []).append(index)
    return [indices for indices in by_content.values() if len(indices) > 1]


def _share_references(
    photos: Sequence[LabelledPhoto], groups: Sequence[Sequence[int]]
) -> list[LabelledPhoto]:
    """The photos, with one reference for each group and for all that hung on its references."""
    renamed: dict[str, str] = {}

    def current(reference: str) -> str:
        while reference in renamed:
            reference = renamed[reference]
        return reference

    own = {}
    for group in groups:
        names = {photos[i].reference for i in group}
        found = sorted({current(name) for name in names if name is not None})
        target = found[0] if found else f"copies of {photos[group[0]].path.as_posix()}"
        renamed.update(dict.fromkeys(found[1:], target))
        own.update(dict.fromkeys(group, target))
    return [
        photo
        if (reference := own.get(i, photo.reference)) is None
        else replace(photo, reference=current(reference))
        for i, photo in enumerate(photos)
    ]
