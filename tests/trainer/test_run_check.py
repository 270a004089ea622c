from dataclasses import replace

from trainer.run_check import check_run


def test_a_good_run_can_be_trained(small_runs, small_set):
    found = check_run(small_runs.config(small_set))
    assert found.can_train
    assert found.findings[0].startswith("Machine: ")
    assert found.findings[-1] == "80 of 80 labelled photos can be used."


def test_a_lost_network_does_not_keep_the_labels_from_being_checked(
    small_runs, small_set, tmp_path
):
    good = small_runs.config(small_set)
    network = replace(good.network, weights=str(tmp_path / "nowhere.pth"))
    found = check_run(replace(good, network=network))
    assert not found.can_train
    assert "There are no starting weights at" in found.findings[1]
    assert found.findings[-1] == "80 of 80 labelled photos can be used."


def test_lost_labels_are_told(small_runs, small_set, tmp_path):
    good = small_runs.config(small_set)
    lost = replace(good, labels=replace(good.labels, source=str(tmp_path / "nowhere.csv")))
    found = check_run(lost)
    assert not found.can_train
    assert "nowhere.csv" in found.findings[-1]


def test_photos_that_look_alike_are_found(small_runs, small_set, tmp_path):
    names = sorted(path for path in small_set.parent.iterdir() if path.suffix != ".csv")
    rows = [f"{path},{1 + number % 40 / 10}" for number, path in enumerate(names)]
    labels = tmp_path / "without references.csv"
    labels.write_text("\n".join(["image,score", *rows]), encoding="utf-8")
    found = check_run(small_runs.config(labels))
    assert found.can_train
    assert any("photos look alike, in 16 groups" in finding for finding in found.findings)


def test_labels_that_are_all_alike_can_t_be_trained_on(small_runs, small_set, tmp_path):
    first, second, *_ = sorted(small_set.parent.rglob("*.png"))
    labels = tmp_path / "alike.csv"
    labels.write_text(f"image,score\n{first},3\n{second},3\n", encoding="utf-8")
    found = check_run(small_runs.config(labels))
    assert not found.can_train
    assert found.findings[-1] == "2 of 2 labelled photos can be used."
