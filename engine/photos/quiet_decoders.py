"""Keeping the decoders' own remarks away from the user."""

import logging
import warnings

_MODULES = r"(PIL|pi_heif|rawpy)\."

logging.getLogger("PIL").setLevel(logging.ERROR)


def silence_decoder_warnings() -> None:
    """Lets no Python warning out of the decoders, whatever the filters; cheap to call again.

    They warn of things such as a corrupt EXIF tag, which changes nothing about the pixels. One
    standing filter on their modules is used because `warnings.catch_warnings` puts back the state
    of the whole process and so breaks when several threads decode at once. The filter is put in
    again when somebody (such as a test runner) has put back an older list.

    >>> import warnings
    >>> from engine.photos.quiet_decoders import silence_decoder_warnings
    >>> silence_decoder_warnings()
    >>> num_filters = len(warnings.filters)
    >>> silence_decoder_warnings()  # adds nothing
    >>> len(warnings.filters) - num_filters
    0
    """
    if not any(
        entry[3] is not None and _pattern(entry[3]) == _MODULES for entry in tuple(warnings.filters)
    ):
        warnings.filterwarnings("ignore", module=_MODULES)


def _pattern(module: object) -> object:
    return getattr(module, "pattern", module)
