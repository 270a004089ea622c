"""A taught network as a file: levels set, weights as halves, the card complete."""

import json

import pytest
import torch

from engine.defects.defect_file import open_defect_network
from engine.defects.defect_network import DEFECT_KINDS, DefectNetwork, DefectNetworkConfig
from engine.defects.proven_strength import smoothed
from trainer.defects.learner import new_learner, save_learner
from trainer.defects.material import Material, pixels_of
from trainer.defects.plan import DefectPlan
from trainer.defects.ship import main, network_logits, set_levels


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    torch.manual_seed(0)
    plan = DefectPlan()
    save_learner(folder / "last.pt", new_learner(DefectNetwork(DefectNetworkConfig()), plan), plan)
    return folder


@pytest.fixture
def some_plan():
    return DefectPlan()


def test_after_levelling_no_more_good_photos_alarm_than_asked(material):
    torch.manual_seed(0)
    network = DefectNetwork(DefectNetworkConfig(num_features=8)).eval()
    with torch.no_grad():
        network.last.bias.fill_(3.0)  # cries wolf everywhere

    levels = set_levels(network, material, false_alarms=0.0, smoothing_places=1.0)

    best = material.validation[: max(1, round(0.25 * len(material.validation)))]
    for path in best:
        loudest = smoothed(network_logits(network, pixels_of(path)), 1.0).max(axis=(1, 2))
        for level, logit in zip(levels, loudest, strict=True):
            assert logit < level.proof
            assert 0 < level.reach <= 1


def test_a_checkpoint_becomes_a_file_that_opens(labels_csv, run_folder, tmp_path):
    rates = {"rates": {"blur": {"found": {"1/16": 0.75}}}, "figures": {"peak_inside": 0.9}}
    (tmp_path / "rates.json").write_text(json.dumps(rates), encoding="utf-8")
    out = tmp_path / "network.safetensors"
    files = [f"--labels={labels_csv}", f"--run={run_folder}", f"--out={out}"]

    status = main([*files, f"--rates={tmp_path / 'rates.json'}", "--trained-on=made-up photos"])

    network, card = open_defect_network(out)
    assert status == 0
    assert network.config.kinds == DEFECT_KINDS
    assert (card.name, card.num_photos, card.trained_on) == ("network", 14, "made-up photos")
    assert card.rates["blur"].found == {"1/16": 0.75}
    assert card.figures == {"peak_inside": 0.9}
    assert card.settings["steps_taught"] == 0
    assert "4 test photos were not read" in card.protocol


def test_photos_that_are_dark_on_purpose_are_quiet_too(material):
    torch.manual_seed(0)
    network = DefectNetwork(DefectNetworkConfig(num_features=8)).eval()
    options = {"false_alarms": 0.0, "smoothing_places": 0.0}
    names = frozenset(path.name for path in (*material.validation, *material.test))

    without = set_levels(network, material, **options)
    levels = set_levels(network, material, **options, deliberate=names)

    loudest = [network_logits(network, pixels_of(path)).max((1, 2)) for path in material.validation]
    for kind, level in enumerate(levels):
        assert level.proof == pytest.approx(max(one[kind] for one in loudest), abs=0.01)
    assert [level.proof for level in levels] != [level.proof for level in without]


def test_a_list_that_names_no_photos_is_told(labels_csv, run_folder, tmp_path, expected_logs):
    (tmp_path / "list.csv").write_text("photo\na.jpg\n", encoding="utf-8")
    call = [f"--labels={labels_csv}", f"--run={run_folder}", f"--out={tmp_path / 'x.safetensors'}"]

    assert main([*call, f"--deliberate={tmp_path / 'list.csv'}"]) == 1
    assert "column image" in expected_logs[0].getMessage()


def test_of_several_runs_the_mean_of_their_weights_is_taken(
    labels_csv, run_folder, tmp_path, some_plan
):
    torch.manual_seed(1)
    other = new_learner(DefectNetwork(DefectNetworkConfig()), some_plan)
    save_learner(tmp_path / "last.pt", other, some_plan)
    out = tmp_path / "network.safetensors"

    main([f"--labels={labels_csv}", f"--out={out}", "--run", str(run_folder), str(tmp_path)])

    first = torch.load(run_folder / "last.pt", weights_only=True)["averaged"]
    mean = open_defect_network(out)[0].state_dict()
    for name in ("last.weight", "joined.0.mix.weight"):
        expected = (first[name] + other.averaged.state_dict()[name]) / 2
        torch.testing.assert_close(mean[name], expected, rtol=1e-3, atol=1e-4)


def test_a_source_held_out_is_in_no_part_but_the_test(labels_csv, run_folder, tmp_path):
    out = tmp_path / "network.safetensors"

    main([f"--labels={labels_csv}", f"--run={run_folder}", f"--out={out}", "--held-out=ss01"])

    _, card = open_defect_network(out)
    assert card.num_photos == len(Material.of_labels(labels_csv, held_out="ss01").train) < 14
    assert "10 test photos were not read" in card.protocol
    assert "all those whose names begin with ss01" in card.protocol


def test_without_a_checkpoint_it_says_so(labels_csv, tmp_path, expected_logs):
    files = [f"--labels={labels_csv}", f"--run={tmp_path}", f"--out={tmp_path / 'x.safetensors'}"]

    assert main(files) == 1
    assert "can't be read" in expected_logs[0].getMessage()
