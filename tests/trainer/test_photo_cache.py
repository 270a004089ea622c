import json
import os
import sys

import numpy as np
import pytest

from engine.photos.resize import ResizeRule
from engine.photos.resized import read_resized
from trainer.errors import TrainingError
from trainer.photo_cache import cache_photos, remove_cache

RULE = ResizeRule(long_side_px=96, short_side_px=64)
CROP_PX = 48


@pytest.fixture
def paths(small_set):
    return sorted(small_set.parent.glob("scene0[0-3]_*"))


@pytest.fixture
def cache(tmp_path):
    folder = tmp_path / "cache"

    def cached(paths, **options):
        return cache_photos(paths, RULE, crop_px=CROP_PX, folder=folder, **options)

    cached.folder = folder
    return cached


def copies(paths, folder):
    folder.mkdir()
    for path in paths:
        (folder / path.name).write_bytes(path.read_bytes())
    return [folder / path.name for path in paths]


def left_in(folder):
    return sorted(path.suffix for path in folder.iterdir())


class Counter:
    """Counts photos that are decoded."""

    def __init__(self):
        self.num_decoded = 0

    def __call__(self, num_done):
        self.num_decoded = num_done


def test_every_photo_is_kept_as_the_scorer_would_read_it(cache, paths):
    photos = cache(paths)
    for index, path in enumerate(paths):
        expected = read_resized(path, RULE, crop_px=CROP_PX).pixels_HW3
        assert np.array_equal(photos.photo(index), expected)
    assert photos.unreadable == {}
    assert len(photos.pixels_P3) == sum(photos.width_N * photos.height_N)


def test_photos_are_found_again_without_being_decoded(cache, paths):
    first = cache(paths)
    counter = Counter()
    again = cache(paths, on_progress=counter)
    assert counter.num_decoded == 0
    assert np.array_equal(first.pixels_P3, again.pixels_P3)
    assert np.array_equal(first.first_N, again.first_N)


def test_a_photo_that_changed_is_decoded_anew(cache, paths, tmp_path):
    mine = copies(paths, tmp_path / "mine")
    cache(mine)
    mine[2].write_bytes(paths[7].read_bytes())
    photos = cache(mine)
    expected = read_resized(paths[7], RULE, crop_px=CROP_PX).pixels_HW3
    assert np.array_equal(photos.photo(2), expected)


def test_a_photo_that_is_gone_stays_as_it_was_cached(cache, paths, tmp_path):
    mine = copies(paths, tmp_path / "mine")
    before = cache(mine).photo(2).copy()
    mine[2].unlink()
    counter = Counter()
    photos = cache(mine, on_progress=counter)
    assert counter.num_decoded == 0
    assert np.array_equal(photos.photo(2), before)


def test_a_photo_that_came_back_is_decoded(cache, paths, tmp_path):
    mine = copies(paths, tmp_path / "mine")
    mine[1].unlink()
    assert set(cache(mine).unreadable) == {1}
    mine[1].write_bytes(paths[1].read_bytes())
    assert cache(mine).unreadable == {}


def test_another_size_is_another_cache(cache, paths, tmp_path):
    cache(paths)
    larger = cache_photos(
        paths,
        ResizeRule(long_side_px=120, short_side_px=100),
        crop_px=CROP_PX,
        folder=cache.folder,
    )
    assert larger.width_N[0] == 120
    assert len(list(cache.folder.glob("*.rgb"))) == 2


def test_photos_that_cannot_be_read_are_named_and_take_no_room(cache, odd_folder, paths):
    odd = [path for path in sorted(odd_folder.rglob("*")) if path.is_file()]
    photos = cache([*odd, *paths[:2], odd_folder / "nowhere.jpg"])
    assert "nowhere" not in photos.unreadable[len(odd) + 2]  # a reason, not a path
    for index, path in enumerate([*odd, *paths[:2]]):
        if index in photos.unreadable:
            assert photos.unreadable[index].endswith(".")
            assert photos.photo(index).size == 0
        else:
            expected = read_resized(path, RULE, crop_px=CROP_PX).pixels_HW3
            assert np.array_equal(photos.photo(index), expected)
    assert 1 < len(photos.unreadable) < len(odd)


def test_a_set_of_which_nothing_can_be_read_is_empty(cache, tmp_path):
    photos = cache([tmp_path / "one.jpg", tmp_path / "two.jpg"])
    assert photos.pixels_P3.shape == (0, 3)
    assert set(photos.unreadable) == {0, 1}


def test_a_damaged_cache_is_made_anew(cache, paths):
    whole = cache(paths).pixels_P3.copy()
    (pixel_file,) = cache.folder.glob("*.rgb")
    pixel_file.write_bytes(pixel_file.read_bytes()[:1000])
    assert np.array_equal(cache(paths).pixels_P3, whole)
    (index_file,) = cache.folder.glob("*.json")
    index_file.write_text(index_file.read_text()[:100])
    assert np.array_equal(cache(paths).pixels_P3, whole)


def test_stopping_in_the_middle_leaves_nothing_half_made(cache, paths):
    counter = Counter()
    assert cache(paths, on_progress=counter, should_stop=lambda: counter.num_decoded == 5) is None
    assert left_in(cache.folder) == []
    assert cache(paths) is not None
    assert left_in(cache.folder) == [".json", ".rgb"]


def test_what_a_killed_run_had_begun_is_removed(cache, paths):
    cache.folder.mkdir()
    ended = cache.folder / ".photos-0123456789abcdef.4194305.part"  # above Linux's largest pid
    alive = cache.folder / f".photos-0123456789abcdef.{os.getppid()}.part"
    for part in (ended, alive):
        part.write_bytes(b"half")
    cache(paths[:1])
    assert not ended.exists()
    assert alive.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_told_with_what_is_needed_and_leaves_nothing(cache, paths):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(TrainingError, match="could not be written to") as caught:
            cache(paths)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "machine.photo_cache" in caught.value.hint
    assert "0.0 GB" in caught.value.hint
    assert left_in(cache.folder) == []
    assert cache(paths) is not None


def test_a_cache_that_is_not_needed_any_more_goes(cache, paths):
    cache(paths)
    remove_cache(cache.folder)
    assert not cache.folder.exists()
    remove_cache(cache.folder)


def test_the_index_is_plain_json(cache, paths):
    cache(paths)
    (index_file,) = cache.folder.glob("*.json")
    index = json.loads(index_file.read_text())
    assert len(index["first"]) == len(index["states"]) == len(paths)
