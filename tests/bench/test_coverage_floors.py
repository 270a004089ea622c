from pathlib import Path

import pytest

from bench.coverage_floors import fallen, package_of, percentages, raised


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("engine/photos/decode.py", "engine"),
        ("app/window/shell/rail.py", "app/window"),
        ("app/errors.py", "app"),
        ("discern/rater.py", "discern"),
    ],
)
def test_a_file_counts_for_its_package(path, package):
    assert package_of(Path(path)) == package


def test_lines_are_added_up_before_they_are_divided():
    counts = {Path("engine/a.py"): (1, 10), Path("engine/b.py"): (89, 90), Path("app/c.py"): (3, 4)}
    assert percentages(counts) == {"engine": 90.0, "app": 75.0}


def test_a_package_below_its_floor_is_named_with_both_figures():
    assert fallen({"engine": 89.94, "app": 80.0}, {"engine": 90.0, "app": 80.0}) == [
        "the tests run 89.9 % of engine, below its floor of 90.0 %"
    ]


def test_a_package_without_a_floor_and_a_floor_without_a_package_are_named():
    new, gone = fallen({"new": 50.0}, {"gone": 50.0})[::-1]
    assert "new has no floor" in new
    assert "gone has a floor" in gone


def test_floors_only_rise():
    floors = raised({"engine": 97.4, "app": 60.0}, {"engine": 90.0, "app": 75.0})
    assert floors == {"engine": 95.0, "app": 75.0}
