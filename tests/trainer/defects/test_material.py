"""Which photo is in which part."""

import pytest

from trainer.defects.material import Material
from trainer.errors import TrainingError


def names(paths):
    return {path.name for path in paths}


def test_every_part_is_best_first_and_has_its_scores(material):
    by_name = {f"ss0{number % 2} ({number}).png": number / 20 for number in range(20)}
    for paths, scores in (
        (material.train, material.train_scores_0_1),
        (material.validation, material.validation_scores_0_1),
        (material.test, material.test_scores_0_1),
    ):
        assert list(scores) == sorted(scores, reverse=True)
        assert [by_name[path.name] for path in paths] == pytest.approx(list(scores))


def test_a_source_held_out_is_the_test_part_and_in_no_other(labels_csv, material):
    without = Material.of_labels(labels_csv, held_out="ss01")

    assert names(without.test) == {f"ss01 ({number}).png" for number in range(1, 20, 2)}
    assert names(without.train) == {name for name in names(material.train) if "ss00" in name}
    assert names(without.validation) == {
        name for name in names(material.validation) if "ss00" in name
    }


@pytest.mark.parametrize("name", ["ss0", "portrait"])
def test_a_name_that_parts_nothing_is_told(labels_csv, name):
    with pytest.raises(TrainingError, match="names that begin with"):
        Material.of_labels(labels_csv, held_out=name)
