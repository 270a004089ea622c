from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from trainer.labels.label_set import LabelledPhoto
from trainer.labels.split import Split
from trainer.material import RunMaterial
from trainer.rated_occasions import RatedOccasions
from trainer.run_folder import RepeatFolder


@pytest.mark.parametrize(("share", "left"), [(0.0, 20.0), (0.5, 10.0), (1.0, 0.0)])
def test_so_much_of_the_offsets_is_taken_from_training_labels_alone(
    small_runs, small_set, tmp_path, share, left
):
    settings = small_runs.config(small_set)
    labels = replace(settings.labels, occasions="name", occasion_share=share)
    rated = np.array([40.0, 40.0, 60.0, 60.0, 60.0])  # and the last is for validation
    names = ["a 1.jpg", "a 2.jpg", "b 1.jpg", "b 2.jpg", "b 3.jpg"]
    material = RunMaterial(
        config=replace(settings, labels=labels),
        labels=SimpleNamespace(photos=[LabelledPhoto(path=Path(n), score=1.0) for n in names]),
        rated_N=rated,
        source=None,
        machine=None,
        reporter=small_runs.Ear(),
    )
    split = Split(how="", train=(0, 1, 2, 3), validation=(4,), test=())
    occasions = RatedOccasions(material, RepeatFolder(tmp_path), split)
    assert occasions.is_open
    evened = occasions.evened(np.array([[0.0], [1.0], [0.0], [1.0]])).rated_N
    assert evened[2] - evened[0] == pytest.approx(left)
    assert evened[4] == 60.0
    assert not occasions.is_open
    assert occasions.evened(None).rated_N == pytest.approx(evened)  # as the folder keeps it
