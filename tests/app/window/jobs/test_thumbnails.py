import threading

import pytest

from app.catalog.photo_files import stamp_of
from app.window.jobs.thumbnail_files import ThumbnailFiles
from app.window.jobs.thumbnails import ThumbnailLoader


@pytest.fixture
def files(tmp_path):
    return ThumbnailFiles(tmp_path / "thumbnails", max_bytes=1 << 20)


@pytest.fixture
def loader(qapp, files):
    loader = ThumbnailLoader(files)
    yield loader
    loader.close()


def stamps(folder):
    return [stamp_of(path) for path in sorted(folder.rglob("*.jpg"))]


def test_a_wanted_thumbnail_comes_and_fits_its_square(qtbot, loader, photo_folder):
    (wanted, *_) = stamps(photo_folder)
    with qtbot.waitSignal(loader.loaded) as heard:
        loader.want("grid", [wanted], 100)

    assert heard.args == [wanted.path]
    pixmap = loader.find(wanted)
    assert (pixmap.width(), pixmap.height()) == (100, 85)  # of 260 x 220


def test_another_size_replaces_the_first_and_the_old_one_stands_in(qtbot, loader, photo_folder):
    (wanted, *_) = stamps(photo_folder)
    with qtbot.waitSignal(loader.loaded):
        loader.want("grid", [wanted], 100)
    with qtbot.waitSignal(loader.loaded):
        loader.want("grid", [wanted], 50)
        assert loader.find(wanted).width() == 100

    assert loader.find(wanted).width() == 50


def test_what_is_at_hand_is_not_made_again(qtbot, loader, photo_folder):
    first, second, *_ = stamps(photo_folder)
    with qtbot.waitSignal(loader.loaded):
        loader.want("grid", [first], 100)
    with qtbot.waitSignal(loader.loaded) as heard:
        loader.want("grid", [first, second], 100)

    assert heard.args == [second.path]


def test_an_unreadable_photo_is_told_once_with_its_reason(qtbot, loader, tmp_path):
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xffnot a photo")
    with qtbot.waitSignal(loader.unreadable) as heard:
        loader.want("grid", [stamp_of(path)], 100)
    assert heard.args[0] == path
    assert heard.args[1].endswith(".")

    with qtbot.assertNotEmitted(loader.unreadable):
        loader.want("grid", [stamp_of(path)], 100)
    loader.forget_failures()
    with qtbot.waitSignal(loader.unreadable):
        loader.want("grid", [stamp_of(path)], 100)


def test_a_thumbnail_kept_on_the_disk_needs_no_photo(qtbot, loader, files, tmp_path, odd_files):
    from PIL import Image

    path = tmp_path / "large.png"
    Image.effect_noise((600, 400), 80).convert("RGB").save(path)
    wanted = stamp_of(path)
    with qtbot.waitSignal(loader.loaded):
        loader.want("grid", [wanted], 100)
    path.unlink()
    fresh = ThumbnailLoader(files)
    try:
        with qtbot.waitSignal(fresh.loaded):
            fresh.want("grid", [wanted], 100)
    finally:
        fresh.close()

    assert fresh.find(wanted).width() == 100


def test_the_memory_holds_only_so_much_and_drops_what_was_used_longest_ago(
    qtbot, files, photo_folder
):
    loader = ThumbnailLoader(files, memory_bytes=2 * 100 * 85 * 4)
    try:
        wanted = stamps(photo_folder)[:3]
        for one in wanted:
            with qtbot.waitSignal(loader.loaded):
                loader.want("grid", [one], 100)
    finally:
        loader.close()

    assert [loader.find(one) is not None for one in wanted] == [False, True, True]


def test_what_nobody_wants_any_more_is_not_made(qtbot, tmp_path, photo_folder):
    begun, goes_on = [], threading.Event()

    class SlowFiles(ThumbnailFiles):
        def find(self, stamp, side_px):
            begun.append(stamp.path)
            goes_on.wait(10)
            return super().find(stamp, side_px)

    loader = ThumbnailLoader(SlowFiles(tmp_path / "thumbnails", max_bytes=1))
    try:
        all_stamps = stamps(photo_folder)
        num_threads = len(loader._threads)
        loader.want("grid", all_stamps, 100)
        qtbot.waitUntil(lambda: len(begun) == num_threads)
        loader.want("grid", all_stamps[-1:], 100)
        with qtbot.waitSignal(
            loader.loaded, check_params_cb=lambda path: path == all_stamps[-1].path
        ):
            goes_on.set()
    finally:
        loader.close()

    unwanted = {stamp.path for stamp in all_stamps[num_threads:-1]}
    assert not unwanted & set(begun)


def test_two_views_may_want_at_once(qtbot, loader, photo_folder):
    first, second, *_ = stamps(photo_folder)
    with qtbot.waitSignals([loader.loaded, loader.loaded]):
        loader.want("grid", [first], 100)
        loader.want("filmstrip", [second], 100)

    assert loader.find(first) is not None
    assert loader.find(second) is not None
