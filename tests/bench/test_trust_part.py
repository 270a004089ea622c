"""The photos of the proof: parts, and the list of deliberately soft and dark ones."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.trust_part import DELIBERATE, Part, deliberate_photos
from trainer.defects.material import Material


@pytest.fixture
def part(tmp_path):
    paths = [tmp_path / f"{number:02}.png" for number in range(40)]
    for number, path in enumerate(paths):
        Image.fromarray(np.full((64, 64, 3), number, np.uint8)).save(path)
    return Part(name="validation", paths=tuple(paths), scores_0_1=tuple(np.linspace(1, 0, 40)))


def test_good_photos_are_spread_over_the_best_quarter(part):
    assert [int(photo[0, 0, 0]) for photo in part.best(4)] == [0, 3, 6, 9]
    assert len(part.best(99)) == 10


def test_photos_as_they_are_are_spread_over_all_scores(part):
    assert part.spread(3) == [0, 19, 39]
    assert part.spread(99) == list(range(40))
    assert part.num_best == 4


def test_the_list_names_a_hundred_photos_once_each():
    photos = list(deliberate_photos(DELIBERATE))

    assert len(photos) == 100
    assert len({one.image for one in photos}) == 100
    assert all(one.image == Path(one.image).name for one in photos)
    assert Counter(one.part for one in photos) == {"test": 60, "validation": 40}
    assert Counter(one.sort for one in photos) == {
        "background blur": 50,
        "night or low light": 27,
        "fog or snow": 15,
        "silhouette": 8,
    }


def test_a_part_that_is_none_is_refused(tmp_path):
    (tmp_path / "list.csv").write_text("image,sort,part\na.jpg,night,train\n")

    with pytest.raises(ValueError, match=r"a\.jpg is in the part 'train'"):
        list(deliberate_photos(tmp_path / "list.csv"))


def test_the_photos_of_a_part_go_with_their_scores(tmp_path):
    lines = ["image,score"]
    for number in range(20):
        grey = np.full((64, 64, 3), number, np.uint8)
        Image.fromarray(grey).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,{number / 20}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    material = Material.of_labels(tmp_path / "labels.csv")

    for name in ("validation", "test"):
        part = Part.of(material, name)
        assert [int(path.stem) / 20 for path in part.paths] == pytest.approx(part.scores_0_1)
