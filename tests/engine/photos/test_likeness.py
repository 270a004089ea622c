"""Copies of any quality are alike; other photos, and photos that show nothing, are not."""

import time

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter
from skimage import data

from engine.errors import UnreadablePhoto
from engine.photos.likeness import alike_groups, photo_look, photo_looks

CAT = Image.fromarray(data.chelsea())


def noisy(image):
    pixels = np.asarray(image) + np.random.default_rng(0).normal(0, 25, np.asarray(image).shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


@pytest.fixture
def look(tmp_path):
    def saved(image, name="photo.png", **options):
        image.save(tmp_path / name, **options)
        return photo_look(tmp_path / name)

    return saved


def unit(vector):
    vector = np.asarray(vector, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    "changed",
    [
        lambda cat: cat.resize((150, 100)),
        lambda cat: cat.filter(ImageFilter.GaussianBlur(6)),
        noisy,
        lambda cat: ImageEnhance.Brightness(cat).enhance(0.5),
        lambda cat: ImageEnhance.Color(cat).enhance(0.0),
        lambda cat: cat.crop((4, 3, cat.width, cat.height)),
    ],
    ids=["smaller", "blurred", "noisy", "darker", "grey", "cropped"],
)
def test_a_copy_of_any_quality_is_alike(look, changed):
    likeness = look(CAT) @ look(changed(CAT), "changed.png")
    assert likeness > 0.95


def test_a_compressed_copy_is_alike(look):
    assert look(CAT) @ look(CAT, "cat.jpg", quality=10) > 0.95


def test_other_photos_and_a_mirrored_one_are_not_alike(look):
    cat = look(CAT)
    for index, image in enumerate((data.coffee(), data.astronaut(), np.asarray(CAT)[:, ::-1])):
        assert cat @ look(Image.fromarray(image), f"{index}.png") < 0.7


def test_photos_that_show_nothing_but_light_have_no_look(look):
    y, x = np.mgrid[0:120, 0:160] / 120
    for number, light in enumerate((0 * x + 0.5, 0.3 + 0.4 * x, 0.8 - 0.3 * x * x - 0.1 * x * y)):
        grain = np.random.default_rng(number).normal(0, 0.03, x.shape)
        pixels = (255 * np.clip(light + grain, 0, 1)).astype(np.uint8)
        assert look(Image.fromarray(pixels).convert("RGB")) is None


def test_thousands_of_flat_photos_do_not_make_a_group():
    assert alike_groups([None] * 5000) == []


def test_a_photo_that_cannot_be_read_has_no_look(tmp_path):
    (tmp_path / "broken.jpg").write_text("no photo")
    CAT.save(tmp_path / "cat.png")
    with pytest.raises(UnreadablePhoto, match="broken"):
        photo_look(tmp_path / "broken.jpg")
    with pytest.raises(UnreadablePhoto, match="No such file"):
        photo_look(tmp_path / "gone.jpg")
    broken, cat = photo_looks([tmp_path / "broken.jpg", tmp_path / "cat.png"])
    assert broken is None
    assert cat.shape == (256,)
    assert np.linalg.norm(cat) == pytest.approx(1.0)


def test_a_file_that_was_changed_has_another_look(look):
    assert look(CAT) @ look(Image.fromarray(data.coffee())) < 0.7  # under the same name


def test_groups_are_found_wherever_their_photos_are():
    rng = np.random.default_rng(0)
    looks = [unit(rng.normal(size=256)) for _ in range(700)]
    for copy, source in ((699, 3), (300, 3), (258, 255)):
        looks[copy] = unit(looks[source] + 0.01 * rng.normal(size=256))
    looks[10] = None
    assert alike_groups(looks) == [[3, 300, 699], [255, 258]]


def drifting(num_photos, step):
    """Photos that turn by `step` radians each, from one scene into another."""
    first, second = np.eye(2, 256)
    angles = step * np.arange(num_photos)
    return [unit(np.cos(angle) * first + np.sin(angle) * second) for angle in angles]


def test_a_photo_joins_by_way_of_another_one():
    # Neighbours have a likeness of 0.969, the ends one of 0.878.
    assert alike_groups(drifting(3, 0.25)) == [[0, 1, 2]]


def test_what_changes_little_by_little_does_not_chain_up_into_one_group():
    looks = drifting(400, 0.01)
    groups = alike_groups(looks)
    assert max(map(len, groups)) < 150
    for group in groups:
        assert all(looks[group[0]] @ looks[index] >= 0.8 for index in group)


def test_ten_thousand_photos_are_compared_in_seconds():
    rng = np.random.default_rng(1)
    looks_ND = rng.normal(size=(10_000, 256)).astype(np.float32)
    looks = list(looks_ND / np.linalg.norm(looks_ND, axis=1, keepdims=True))
    looks[9_000:] = [looks[0]] * 1_000  # a tripod's worth
    begun = time.perf_counter()
    (group,) = alike_groups(looks)
    assert len(group) == 1_001
    assert time.perf_counter() - begun < 20.0  # about 2 s on one idle core
