"""The tables of the proof, cell by cell."""

import pytest

from bench.trust_figures import Measured, Row, Target
from bench.trust_table import (
    before_table,
    broken_down_table,
    grid_table,
    main_table,
    write_between_marks,
)


def row(measure, value, *, of="", target=None, unit="%", num=48):
    measured = None if value is None else Measured(value=value, low=0.5, high=0.875, num=num)
    return Row(
        measure=measure,
        measured=measured,
        sample=f"{num} defects",
        of=of,
        unit=unit,
        target=None if target is None else Target(bound=target),
    )


def cells(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_a_line_states_target_figure_interval_verdict_before_and_sample():
    rows = [row("peak", 0.75, target=0.98), row("energy", 11.2, target=10, unit="")]

    _, _, peak, energy = cells(main_table(rows, {"peak": 0.64}))

    assert peak == ["peak", "at least 98 %", "75 % (50 to 88)", "**missed**", "64 %", "48 defects"]
    assert energy[1:5] == ["at least 10.00", "11.20 (0.50 to 0.88)", "met", "–"]  # noqa: RUF001


def test_what_is_undefined_is_missed_and_has_no_figure():
    line = cells(main_table([row("agreement", None, target=0.75, unit="")], {}))[2]

    assert line[2:4] == ["–", "**missed**"]  # noqa: RUF001


def test_kinds_go_down_and_measures_across():
    rows = [row("peak", 0.75, of="blur"), row("named", 0.5, of="blur"), row("peak", 0.6, of="fog")]

    head, _, blur, fog = cells(broken_down_table(rows, {"blur: peak": 0.25}))

    assert head == ["", "sample", "peak", "named"]
    assert blur == ["blur", "48 defects", "75 % (50 to 88); before 25 %", "50 % (50 to 88)"]
    assert fog[-1] == "–"  # noqa: RUF001


def test_stored_figures_are_shares_or_numbers():
    table = before_table({"blur: peak inside": 0.17, "energy": 1.7}, shares=("peak inside",))

    assert cells(table)[2:] == [["blur: peak inside", "17 %"], ["energy", "1.70"]]


def test_a_grid_has_the_second_property_across():
    rows = [row("peak", 0.75, of="blur, 0.25", num=12), row("peak", 1.0, of="blur, 1", num=11)]

    assert cells(grid_table(rows, ["0.25", "0.5", "1"]))[2] == [
        "blur",
        "75 % of 12",
        "–",  # noqa: RUF001
        "100 % of 11",
    ]


def test_a_text_takes_the_place_of_the_one_before(tmp_path):
    document = tmp_path / "trust.md"
    document.write_text("# Trust\n\n<!-- figures: begin -->\nold\n<!-- figures: end -->\n\nEnd.\n")

    write_between_marks(document, "figures", "new\n")
    write_between_marks(document, "figures", "newer")

    assert document.read_text() == (
        "# Trust\n\n<!-- figures: begin -->\n\nnewer\n\n<!-- figures: end -->\n\nEnd.\n"
    )


def test_a_document_without_the_marks_is_left_alone(tmp_path):
    document = tmp_path / "trust.md"
    document.write_text("# Trust\n")

    with pytest.raises(ValueError, match="no place for it"):
        write_between_marks(document, "figures", "new")
    assert document.read_text() == "# Trust\n"
