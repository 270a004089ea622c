import re

import pytest

from app.cli.main import main
from app.demo.photographs import PHOTOGRAPHS


@pytest.fixture(autouse=True)
def _no_display(monkeypatch):
    monkeypatch.setattr("app.places.has_display", lambda: False)


@pytest.fixture
def demo(tiny_model, capsys):
    """Runs `discern demo` in this process; gives (status, stdout, stderr)."""

    def run(*arguments):
        status = main(["demo", "--model", str(tiny_model), *map(str, arguments)])
        return (status, *capsys.readouterr())

    return run


def test_the_photographs_are_made_rated_and_counted(demo, tmp_path):
    status, out, err = demo("--folder", tmp_path / "a new" / "folder")
    assert status == 0
    assert f"The photographs are in {tmp_path / 'a new' / 'folder'}" in err
    assert (tmp_path / "a new" / "folder" / "cat-noisy.png").is_file()
    *table, empty, last = out.splitlines()
    assert len(table) == 1 + 6 * len(PHOTOGRAPHS) + 7  # one spoilt in a part for each kind
    assert empty == ""
    match = re.fullmatch(
        r"(\d+) of 25 degraded versions rank below their original \(tiny\)\.", last
    )
    assert match is not None
    order = [line.split()[-1].partition(".")[0] for line in table[1:]]
    assert "cat-noisy" in order
    num_below = sum(
        order.index(name) > order.index(name.partition("-")[0])
        for name in order
        if "-" in name and "partly" not in name
    )
    assert int(match[1]) == num_below


def test_unless_told_otherwise_the_photographs_are_with_the_other_data(
    demo, discern_home, monkeypatch
):
    made = []
    monkeypatch.setattr(
        "app.demo.folder.make_demo_folder", lambda folder: made.append(folder) or []
    )
    demo()
    assert made == [discern_home / "data" / "demo"]


def test_a_folder_with_photos_of_ones_own_is_refused(demo, photo_folder):
    status, _, err = demo("--folder", photo_folder)
    assert status == 2
    assert "holds other files" in err
