import json
from pathlib import Path

import pytest

from bench.held_out_photos import HeldOutPhotos
from engine.measures.label_scale import LabelScale
from engine.networks.model_file import read_card
from engine.networks.model_finder import default_model
from trainer.config import LabelsConfig, RunConfig
from trainer.errors import TrainingError
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.split import Split
from trainer.labels.stored_labels import store_labels
from trainer.run_folder import RunFolder

LABELS = LabelSet(
    name="mine",
    photos=tuple(LabelledPhoto(path=Path(f"/p/{n}.jpg"), score=n / 10) for n in range(7)),
    range=LabelScale(low=0.0, high=1.0, higher_is_better=True),
    source=Path("labels.csv"),
    sha256="abc",
    notes=(),
)


@pytest.fixture
def run(tmp_path):
    config = RunConfig(name="a run", labels=LabelsConfig(source="labels.csv"))
    folder = RunFolder.create(tmp_path / "run", config)
    store_labels(folder.path, LABELS)
    return folder


@pytest.mark.parametrize(("part", "best_first"), [("test", [5, 2, 1]), ("validation", [6, 4])])
def test_the_photos_are_those_of_the_part_best_first(run, part, best_first):
    split = Split(train=(0, 3), validation=(4, 6), test=(1, 5, 2), how="as given")
    run.split_json.write_text(json.dumps(split.to_json()), encoding="utf-8")

    photos = HeldOutPhotos.of_run(run.path, read_card(default_model()), part=part)

    assert photos.paths == tuple(Path(f"/p/{n}.jpg") for n in best_first)
    assert photos.rated_0_100 == pytest.approx([10 * n for n in best_first])
    assert (photos.part, photos.num_photos) == (part, len(best_first))


def test_a_run_that_has_not_parted_its_photos_yet_is_refused(run):
    with pytest.raises(TrainingError, match="no labels and split yet"):
        HeldOutPhotos.of_run(run.path, read_card(default_model()))
