import argparse

import pytest

from app.cli.options import positive_int


def test_a_count_is_a_whole_number_above_zero():
    assert positive_int("3") == 3
    with pytest.raises(argparse.ArgumentTypeError, match="0 is too few; give 1 or more"):
        positive_int("0")
    with pytest.raises(ValueError, match="invalid literal"):
        positive_int("many")
