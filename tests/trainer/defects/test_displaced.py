"""Parts of the picture put elsewhere: nothing new is drawn, and strength is how far."""

import numpy as np
import pytest

from trainer.defects import displaced as displaced_module
from trainer.defects.displaced import displaced

WAYS = ("_combed", "_in_strips", "_wobbling", "_reflected")


@pytest.mark.parametrize("seed", range(12))
def test_size_and_kind_stay_and_the_seed_decides(some_photo, seed):
    first, second = (displaced(some_photo, 0.7, np.random.default_rng(seed)) for _ in range(2))

    assert first.shape == some_photo.shape
    assert first.dtype == np.uint8
    assert np.array_equal(first, second)
    assert not np.array_equal(first, some_photo)


def test_a_comb_leaves_every_other_line_where_it_was(some_photo):
    combed = displaced_module._combed(some_photo, 0.5, np.random.default_rng(0))

    assert np.array_equal(combed[::2], some_photo[::2])
    for line, was in zip(combed[1::2], some_photo[1::2], strict=True):
        assert sorted(line.ravel()) == sorted(was.ravel())
        assert not np.array_equal(line, was)


@pytest.mark.parametrize("way", WAYS)
def test_more_strength_changes_more(some_photo, way):
    means = [
        np.mean(
            [
                np.abs(
                    getattr(displaced_module, way)(
                        some_photo, strength, np.random.default_rng(seed)
                    ).astype(int)
                    - some_photo
                ).mean()
                for seed in range(16)
            ]
        )
        for strength in (0.0, 1.0)
    ]
    assert means[1] > means[0] > 0


def test_oblong_pictures_are_taken_too():
    oblong = np.random.default_rng(0).integers(0, 256, (40, 72, 3), np.uint8)

    assert all(
        displaced(oblong, 1.0, np.random.default_rng(seed)).shape == oblong.shape
        for seed in range(12)
    )
