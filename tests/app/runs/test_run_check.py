import os
import tempfile

from app.runs import run_check


def test_folders_of_checks_that_were_killed_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    abandoned = tmp_path / "discern-check-999999999-abc"
    at_work = tmp_path / f"discern-check-{os.getpid()}-abc"
    other = tmp_path / "discern-checks"
    for folder in (abandoned, at_work, other):
        (folder / "run").mkdir(parents=True)
    run_check._remove_abandoned()
    assert sorted(tmp_path.iterdir()) == sorted([at_work, other])
