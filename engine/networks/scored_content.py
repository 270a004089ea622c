"""What of a model file decides its scores, as one hash. This does not load torch."""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any, BinaryIO

from engine.errors import ModelFileError

_CARD_KEY = "discern"
_HEAD_PREFIX = "distortion_head."
_CARD_PARTS = ("architecture", "network", "normalisation", "resize_rule")
_OPTIONAL_PART = "certainty"  # decides no score, but the interval that is remembered beside it
_LENGTH = struct.Struct("<Q")
_LARGEST_HEADER_BYTES = 100_000_000  # as safetensors has it
_CHUNK_BYTES = 1 << 20


def scored_content(path: Path) -> str:
    """The SHA-256 of the tensors that score and of how photos are shown to them, in hex.

    What makes the intervals of scores counts too where a file has it.

    Nothing that the file says of itself is believed: name, figures and the head for distortion
    maps of older files change no score and are left out, all else counts. Raises ModelFileError.

    >>> from engine.networks.model_finder import default_model
    >>> from engine.networks.model_header import identify_model
    >>> from engine.networks.scored_content import scored_content
    >>> digest = scored_content(default_model())
    >>> len(digest), digest == identify_model(default_model()).scored_as
    (64, True)
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            if length > _LARGEST_HEADER_BYTES:
                raise ValueError("the header is too long")
            header: dict[str, Any] = json.loads(file.read(length))
            card = json.loads(header.pop("__metadata__")[_CARD_KEY])
            shown = {part: card[part] for part in _CARD_PARTS}
            if card.get(_OPTIONAL_PART) is not None:
                shown[_OPTIONAL_PART] = card[_OPTIONAL_PART]
            digest.update(json.dumps(shown, sort_keys=True).encode("ascii"))
            for name in sorted(header):
                if not name.startswith(_HEAD_PREFIX):
                    said = [name, header[name]["dtype"], header[name]["shape"]]
                    digest.update(json.dumps(said).encode("ascii"))
                    begin, end = header[name]["data_offsets"]
                    _add(digest, file, _LENGTH.size + length + begin, end - begin)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError,
            struct.error) as error:  # fmt: skip
        raise ModelFileError(
            f"{path} is damaged or cut short ({error}). Get the file again from where it came from."
        ) from error
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", file: BinaryIO, begin: int, num_bytes: int) -> None:
    file.seek(begin)
    while num_bytes > 0:
        chunk = file.read(min(num_bytes, _CHUNK_BYTES))
        if not chunk:
            raise ValueError("the file ends early")
        digest.update(chunk)
        num_bytes -= len(chunk)
