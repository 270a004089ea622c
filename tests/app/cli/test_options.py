import argparse

import pytest

from app.cli.options import add_device_option, positive_int


def test_a_count_is_a_whole_number_above_zero():
    assert positive_int("3") == 3
    with pytest.raises(argparse.ArgumentTypeError, match="0 is too few; give 1 or more"):
        positive_int("0")
    with pytest.raises(ValueError, match="invalid literal"):
        positive_int("many")


@pytest.mark.parametrize("name", ["auto", "cpu", "cuda", "cuda:1", "mps"])
def test_a_device_is_taken_by_its_name(name):
    parser = argparse.ArgumentParser()
    add_device_option(parser)
    assert parser.parse_args(["--device", name]).device == name


def test_an_unknown_device_is_refused_with_those_there_are(capsys):
    parser = argparse.ArgumentParser()
    add_device_option(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--device", "tpu"])
    assert "there is no device tpu; give auto, cpu, cuda, cuda:N" in capsys.readouterr().err
