"""What to tell a person when a decoder gave up."""

from PIL import UnidentifiedImageError

from engine.photos.file_kind import begins_like_a_photo

_NOT_A_PHOTO = "This is not a photo in a format Discern reads."
_ENDS_EARLY = "The file ends early. It may still be copying."
_DAMAGED = "The file is damaged or ends early. It may still be copying."
_NO_MEMORY = "There is not enough memory to read this picture. Close other programs and try again."
_WORDS_OF_AN_EARLY_END = ("truncated", "end of file", "eof", "not enough data", "end-of-file")
_WORDS_OF_NO_MEMORY = ("insufficient memory", "out of memory", "cannot allocate")


def reason_for(error: Exception, head: bytes) -> str:
    """One sentence on why a file that begins with `head` could not be read.

    >>> from engine.photos.failures import reason_for
    >>> reason_for(FileNotFoundError(), b"")
    'There is no such file.'
    >>> reason_for(OSError("image file is truncated"), b"BM")
    'The file ends early. It may still be copying.'
    """
    match error:
        case FileNotFoundError():
            return "There is no such file."
        case PermissionError():
            return "Discern is not allowed to open this file. Check its permissions."
        case MemoryError():
            return _NO_MEMORY
        case UnidentifiedImageError():
            return _DAMAGED if begins_like_a_photo(head) else _NOT_A_PHOTO
        case OSError(errno=int(), strerror=str(cause)):
            return f"The file could not be read: {cause}."
        case _:
            return _reason_in_words(str(error).lower())


def _reason_in_words(message: str) -> str:
    if any(words in message for words in _WORDS_OF_NO_MEMORY):
        return _NO_MEMORY
    if any(words in message for words in _WORDS_OF_AN_EARLY_END):
        return _ENDS_EARLY
    return _DAMAGED
