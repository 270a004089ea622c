"""Copies are found; a blurred twin that looks worse is not a copy."""

import numpy as np
import pytest
from PIL import Image, ImageFilter
from skimage import data

from engine.contest.near_duplicates import near_duplicates, picture_hash, picture_hashes
from engine.contest.pool import make_pool
from engine.errors import UnreadablePhoto


@pytest.fixture
def photos(tmp_path):
    cat = Image.fromarray(data.chelsea())
    cat.save(tmp_path / "cat.png")
    cat.save(tmp_path / "cat again.jpg", quality=60)
    cat.resize((300, 200)).save(tmp_path / "cat small.png")
    cat.filter(ImageFilter.GaussianBlur(3)).save(tmp_path / "cat blurred.png")
    Image.fromarray(data.coffee()).save(tmp_path / "coffee.png")
    return {path.stem: path for path in tmp_path.iterdir()}


def differing_bits(first, second):
    return (int.from_bytes(first) ^ int.from_bytes(second)).bit_count()


def test_pictures_that_look_alike_have_hashes_that_are_alike(photos):
    hashes = {name: picture_hash(path) for name, path in photos.items()}
    assert all(len(value) == 32 for value in hashes.values())
    for name in ("cat again", "cat small"):
        assert differing_bits(hashes["cat"], hashes[name]) <= 20
    assert differing_bits(hashes["cat"], hashes["coffee"]) > 80


def test_copies_are_left_out_unless_a_model_sees_a_difference(photos):
    names = ["cat", "cat again", "cat small", "cat blurred", "coffee"]
    paths = [photos[name] for name in names]
    pool = make_pool(paths, {"x": [70, 69, 70, 30, 70], "y": [60, 60.5, 50, 60, 60]})
    hashes = dict(picture_hashes(paths))
    found = near_duplicates(pool, hashes)
    assert [(one.photo.stem, one.kept.stem) for one in found] == [("cat", "cat again")]


def test_photos_without_a_hash_are_no_duplicates(photos):
    paths = [photos["cat"], photos["cat again"]]
    pool = make_pool(paths, {"x": [70, 70], "y": [60, 60]})
    assert near_duplicates(pool, {paths[0]: picture_hash(paths[0])}) == []


def test_many_photos_are_compared_in_pieces(tmp_path):
    rng = np.random.default_rng(0)
    paths = [tmp_path / f"{index:04d}.jpg" for index in range(400)]
    hashes = {path: rng.bytes(32) for path in paths}
    hashes[paths[399]] = hashes[paths[3]]
    pool = make_pool(paths, {"x": np.full(400, 5.0), "y": np.full(400, 5.0)})
    (found,) = near_duplicates(pool, hashes)
    assert (found.photo, found.kept) == (paths[399], paths[3])


def test_an_unreadable_photo_has_no_hash(tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_text("no photo")
    assert list(picture_hashes([broken])) == [(broken, None)]
    with pytest.raises(UnreadablePhoto, match="broken"):
        picture_hash(broken)
