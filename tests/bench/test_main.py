import json

import pytest

import bench.__main__ as program
from bench.figure import Figure


@pytest.fixture
def one_benchmark(monkeypatch):
    """A single benchmark; its only figure has the value that is put in."""
    values = [1.0]

    def measure():
        return [Figure(what="made up", value=values[0], unit="x", at_least=0.8)]

    monkeypatch.setattr(program, "BENCHMARKS", {"one": measure})
    return values


def test_figures_are_printed_and_written(one_benchmark, capsys, tmp_path):
    path = tmp_path / "bench.json"
    assert program.main(["--json", str(path)]) == 0
    assert "made up" in capsys.readouterr().out
    report = json.loads(path.read_text())
    assert report["figures"]["one"][0]["value"] == 1.0
    assert report["figures"]["one"][0]["is_met"] is True
    assert report["cores"] >= 1
    assert report["torch"]


def test_a_missed_target_shows_in_the_exit_status(one_benchmark, capsys):
    one_benchmark[0] = 0.7
    assert program.main(["one"]) == 1
    assert "NO" in capsys.readouterr().out


def test_an_unknown_benchmark_is_refused(one_benchmark, capsys):
    with pytest.raises(SystemExit):
        program.main(["two"])
    assert "invalid choice: 'two'" in capsys.readouterr().err
