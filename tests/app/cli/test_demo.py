import re

import pytest

from app.cli.main import main
from app.demo.photographs import PHOTOGRAPHS


@pytest.fixture
def demo(tiny_model, capsys):
    """Runs `discern demo` in this process; gives (status, stdout, stderr)."""

    def run(*arguments):
        status = main(["demo", "--model", str(tiny_model), *map(str, arguments)])
        return (status, *capsys.readouterr())

    return run


def test_the_photographs_are_made_rated_and_counted(demo, discern_home):
    status, out, err = demo()
    assert status == 0
    assert f"The photographs are in {discern_home / 'data' / 'demo'}" in err
    *table, empty, last = out.splitlines()
    assert len(table) == 1 + 6 * len(PHOTOGRAPHS)
    assert empty == ""
    match = re.fullmatch(
        r"(\d+) of 25 degraded versions rank below their original \(tiny\)\.", last
    )
    assert match is not None
    order = [line.split()[-1].rpartition("/")[2].partition(".")[0] for line in table[1:]]
    num_below = sum(
        order.index(name) > order.index(name.partition("-")[0]) for name in order if "-" in name
    )
    assert int(match[1]) == num_below


def test_the_folder_can_be_chosen(demo, tmp_path):
    status, out, _ = demo("--folder", tmp_path / "here")
    assert status == 0
    assert (tmp_path / "here" / "cat-noisy.png").is_file()
    assert "%  cat-noisy.png\n" in out


def test_a_folder_with_photos_of_ones_own_is_refused(demo, photo_folder):
    status, _, err = demo("--folder", photo_folder)
    assert status == 2
    assert "holds other files" in err
