"""`discern rate` in a process of its own: interrupted, killed, on a full disk, into a pipe."""

import json
import signal
import sqlite3
import sys
import time
from contextlib import closing

import pytest

from app.catalog.connection import open_catalog
from app.cli.main import main
from engine.photos.discover import find_photos

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals differ")

NUM_PHOTOS = 400
DEADLINE_S = 300  # on a busy machine loading torch alone can take a minute


@pytest.fixture
def many_photos(photo_folder):
    """Photos that differ in content, enough of them to be interrupted half way."""
    content = (photo_folder / "photo0.jpg").read_bytes()
    for number in range(NUM_PHOTOS):
        (photo_folder / f"many{number}.jpg").write_bytes(content + b"%d" % number)
    return photo_folder


@pytest.fixture
def catalog(discern_home):
    return discern_home / "data" / "catalog.sqlite3"


def _num_scores(catalog):
    if not catalog.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{catalog.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM score").fetchone()[0]
    except sqlite3.OperationalError:  # the table is not there yet
        return 0


def _wait_for_scores(catalog, process):
    deadline_s = time.monotonic() + DEADLINE_S
    while _num_scores(catalog) == 0:
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wish_to_end_keeps_shows_and_writes_what_was_rated(
    begin_discern, many_photos, tiny_model, catalog, tmp_path, number
):
    result_path = tmp_path / "scores.json"
    process = begin_discern(
        *("rate", many_photos, "--model", tiny_model, "--crops", 60, "--json", result_path)
    )
    _wait_for_scores(catalog, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130, err.decode()
    result = json.loads(result_path.read_text(encoding="utf-8"))
    assert result["is_complete"] is False
    assert 0 < len(result["photos"]) < NUM_PHOTOS
    assert len(out.splitlines()) == 1 + len(result["photos"])
    assert b"Press Ctrl+C again to stop at once" in err
    assert b"Interrupted with " in err
    assert b"Traceback" not in err
    assert _num_scores(catalog) == len(result["photos"])


def test_a_terminal_that_is_closed_keeps_and_writes_what_was_rated(
    begin_discern, many_photos, tiny_model, catalog, tmp_path
):
    result_path = tmp_path / "scores.json"
    process = begin_discern(
        *("rate", many_photos, "--model", tiny_model, "--crops", 60, "--json", result_path)
    )
    _wait_for_scores(catalog, process)
    process.stdout.close()  # nobody reads any more
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=DEADLINE_S) == 130
    result = json.loads(result_path.read_text(encoding="utf-8"))
    assert 0 < len(result["photos"]) < NUM_PHOTOS


def test_a_kill_leaves_a_readable_catalog_and_costs_only_the_last_batch(
    begin_discern, many_photos, tiny_model, catalog, capfd
):
    process = begin_discern("rate", many_photos, "--model", tiny_model, "--crops", 60)
    _wait_for_scores(catalog, process)
    process.kill()
    process.wait()
    with closing(open_catalog(catalog)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    num_kept = _num_scores(catalog)
    assert num_kept > 0
    kept = find_photos([many_photos])[: min(num_kept, 5)]
    assert main(["rate", *map(str, kept), "--model", str(tiny_model), "--crops", "60"]) == 0
    assert f", {len(kept)} of them remembered." in capfd.readouterr().err


def test_a_full_disk_costs_the_memory_and_not_the_rating(
    discern, photo_folder, tiny_model, catalog, tmp_path
):
    import resource

    def limit_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    open_catalog(catalog).close()
    done = discern(
        *("rate", photo_folder, "--model", tiny_model, "--csv", tmp_path / "s.csv"),
        preexec_fn=limit_files,
    )
    assert done.status == 0, done.err
    assert "Scores will not be remembered this time." in done.err
    assert len(done.out.splitlines()) == 7
    with closing(open_catalog(catalog)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_reader_that_goes_away_does_not_change_how_it_ends(
    begin_discern, photo_folder, tiny_model, tmp_path
):
    (photo_folder / "broken.jpg").touch()
    process = begin_discern(
        *("rate", photo_folder, "--model", tiny_model, "--csv", tmp_path / "s.csv")
    )
    process.stdout.close()
    err = process.stderr.read().decode()
    assert process.wait() == 1
    assert "Traceback" not in err
    assert "BrokenPipe" not in err
    assert len((tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()) == 8
