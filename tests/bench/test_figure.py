import pytest

from bench.figure import Figure, machine_facts, table


@pytest.mark.parametrize(
    ("bounds", "is_met", "target"),
    [
        ({}, None, ""),
        ({"at_most": 1.5}, True, "at most 1.5"),
        ({"at_most": 1.4}, False, "at most 1.4"),
        ({"at_least": 1.5}, True, "at least 1.5"),
        ({"at_least": 1.6}, False, "at least 1.6"),
    ],
)
def test_a_figure_knows_whether_its_target_is_met(bounds, is_met, target):
    figure = Figure(what="ratio", value=1.5, unit="x", **bounds)
    assert figure.is_met is is_met
    assert figure.target == target
    assert figure.to_json()["is_met"] is is_met


def test_a_table_has_a_line_for_each_figure():
    lines = table(
        [
            Figure(what="peak memory", value=1234.5, unit="MB"),
            Figure(what="a ratio", value=1.2345, unit="x", at_most=1.15),
            Figure(what="speed", value=23.456, unit="photos/s", at_least=1),
        ]
    ).splitlines()
    assert lines[0].split() == ["what", "measured", "target", "met"]
    assert lines[2] == "peak memory        1234 MB"
    assert lines[3].split() == ["a", "ratio", "1.23", "x", "at", "most", "1.15", "NO"]
    assert lines[4].split() == ["speed", "23.5", "photos/s", "at", "least", "1", "yes"]


def test_the_machine_is_described():
    facts = machine_facts()
    assert facts["machine"]
    assert facts["cores"] >= 1
    assert facts["memory_gb"] > 0
