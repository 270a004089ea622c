import csv
import hashlib
import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest
import timm
import torch
from safetensors.torch import save_file

from engine.errors import ModelFileError, WeightsUnavailable
from engine.networks.model_file import open_model, read_card, save_model
from engine.networks.starting_point import StartingPoint
from trainer.errors import LabelError, TrainingError
from trainer.protocol import Epoch, Finished, Notice, Progress, Started
from trainer.run import run_training
from trainer.run_folder import RunFolder

SHORT = {"teacher": {"epochs": 1}, "student": {"epochs": 1}}
MEASURES = ("srcc", "plcc", "plcc_mapped", "krcc", "rmse")


@pytest.fixture
def start(small_runs, small_set, tmp_path):
    """Makes a run folder named `name`; `sections` as in small_runs.config."""

    def made(name="run", *, labels=small_set, labels_noise=0.0, **sections):
        settings = small_runs.config(labels, **{**SHORT, **sections})
        disturbed = replace(settings.labels, noise_points=labels_noise)
        settings = replace(settings, labels=disturbed)
        return RunFolder.create(tmp_path / name, settings)

    return made


@pytest.fixture(scope="module")
def finished(small_runs, small_set, tmp_path_factory):
    """A run that came to its end, and who listened to it; not to be changed."""
    recipe = {"epochs": 3, "schedule": "cosine"}
    settings = small_runs.config(
        small_set, photos={"crops_per_photo": 2}, teacher=recipe, student=recipe
    )
    folder = RunFolder.create(tmp_path_factory.mktemp("finished") / "run", settings)
    ear = small_runs.run(folder)
    report = json.loads(folder.report_json.read_text())
    return SimpleNamespace(folder=folder, ear=ear, report=report, entry=report["repeats"][0])


@pytest.fixture(scope="module")
def alone(small_runs, small_set, tmp_path_factory):
    """The folder of a short run that was left alone; not to be changed."""
    folder = RunFolder.create(
        tmp_path_factory.mktemp("alone") / "run", small_runs.config(small_set, **SHORT)
    )
    small_runs.run(folder)
    return folder


def weights(path):
    return open_model(path)[0].state_dict()


def same(one, other):
    one, other = weights(one), weights(other)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def figures(folder):
    (entry,) = json.loads(folder.report_json.read_text())["repeats"]
    return {role: entry[role]["figures"] for role in ("teacher", "student") if role in entry}


def told(ear):
    return " ".join(f"{notice.what} {notice.hint}" for notice in ear.heard(Notice))


def test_a_run_tells_its_stages_in_order_and_ends_with_its_report(finished):
    messages = finished.ear.messages
    assert messages[-1] == Finished(report=str(finished.folder.report_json), was_stopped=False)
    kinds = [type(m) if not isinstance(m, Progress) else m.stage for m in messages]
    order = [kind for n, kind in enumerate(kinds) if kind is not Notice and kind not in kinds[:n]]
    assert order == ["photos", Started, "teacher", Epoch, "student", "test", Finished]
    (started,) = finished.ear.heard(Started)
    assert (started.num_train, started.num_validation, started.num_test) == (50, 10, 20)
    assert started.precision == "fp32"
    assert len(finished.ear.epochs) == 6


def test_progress_ends_where_it_said_it_would(finished):
    photos, test = finished.ear.progress("photos"), finished.ear.progress("test")
    assert [m.step for m in photos] == list(range(1, 81))
    assert {m.num_steps for m in photos} == {80}
    assert photos[-1].seconds_left == 0
    steps = [m.step for m in test]
    assert steps == sorted(steps)
    assert steps[-1] == test[-1].num_steps == 2 * (10 + 20 + 10)
    assert test[-1].seconds_left == 0
    assert all(m.examples_per_s > 0 for m in photos + test)


def test_the_time_left_is_known_from_the_first_step_and_runs_out(finished):
    (started,) = finished.ear.heard(Started)
    stages = ("teacher", "student", "test")
    left = [m.seconds_left for stage in stages for m in finished.ear.progress(stage)]
    assert started.seconds_expected > 0
    assert all(seconds is not None and seconds >= 0 for seconds in left)
    assert left[-1] == 0 < left[0]


def test_the_models_open_with_a_card_that_tells_everything(finished):
    for role, path in (
        ("teacher", finished.folder.teacher_model),
        ("student", finished.folder.best_model),
    ):
        network, card = open_model(path)
        assert card.role == role
        assert network.has_quality_token == (role == "student")
        assert card.figures == finished.entry[role]["figures"]
        assert card.logistic is not None
        assert card.map_scale.top > 0
        assert card.num_photos == 50
        assert (card.labels.low, card.labels.high) == (1.0, 5.0)
        assert "the test part was read once" in card.protocol
        assert "paper_protocol" not in card.protocol
        assert card.settings["network"]["backbone"] == "test_vit"
        assert "/" not in card.settings["labels"]["source"]
    assert open_model(finished.folder.best_model)[1].parent == "small-teacher"


def test_both_models_are_measured_with_intervals_and_agree_with_the_labels(finished):
    for role in ("teacher", "student"):
        found = finished.entry[role]["figures"]
        assert found["num_photos"] == 20
        for measure in MEASURES:
            assert found[measure]["low"] <= found[measure]["value"] <= found[measure]["high"]
        assert found["srcc"]["low"] > 0.3  # far above chance; damage is easy to see
        assert found["srcc"]["value"] > 0.7
        assert finished.report["summary"][role]["srcc"]["mean"] == found["srcc"]["value"]
    assert finished.entry["student_minus_teacher"]["srcc"]["value"] == pytest.approx(
        finished.entry["student"]["figures"]["srcc"]["value"]
        - finished.entry["teacher"]["figures"]["srcc"]["value"]
    )
    assert finished.entry["preferred"] == max(
        ("teacher", "student"), key=lambda role: finished.entry[role]["validation_srcc"]
    )


def test_predictions_are_those_of_the_test_photos_and_no_others(finished, small_set):
    with small_set.open(encoding="utf-8") as lines:
        rows = {row["image"]: row for row in csv.DictReader(lines)}
    with finished.folder.predictions_csv.open(encoding="utf-8") as lines:
        predicted = list(csv.DictReader(lines))
    assert {row["image"].rsplit("/", 1)[-1] for row in predicted} == {
        name for name, row in rows.items() if row["split"] == "test"
    }
    assert predicted[0].keys() == {"image", "rated_0_100", "teacher", "student"}
    for row in predicted:
        mos = float(rows[row["image"].rsplit("/", 1)[-1]]["mos"])
        assert float(row["rated_0_100"]) == pytest.approx(25 * (mos - 1), abs=1e-3)


def test_a_finished_run_leaves_neither_checkpoint_nor_decoded_photos(finished):
    left = {path.name for path in finished.folder.path.iterdir()}
    assert {"report.json", "predictions.csv", "labels.csv", "split.json"} < left
    assert "last.pt" not in left
    assert "photo_cache" not in left


def test_a_finished_run_is_finished_at_once_when_started_again(finished, small_runs, tmp_path):
    folder = RunFolder.open(shutil.copytree(finished.folder.path, tmp_path / "run"))
    before = {path.name: path.stat().st_mtime_ns for path in folder.path.iterdir()}
    ear = small_runs.run(folder)
    assert ear.messages == [Finished(report=str(folder.report_json), was_stopped=False)]
    assert {path.name: path.stat().st_mtime_ns for path in folder.path.iterdir()} == before


def test_the_models_do_not_depend_on_the_labels_of_the_test_part(
    start, small_runs, small_set, alone, tmp_path
):
    photos = tmp_path / "set"
    shutil.copytree(small_set.parent, photos)
    with (photos / "labels.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    tested = [row for row in rows if row["split"] == "test"]
    scores = [row["mos"] for row in tested]
    for row, score in zip(tested, scores[7:] + scores[:7], strict=True):
        row["mos"] = score
    with (photos / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    turned = start(labels=photos / "labels.csv")
    small_runs.run(turned)
    assert same(alone.teacher_model, turned.teacher_model)
    assert same(alone.best_model, turned.best_model)
    assert figures(alone)["student"]["srcc"] != figures(turned)["student"]["srcc"]


def test_repeats_are_reported_one_by_one_and_summed_up(start, small_runs):
    folder = start(split={"num_repeats": 2})
    ear = small_runs.run(folder)
    report = json.loads(folder.report_json.read_text())
    values = [entry["student"]["figures"]["srcc"]["value"] for entry in report["repeats"]]
    summary = report["summary"]["student"]["srcc"]
    assert values[0] != values[1]
    assert summary["mean"] == pytest.approx(sum(values) / 2)
    assert summary["std"] == pytest.approx(abs(values[0] - values[1]) / 2**0.5)
    assert summary["num_repeats"] == 2
    for number in (1, 2):
        repeat = folder.path / f"repeat_{number:02d}"
        assert {"best.safetensors", "teacher.safetensors", "predictions.csv"} <= {
            path.name for path in repeat.iterdir()
        }
        assert not (repeat / "last.pt").exists()
    assert [m.repeat for m in ear.epochs] == [0, 0, 1, 1]
    left = [m.seconds_left for m in ear.progress("test")]
    assert left[len(left) // 2 - 1] > 0  # the second repeat is still to come
    assert left[-1] == 0


def test_every_epochs_model_is_kept_on_request(start, small_runs):
    folder = start(student={"epochs": 2, "keep_epochs": True})
    small_runs.run(folder)
    report = json.loads(folder.report_json.read_text())
    agreements = [one["validation_srcc"] for one in report["repeats"][0]["student"]["epochs"]]
    best_epoch = agreements.index(max(agreements))
    assert sorted(path.name for path in (folder.path / "epochs").iterdir()) == [
        "student-001.safetensors",
        "student-002.safetensors",
    ]
    cards = [open_model(folder.epoch_model("student", epoch))[1] for epoch in (0, 1)]
    assert [card.name.rsplit("-", 2)[1:] for card in cards] == [["epoch", "1"], ["epoch", "2"]]
    assert same(folder.epoch_model("student", best_epoch), folder.best_model)
    assert not same(folder.epoch_model("student", 1 - best_epoch), folder.best_model)


def test_the_papers_protocol_is_shown_beside_the_honest_figures(start, small_runs, alone):
    folder = start(split={"paper_protocol": True}, student={"epochs": 2})
    small_runs.run(folder)
    (entry,) = json.loads(folder.report_json.read_text())["repeats"]
    optimistic = entry["student"]["paper_protocol"]
    assert optimistic["srcc"] == max(record["test_srcc"] for record in entry["student"]["epochs"])
    assert "Optimistic" in optimistic["what"]
    assert "which no choice depends on" in open_model(folder.best_model)[1].protocol
    assert same(folder.teacher_model, alone.teacher_model)


def test_a_given_teacher_teaches_and_is_not_trained(start, small_runs, finished):
    folder = start(teacher={"model": str(finished.folder.teacher_model)})
    ear = small_runs.run(folder)
    assert ear.progress("teacher") == []
    assert ear.progress("student")[-1].losses.keys() == {
        "loss",
        "regression",
        "distillation",
        "contrast",
    }
    assert not folder.teacher_model.exists()
    assert figures(folder).keys() == {"student"}
    assert "was trained on these same labels" in told(ear)
    assert open_model(folder.best_model)[1].parent == "teacher.safetensors"


def test_any_timm_network_can_be_trained_as_teacher_and_student(start, small_runs):
    folder = start(
        network={"architecture": "portable", "backbone": "test_resnet"},
        student={"epochs": 1, "weight_averaging": 0.9},
    )
    ear = small_runs.run(folder)
    assert ear.messages[-1] == Finished(report=str(folder.report_json), was_stopped=False)
    for path in (folder.teacher_model, folder.best_model):
        _, card = open_model(path)
        assert card.architecture == "portable"
        assert card.network.backbone == "test_resnet"
    assert figures(folder).keys() == {"teacher", "student"}


def test_a_network_that_says_the_same_of_every_photo_is_reported_without_figures(
    finished, small_runs, tmp_path
):
    folder = RunFolder.open(shutil.copytree(finished.folder.path, tmp_path / "run"))
    folder.report_json.unlink()
    network, card = open_model(folder.best_model)
    with torch.no_grad():
        network.head.weight.zero_()
    save_model(folder.best_model, network, card, dtype=torch.float32)
    small_runs.run(folder)
    report = json.loads(folder.report_json.read_text())
    found = figures(folder)
    assert [found["student"][name] for name in MEASURES[:4]] == [None] * 4
    assert found["student"]["rmse"]["value"] > 0
    assert found["teacher"] == finished.entry["teacher"]["figures"]
    assert report["repeats"][0]["preferred"] == "teacher"
    assert report["repeats"][0]["student_minus_teacher"]["srcc"] is None
    assert report["summary"]["student"]["srcc"] is None
    assert open_model(folder.best_model)[1].figures == found["student"]


@pytest.mark.parametrize("stage", ["photos", "teacher", "student", "test"])
def test_a_run_that_was_stopped_ends_as_one_left_alone(start, small_runs, stage, alone):
    folder = start()
    stopped = small_runs.run(
        folder, stop_when=lambda message: getattr(message, "stage", "") == stage
    )
    assert stopped.messages[-1] == Finished(report="", was_stopped=True)
    assert not folder.report_json.exists()
    resumed = small_runs.run(folder)
    assert resumed.messages[-1] == Finished(report=str(folder.report_json), was_stopped=False)
    assert same(folder.teacher_model, alone.teacher_model)
    assert same(folder.best_model, alone.best_model)
    assert figures(folder) == figures(alone)
    assert folder.predictions_csv.read_text() == alone.predictions_csv.read_text()


def cached(folder, small_runs):
    """A run that has its photos decoded and no more."""
    small_runs.run(folder, stop_when=lambda message: isinstance(message, Started))
    assert len(list(folder.photo_cache.glob("*.rgb"))) == 1


def a_photo_of(folder):
    split = json.loads(folder.split_json.read_text())
    with folder.labels_csv.open(encoding="utf-8") as lines:
        return [row["image"] for row in csv.DictReader(lines)][split["train"][3]]


def test_a_photo_that_goes_away_after_it_was_decoded_is_not_missed(
    start, small_runs, alone, tmp_path
):
    labels = small_runs.write_set(tmp_path / "set")
    folder = start(labels=labels)
    cached(folder, small_runs)
    (tmp_path / "set" / a_photo_of(folder)).unlink()
    ear = small_runs.run(folder)
    assert ear.progress("photos") == []
    assert same(folder.best_model, alone.best_model)


def test_a_photo_that_goes_away_with_the_decoded_ones_is_named(start, small_runs, tmp_path):
    labels = small_runs.write_set(tmp_path / "set")
    folder = start(labels=labels)
    cached(folder, small_runs)
    shutil.rmtree(folder.photo_cache)
    photo = tmp_path / "set" / a_photo_of(folder)
    whole = photo.read_bytes()
    photo.unlink()
    with pytest.raises(TrainingError, match=f"1 photo that this run uses .*{photo.name}"):
        small_runs.run(folder)
    photo.write_bytes(whole)
    assert small_runs.run(folder).messages[-1].was_stopped is False


def test_photos_with_damage_inside_are_left_out_and_named(start, small_runs, tmp_path):
    labels = small_runs.write_set(tmp_path / "set")
    photo = tmp_path / "set" / "scene03_2.png"
    whole = bytearray(photo.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 200] = bytes(200)
    photo.write_bytes(whole)
    ear = small_runs.run(start(labels=labels), stop_when=lambda m: isinstance(m, Started))
    assert "scene03_2.png" in told(ear) or "1 of 80 photos can't be read" in told(ear)
    (started,) = ear.heard(Started)
    assert started.num_train == 49


def test_decoded_photos_in_a_folder_of_choice_are_kept_for_the_next_run(
    start, small_runs, tmp_path
):
    shared = {"photo_cache": str(tmp_path / "decoded")}
    small_runs.run(start(machine=shared))
    assert small_runs.run(start("second", machine=shared)).progress("photos") == []


def heard_until_failure(folder, small_runs, error, match):
    """What a run said before it failed as it should."""
    ear = small_runs.Ear()
    with pytest.raises(error, match=match):
        run_training(folder, ear)
    return ear


def test_missing_weights_are_told_before_a_photo_is_decoded(start, small_runs, tmp_path):
    folder = start(network={"weights": str(tmp_path / "nowhere.safetensors")})
    ear = heard_until_failure(folder, small_runs, WeightsUnavailable, "no starting weights at")
    assert ear.messages == []
    assert not folder.photo_cache.exists()


def test_a_missing_teacher_is_told_before_a_photo_is_decoded(start, small_runs, tmp_path):
    folder = start(teacher={"model": str(tmp_path / "nowhere.safetensors")})
    ear = heard_until_failure(folder, small_runs, ModelFileError, "no model file at")
    assert ear.messages == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_device_is_told_before_a_photo_is_decoded(start, small_runs):
    folder = start(machine={"device": "cuda"})
    ear = heard_until_failure(folder, small_runs, TrainingError, 'asks for device = "cuda"')
    assert ear.messages == []


def test_bad_labels_are_told_before_a_photo_is_decoded(start, small_runs, tmp_path):
    labels = small_runs.write_set(tmp_path / "set")
    rows = [line.split(",") for line in labels.read_text().splitlines()]
    labels.write_text("\n".join(f"{name},3.0" for name, *_ in rows[1:]) + "\n")
    labels.write_text("image,mos\n" + labels.read_text())
    folder = start(labels=labels)
    ear = heard_until_failure(folder, small_runs, LabelError, "nothing to learn")
    assert ear.progress("photos") == []
    assert not folder.photo_cache.exists()


def test_small_batches_and_a_missing_gpu_are_told(start, small_runs):
    folder = start(student={"batch_size": 8}, machine={"device": "auto"})
    ear = small_runs.run(folder, stop_when=lambda message: isinstance(message, Started))
    assert "The student's batches hold 8 crops. Below 10 the pair ratios leave" in told(ear)
    if not torch.cuda.is_available():
        assert "There is no CUDA device here" in told(ear)


@pytest.mark.gpu
def test_a_gpu_trains_in_bf16_and_rates_as_the_processor_would(start, small_runs):
    folder = start(machine={"device": "cuda", "precision": "auto"}, student={"epochs": 2})
    ear = small_runs.run(folder)
    (started,) = ear.heard(Started)
    assert started.precision == "bf16"
    assert ear.progress("student")[-1].gpu_memory_bytes > 0
    assert figures(folder)["student"]["srcc"]["value"] > 0.5


def test_a_stopped_run_can_be_finished_with_the_best_so_far(start, small_runs):
    folder = start(student={"epochs": 40})
    small_runs.run(
        folder,
        stop_when=lambda message: isinstance(message, Epoch) and message.stage == "student",
    )
    assert not folder.report_json.exists()

    folder.finish_early.touch()
    ear = small_runs.run(folder)
    assert ear.messages[-1] == Finished(report=str(folder.report_json), was_stopped=False)
    (entry,) = json.loads(folder.report_json.read_text())["repeats"]
    assert 1 <= len(entry["student"]["epochs"]) < 40
    assert entry["student"]["figures"]["num_photos"] == 20


def test_the_weights_that_a_run_began_with_are_on_its_cards(start, small_runs, tmp_path):
    path = tmp_path / "vit.safetensors"
    weights = timm.create_model("test_vit").state_dict()
    save_file(weights, path)
    began_with = hashlib.sha256(path.read_bytes()).hexdigest()
    folder = start(network={"weights": str(path)}, teacher={"epochs": 1}, student={"epochs": 1})
    small_runs.run(folder, stop_when=lambda message: isinstance(message, Epoch))
    save_file({name: value + 1 for name, value in weights.items()}, path)  # after it began
    small_runs.run(folder)
    expected = StartingPoint(kind="file", name="vit.safetensors", sha256=began_with)
    for model in (folder.teacher_model, folder.best_model):
        assert read_card(model).start == expected
    assert open_model(folder.best_model)[1].start == expected


def test_a_run_that_began_with_chance_says_so(finished):
    assert read_card(finished.folder.best_model).start == StartingPoint(kind="random")


def test_without_a_validation_part_the_last_epoch_is_kept_and_said_so(start, small_runs, tmp_path):
    labels = without_validation(small_runs, tmp_path)
    recipe = {"epochs": 2, "keep_epochs": True}
    folder = start(
        labels=labels,
        split={"validation_fraction": 0.0, "paper_protocol": True},
        teacher={"epochs": 1},
        student=recipe,
    )
    ear = small_runs.run(folder)

    (started,) = ear.heard(Started)
    assert (started.num_train, started.num_validation, started.num_test) == (60, 0, 20)
    assert [epoch.validation_srcc for epoch in ear.epochs] == [None] * 3
    assert all(epoch.is_best for epoch in ear.epochs)
    last = next((folder.path / "epochs").glob("*student*2*"))
    kept, of_last_epoch = weights(folder.best_model), weights(last)
    assert all(torch.equal(kept[name], of_last_epoch[name]) for name in kept)
    report = json.loads(folder.report_json.read_text())
    assert "Fixed epochs" in report["protocol"]
    (entry,) = report["repeats"]
    assert entry["preferred"] == "student"
    student = entry["student"]
    assert student["epoch_chosen"] == "fixed beforehand"
    assert student["validation_srcc"] is None
    assert student["figures"]["srcc"]["value"] == pytest.approx(
        student["epochs"][-1]["test_srcc"], abs=0.02
    )  # the file holds fp16
    assert student["figures"]["plcc_mapped"] is None
    assert student["figures"]["rmse"] is None
    card = read_card(folder.best_model)
    assert card.logistic is None
    assert card.map_scale.top > 0
    assert "Fixed epochs" in card.protocol


def test_a_run_of_fixed_epochs_that_was_stopped_ends_as_one_left_alone(start, small_runs, tmp_path):
    settings = {
        "labels": without_validation(small_runs, tmp_path),
        "split": {"validation_fraction": 0.0},
        "teacher": {"epochs": 2},
        "student": {"epochs": 2},
    }
    whole, halted = start("whole", **settings), start("halted", **settings)
    small_runs.run(whole)
    small_runs.run(halted, stop_when=lambda message: isinstance(message, Epoch))
    small_runs.run(halted)
    assert same(whole.teacher_model, halted.teacher_model)
    assert same(whole.best_model, halted.best_model)


def without_validation(small_runs, folder):
    """The small set with its validation photos among the training photos."""
    labels = small_runs.write_set(folder / "set")
    text = labels.read_text(encoding="utf-8")
    labels.write_text(text.replace(",val", ",train"), encoding="utf-8")
    return labels


def test_a_teacher_of_other_labels_is_brought_to_the_scale_of_these(
    start, small_runs, finished, tmp_path
):
    path = tmp_path / "foreign.safetensors"
    network, card = open_model(finished.folder.teacher_model)
    with torch.no_grad():  # it scores as before, halved and 20 points higher
        network.head.weight *= 0.5
        network.head.bias.copy_(0.5 * network.head.bias + 0.2)
    foreign = replace(card, name="foreign", label_sha256="ab" * 32)
    save_model(path, network, foreign, dtype=torch.float32)
    folders = {
        name: start(name, teacher={"model": str(model), **options})
        for name, model, options in (
            ("own", finished.folder.teacher_model, {}),
            ("foreign", path, {}),
            ("as it is", path, {"adjust_scale": False}),
        )
    }
    ears = {name: small_runs.run(folder) for name, folder in folders.items()}

    (entry,) = json.loads(folders["foreign"].report_json.read_text())["repeats"]
    scale = entry["teacher_scale"]
    assert scale["slope"] > 1.5  # the halving is undone, and what the teacher lacked besides
    assert scale["num_photos"] == 50
    assert "The teacher foreign learned from other labels" in told(ears["foreign"])
    losses = {name: ear.epochs[-1].losses["distillation"] for name, ear in ears.items()}
    assert losses["foreign"] != losses["as it is"]
    for name in ("own", "as it is"):
        assert not folders[name].teacher_scale_json.exists()
        assert "learned from other labels" not in told(ears[name])


def test_label_noise_disturbs_the_training_and_not_the_figures(start, small_runs, alone):
    noisy = start(labels_noise=30.0)
    small_runs.run(noisy)
    assert not same(noisy.teacher_model, alone.teacher_model)
    with (noisy.predictions_csv).open(encoding="utf-8") as one:
        ratings = [row["rated_0_100"] for row in csv.DictReader(one)]
    with (alone.predictions_csv).open(encoding="utf-8") as other:
        assert ratings == [row["rated_0_100"] for row in csv.DictReader(other)]
    assert "Gaussian noise" in open_model(noisy.best_model)[1].protocol


def test_weights_of_photos_survive_a_stop(start, small_runs):
    student = {"epochs": 2, "contrast": "adaptive_sampling", "sampling_delta": 0.5}
    whole, halted = (start(name, student=student) for name in ("whole", "halted"))
    small_runs.run(whole)
    ear = small_runs.run(halted, stop_when=lambda m: isinstance(m, Epoch) and m.stage == "student")
    assert ear.epochs[-1].epoch == 0
    small_runs.run(halted)
    assert same(whole.best_model, halted.best_model)
    records = [
        json.loads((folder.path / "student_epochs.json").read_text()) for folder in (whole, halted)
    ]
    assert records[0][1]["losses"] == records[1][1]["losses"]
