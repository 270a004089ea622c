"""The whole proof, of an untaught network on a few made-up photos."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from bench.trust import main
from bench.trust_own_pixels import peak_rows
from bench.trust_sections import SECTIONS, Section
from engine.defects.defect_card import DefectCard
from engine.defects.defect_file import save_defect_network
from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
from engine.defects.proven_strength import KindLevel
from trainer.defects.material import Material

NUM_PHOTOS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Labels, a list of two photos, a network and a document with a place for the figures."""
    folder = tmp_path_factory.mktemp("proof")
    rng = np.random.default_rng(0)
    lines = ["image,score"]
    for number in range(NUM_PHOTOS):
        coarse = rng.integers(30, 226, (8, 10, 3), np.uint8)
        large = Image.fromarray(coarse).resize((120, 96), Image.Resampling.BICUBIC)
        large.save(folder / f"ss01 ({number}).png")
        lines.append(f"ss01 ({number}).png,{number / NUM_PHOTOS}")
    (folder / "labels.csv").write_text("\n".join(lines))
    torch.manual_seed(0)
    config = DefectNetworkConfig(num_features=8)
    card = DefectCard(
        name="untaught",
        network=config,
        long_side_px=128,
        levels={kind: KindLevel() for kind in config.kinds},
    )
    save_defect_network(folder / "untaught.safetensors", DefectNetwork(config).eval(), card)
    (folder / "trust.md").write_text("<!-- figures: begin -->\n<!-- figures: end -->\n")
    return folder


@pytest.fixture
def arguments(folder, tiny_model, tmp_path):
    def of(*more):
        return [
            str(folder / "labels.csv"),
            f"--file={folder / 'untaught.safetensors'}",
            f"--model={tiny_model}",
            "--planted=2",
            "--real=12",
            "--scored=3",
            "--sanity=2",
            f"--deliberate={folder / 'list.csv'}",
            f"--document={folder / 'trust.md'}",
            f"--json={tmp_path / 'figures.json'}",
            *more,
        ]

    return of


def list_photos(folder, part):
    """Put two photos of a part on the list."""
    names = [path.name for path in getattr(Material.of_labels(folder / "labels.csv"), part)[:2]]
    rows = [f"{name},night,{part}" for name in names]
    (folder / "list.csv").write_text("\n".join(["image,sort,part", *rows]))


def test_every_section_is_measured_and_the_table_written(
    folder, arguments, capsys, tmp_path, monkeypatch
):
    list_photos(folder, "test")
    peaks = [{"kind": "blur", "strength": 1.0, "peak_inside": True, "named": True,
              "reached_a_half": False}] * 4  # fmt: skip
    canvases = Section(rows={"main": peak_rows(peaks)})  # 24 megapixels take too long here
    monkeypatch.setitem(SECTIONS, "own-pixels", lambda subject: canvases)

    status = main(arguments(f"--held-out=ss01={folder / 'untaught.safetensors'}"))

    report = (folder / "trust.md").read_text()
    assert status == 1  # an untaught network misses its targets
    assert "| peak inside | at least 98 % |" in report
    assert "ss01, by a network taught without it: map's mean against people, SRCC" in report
    assert "night: false alarms" in report
    assert "Grad-CAM of tiny" in report
    assert "24-megapixel canvases: peak inside" in report
    assert report.count("**missed**") > 5
    assert report.partition("\n\n")[2].rpartition("\n\n")[0] in capsys.readouterr().out
    stored = json.loads((tmp_path / "figures.json").read_text())
    assert set(stored["sections"]) == set(SECTIONS)
    assert set(stored["rates"]["blur"]) == {"found", "named", "false_alarms"}
    assert 0 <= stored["figures"]["peak_inside"] <= 1


def test_a_part_of_the_proof_goes_with_what_was_measured_before(folder, arguments, capsys):
    main(arguments("--part=validation", "--only", "never-taught"))
    capsys.readouterr()

    main(arguments("--part=validation", "--only", "as-before"))

    report = capsys.readouterr().out
    assert "never taught: peak inside" in report
    assert "planted as the head was taught: peak inside" in report
    assert "false alarms, best-rated tenth | at most" not in report


def test_figures_of_another_part_are_not_mixed_in(arguments, capsys):
    main(arguments("--part=validation", "--only", "never-taught"))
    capsys.readouterr()

    assert main(arguments("--part=test", "--only", "as-before")) == 2
    assert "figures of another part, validation, not test" in capsys.readouterr().err


def test_a_listed_photo_that_is_not_there_is_named(folder, arguments, capsys):
    (folder / "list.csv").write_text("image,sort,part\ngone.jpg,night,validation\n")

    assert main(arguments("--part=validation", "--only", "deliberate")) == 2
    assert "gone.jpg is on the list" in capsys.readouterr().err


def test_a_network_held_out_of_nothing_is_refused(arguments, capsys):
    assert main(arguments("--held-out", "ss01")) == 2
    assert "write the source, =, and its network's file" in capsys.readouterr().err
