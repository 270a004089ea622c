import logging
import warnings

import pytest

from engine.photos.quiet_decoders import silence_decoder_warnings


def warn_from(module: str) -> None:
    warnings.warn_explicit("odd tag", UserWarning, f"{module}.py", 1, module=module)


def test_only_the_decoders_are_silenced():
    silence_decoder_warnings()
    warn_from("PIL.TiffImagePlugin")
    warn_from("pi_heif.heif")
    with pytest.raises(UserWarning, match="odd tag"):
        warn_from("engine.photos.decode")


def test_calling_it_again_adds_nothing_and_a_lost_filter_comes_back():
    silence_decoder_warnings()
    filters = list(warnings.filters)
    silence_decoder_warnings()
    assert list(warnings.filters) == filters
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter("error")
        silence_decoder_warnings()
        warn_from("PIL.TiffImagePlugin")


def test_pillow_logs_no_warnings():
    assert not logging.getLogger("PIL.TiffImagePlugin").isEnabledFor(logging.WARNING)
