import numpy as np
from PIL import Image
from skimage import data

from trainer.ensemble.made_photos import made_of, make_photos


def test_most_are_spoilt_and_the_others_are_pieces_of_the_photo():
    photo = np.array(Image.fromarray(data.astronaut()).resize((420, 420)))
    made = [made_of(photo, np.random.default_rng(number)) for number in range(60)]
    pieces = [one for one in made if _is_in(one, photo)]
    assert 12 < len(pieces) < 36  # four of ten
    assert any(one.shape != photo.shape for one in pieces)
    assert all(min(one.shape[:2]) >= 0.5 * 420 for one in pieces)


def _is_in(piece, photo):
    """Whether the piece lies in the photo or its mirror image, pixel for pixel."""
    height, width = piece.shape[:2]
    corner = piece[0, 0]
    for one in (photo, photo[:, ::-1]):
        rows, columns = np.where((one[: 421 - height, : 421 - width] == corner).all(-1))
        for top, left in zip(rows, columns, strict=True):
            if np.array_equal(one[top : top + height, left : left + width], piece):
                return True
    return False


def test_the_same_photos_and_seed_give_the_same_files(tmp_path):
    photo = tmp_path / "photo.png"
    Image.fromarray(data.chelsea()).save(photo)
    one, other = (make_photos([photo], tmp_path / name, 6, seed=3) for name in ("a", "b"))
    assert [path.read_bytes() for path, _ in one] == [path.read_bytes() for path, _ in other]
    assert {made_from for _, made_from in one} == {photo}
    before = one[0][0].stat().st_mtime_ns
    make_photos([photo], tmp_path / "a", 6, seed=3)
    assert one[0][0].stat().st_mtime_ns == before
