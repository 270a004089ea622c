"""discern gmad: pairs as CSV, scores remembered, clean errors."""

import csv
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from app.cli.main import main


@pytest.fixture
def gmad(capfdbinary):
    """Runs `discern gmad` in this process; gives (status, stdout, stderr) as text."""

    def run(*arguments):
        status = main(["gmad", *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return status, out.decode("utf-8"), err.decode("utf-8")

    return run


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    rng = np.random.default_rng(0)
    for number in range(30):
        blocks = Image.fromarray(rng.integers(0, 255, (9, 11, 3), dtype=np.uint8))
        pixels = np.asarray(blocks.resize((260, 220))) + rng.normal(0, 2 * number, (220, 260, 3))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{number:02d}.png")
    return folder


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_pairs_are_written_and_scores_remembered(gmad, photos, tiny_rivals, tmp_path):
    table = tmp_path / "pairs.csv"
    status, out, err = gmad(
        photos, "--models", *tiny_rivals, "--levels", 2, "--controls", 3, "-o", table
    )
    assert status == 0
    assert out == ""
    rows = rows_of(table.read_text(encoding="utf-8"))
    assert "between ant, bee, cat, 3 at random" in err
    controls = [row for row in rows if not row["attacker"]]
    assert rows[-3:] == controls
    duels = {(row["attacker"], row["defender"], row["level"]) for row in rows[:-3]}
    assert len(duels) == len(rows) - 3
    assert {name.partition("@")[0] for duel in duels for name in duel[:2]} == {"ant", "bee", "cat"}
    for row in rows[:-3]:
        assert float(row["attacker_high"]) > float(row["attacker_low"])
        apart = abs(float(row["defender_high"]) - float(row["defender_low"]))
        assert apart <= 2 * float(row["tolerance"]) + 0.001
        assert (row["widened"] == "yes") == (float(row["tolerance"]) > 2)

    status, again, _ = gmad(photos, "--models", *tiny_rivals, "--levels", 2, "--controls", 3)
    assert status == 0
    assert again == table.read_text(encoding="utf-8")
    anew = gmad(photos, "--models", *tiny_rivals, "--levels", 2, "--controls", 3, "--no-cache")
    assert anew[1] == again


def test_an_unreadable_photo_is_named_and_left_out(gmad, photos, tiny_rivals, tmp_path):
    folder = tmp_path / "one is unreadable"
    shutil.copytree(photos, folder)
    (folder / "broken.jpg").write_text("no photo")
    shutil.copy(folder / "03.png", folder / "zz copy.png")
    status, out, err = gmad(folder, "--models", *tiny_rivals[:2], "--levels", 1)
    assert status == 1
    assert "broken.jpg: " in err
    assert "1 near-duplicate left out" in err
    assert "broken" not in out
    assert "zz copy" not in out


def test_a_model_is_not_set_against_itself(gmad, photos, tiny_rivals):
    status, _, err = gmad(photos, "--models", tiny_rivals[0], tiny_rivals[0])
    assert status == 2
    assert "are the same model" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--models", "A"), "at least two models"),
        (("--models", "no-such-model", "B"), "There is no model no-such-model"),
        (("--models", "A", "B", "-o", "/no/such/folder/pairs.csv"), "could not be written"),
    ],
)
def test_what_cannot_be_done_is_said(gmad, photos, arguments, message):
    status, out, err = gmad(photos, *arguments)
    assert status == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_a_folder_without_photos_is_said(gmad, tmp_path):
    status, _, err = gmad(tmp_path, "--models", "A", "B")
    assert status == 2
    assert "There are no photos in" in err


def test_a_single_photo_is_no_contest(gmad, photos, tmp_path):
    one = next(path for path in sorted(photos.iterdir()) if path.suffix in (".jpg", ".png"))
    shutil.copy(one, tmp_path / one.name)
    status, _, err = gmad(tmp_path, "--models", "A", "B")
    assert status == 2
    assert "There is only 1 photo in" in err


@pytest.mark.parametrize("wrong", [("--levels", "0"), ("--tolerance", "0"), ("--seed", "-1")])
def test_senseless_options_are_refused(gmad, photos, wrong):
    with pytest.raises(SystemExit) as ended:
        gmad(photos, "--models", "A", "B", *wrong)
    assert ended.value.code == 2
