"""Things go wrong while photos are rated: nothing is lost, and everything is said in words."""

import os
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.window.library.reasons_dialog import ReasonsDialog
from app.xmp.packet import RATING
from app.xmp.packet_edit import new_packet


def many_photos(folder, number):
    """Photos that differ, an hour old, so that their times can be trusted."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    an_hour_ago_s = time.time() - 3600
    for count in range(number):
        pixels = rng.integers(0, 255, (240, 320, 3), dtype=np.uint8)
        path = folder / f"photo{count:03}.jpg"
        Image.fromarray(pixels).save(path)
        os.utime(path, (an_hour_ago_s, an_hour_ago_s))
    return folder


def scored(person):
    return {photo.path: photo.score_0_100 for photo in person.photos() if photo.score_0_100}


def test_closing_the_window_while_it_rates_loses_nothing(sit_down, tmp_path):
    folder = many_photos(tmp_path / "many", 24)
    person = sit_down(folder)
    person.wait(lambda: len(scored(person)) >= 2)
    before = scored(person)
    person.close()
    assert not person.window.isVisible()

    again = sit_down(folder)
    again.wait_until_rated()
    assert len(scored(again)) == 24
    assert set(before).isdisjoint(again.newly_rated)
    assert {path: scored(again)[path] for path in before} == before


def test_stars_given_just_before_closing_are_kept(sit_down, folder):
    person = sit_down(folder)
    person.wait(lambda: len(person.photos()) == 6)
    person.choose("cat.png")
    person.press(Qt.Key.Key_3)
    person.close()

    again = sit_down(folder)
    again.wait(lambda: len(again.photos()) == 6 and again.photo("cat.png").stars == 3)


def test_files_that_vanish_change_and_arrive_while_rating(sit_down, tmp_path, odd_files):
    folder = many_photos(tmp_path / "moving", 24)
    person = sit_down(folder)
    person.wait(lambda: len(scored(person)) >= 1)
    person.bench.scoring.pause()
    waiting = [photo.path for photo in person.photos() if photo.score_0_100 is None]
    assert len(waiting) > 8
    vanished, broken, changed = waiting[-1], waiting[-2], waiting[-3]
    vanished.unlink()
    broken.write_bytes(b"no photo any more")
    odd_files.picture(300, 200).save(changed)
    arrived = odd_files.good_jpeg(folder, "zzz-arrived.jpg")
    person.bench.scoring.resume()
    person.wait_until_rated()
    reasons = {photo.path: photo.error for photo in person.bench.photos.unreadable()}
    assert set(reasons) == {vanished, broken}
    assert all(reason.endswith(".") for reason in reasons.values())
    assert person.photo(changed.name).score_0_100 is not None

    person.choose(waiting[0].name)
    person.press(Qt.Key.Key_F5)
    person.wait(lambda: person.bench.photos.find(arrived) is not None)
    person.wait_until_rated()
    assert person.bench.photos.find(vanished) is None
    assert person.bench.photos.find(arrived).score_0_100 is not None


def test_a_folder_that_vanishes_while_it_is_rated_is_said_in_words(sit_down, tmp_path):
    folder = many_photos(tmp_path / "stick", 12)
    person = sit_down(folder)
    person.wait(lambda: len(scored(person)) >= 1)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    person.wait_until_rated()
    assert person.bench.photos.num_photos == 12
    person.library.rescan()
    person.wait(lambda: person.library.empty.isVisible())
    assert "can't be shown" in person.library.empty.title.text()


def test_a_photo_that_vanishes_is_said_in_the_inspector(sit_down, folder):
    person = sit_down(folder)
    person.wait_until_rated()
    (folder / "coffee.png").unlink()
    person.choose("coffee.png")
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: "Looking" not in person.inspect.pair.overlay_caption)
    person.wait(lambda: not person.inspect.pair.photo_view.has_photo)
    person.press(Qt.Key.Key_Right)
    person.wait(lambda: person.inspect.pair.overlay_caption.startswith(("Visible", "What")))


def crashing_heic(folder):
    """A HEIC with one wrong byte, which ends the process that decodes it."""
    whole = (Path(__file__).parents[1] / "engine/photos/data/turned.heic").read_bytes()
    path = folder / "crashing.heic"
    path.write_bytes(whole.replace(b"Exif", b"\xe5xif", 1))
    an_hour_ago_s = time.time() - 3600  # what changed just now is not remembered
    os.utime(path, (an_hour_ago_s, an_hour_ago_s))
    return path


def test_a_photo_that_kills_its_decoder_is_one_row_and_culling_goes_on(sit_down, folder):
    path = crashing_heic(folder)
    (folder / "good.heic").write_bytes(path.read_bytes().replace(b"\xe5xif", b"Exif", 1))
    person = sit_down(folder)
    person.wait_until_rated()
    assert person.photo("crashing.heic").error == (
        "This photo made the HEIF decoder fail. It may be damaged."
    )
    assert len(scored(person)) == 7
    assert person.photo("good.heic").score_0_100 is not None
    person.choose("crashing.heic")
    person.press(Qt.Key.Key_X)
    person.choose("cat.png")
    person.press(Qt.Key.Key_5)
    person.wait(lambda: person.photo("cat.png").stars == 5)
    person.close()

    again = sit_down(folder)
    again.wait_until_rated()
    assert again.newly_rated == []  # what failed is remembered, too
    assert again.photo("crashing.heic").error is not None


def test_what_ended_the_program_is_named_and_can_be_left_out(sit_down, folder):
    an_hour_ago_s = time.time() - 3600
    os.utime(folder / "cat.png", (an_hour_ago_s, an_hour_ago_s))
    person = sit_down(folder, left_in_hand=(folder / "cat.png",))
    notice = person.window.notice
    assert str(folder / "cat.png") in notice.sentence
    assert notice.offer_button.isVisible()
    notice.offer_button.click()
    assert not notice.isVisible()
    person.wait_until_rated()
    assert person.photo("cat.png").error.startswith("Left out")
    assert len(scored(person)) == 5
    person.close()

    again = sit_down(folder)
    again.wait_until_rated()
    assert again.photo("cat.png").error.startswith("Left out")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_folder_with_pipes_opens_and_the_window_closes(sit_down, folder):
    os.mkfifo(folder / "pipe.jpg")
    os.mkfifo(folder / "cat.png.xmp")
    person = sit_down(folder)
    person.wait_until_rated()
    assert len(person.photos()) == 6
    person.wait(lambda: "2 files" in person.library.rating_bar.unreadable_button.text())
    assert unreadable(person) == {
        "pipe.jpg": "This is a device or a pipe",
        "cat.png.xmp": "Its stars are not shown: it is a device or a pipe.",
    }
    person.close()
    assert not person.window.isVisible()


def test_damaged_settings_and_a_damaged_catalog_are_said_in_the_window(
    sit_down, folder, discern_home, expected_logs
):
    (discern_home / "data").mkdir(parents=True)
    (discern_home / "data" / "catalog.sqlite3").write_bytes(b"no catalog" * 200)
    person = sit_down(folder)
    person.wait(lambda: "catalog of scores and stars was damaged" in person.window.notice.sentence)
    person.wait_until_rated()
    assert len(scored(person)) == 6


def unreadable(person):
    """What the window lists as not readable, with the reasons."""
    person.wait(lambda: person.library.rating_bar.unreadable_button.isVisible())
    person.library.rating_bar.unreadable_button.click()
    (dialog,) = person.window.findChildren(ReasonsDialog)
    rows = [dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount())]
    listed = {row.text(0): row.text(1) for row in rows}
    dialog.reject()
    return listed


def xmp_bomb(path):
    """Half a megabyte of prefixes and levels, which once took gigabytes."""
    prefixes = " ".join(f'xmlns:p{number}="u{number}"' for number in range(20_000))
    path.write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f"<rdf:Description {prefixes}>{'<p1:a>' * 20_000}{'</p1:a>' * 20_000}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def test_a_hostile_sidecar_is_named_and_costs_no_other_photo_its_stars(sit_down, folder):
    xmp_bomb(folder / "cat.png.xmp")
    (folder / "coffee.png.xmp").write_bytes(new_packet({RATING: "4"}))
    person = sit_down(folder)
    person.wait_until_rated()
    person.wait(lambda: person.photo("coffee.png").stars == 4)
    assert unreadable(person) == {
        "cat.png.xmp": "Its stars are not shown: it declares more than 1000 prefixes."
    }
    person.bench.settings.change(sidecar_style="appended")
    person.choose("cat.png")
    person.press(Qt.Key.Key_3)
    person.wait(lambda: person.photo("cat.png").stars == 3)
    person.wait(lambda: person.library.strip.isVisible())
    assert person.library.strip.text.text() == "1 sidecar was left as it is."
    person.close()

    again = sit_down(folder)  # it is said again, as nothing has changed
    again.wait_until_rated()
    assert list(unreadable(again)) == ["cat.png.xmp"]


def test_a_full_disk_is_said_and_stars_can_be_given_once_there_is_room(
    sit_down, folder, monkeypatch
):
    person = sit_down(folder)
    person.wait_until_rated()
    with monkeypatch.context() as full:
        full.setattr("app.catalog.marks.change_marks", fill_the_disk)
        person.choose("cat.png")
        person.press(Qt.Key.Key_3)
        person.wait(lambda: person.library.strip.isVisible())
    said = person.library.strip.text.text()
    assert said.startswith("Nothing was changed in the catalog ")
    assert said.endswith("its disk is full. Make room there, and try again.")
    person.wait(lambda: person.photo("cat.png").stars == 0)  # what is shown is what is kept

    person.choose("cat.png")
    person.press(Qt.Key.Key_3)
    person.wait(lambda: person.photo("cat.png").stars == 3)
    person.close()
    again = sit_down(folder)
    again.wait(lambda: len(again.photos()) == 6 and again.photo("cat.png").stars == 3)


def fill_the_disk(connection, changes):
    """As SQLite does when there is no room for what it is to write."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        connection.execute(
            "INSERT INTO xmp_reading VALUES (?, ?)", (b"/no/photo", bytes(1_000_000))
        )
    finally:
        connection.execute("PRAGMA max_page_count = 1000000")


def test_names_full_of_tags_and_marks_are_shown_letter_by_letter(sit_down, tmp_path, folder):
    hostile = tmp_path / '<img src="' / 'zero"> <b>card<'
    hostile.mkdir(parents=True)
    names = ('<img src="x">.png', "new\nline.png", "\u202egnp.evil.png", "half\udcff.png")
    for name in names:
        shutil.copy(folder / "cat.png", hostile / name)
    (hostile / "<b>broken.jpg").write_bytes(b"no photo")
    xmp_bomb(hostile / '<img src="x">.png.xmp')
    person = sit_down(hostile)
    person.wait_until_rated()
    assert {photo.path.name for photo in person.photos() if photo.score_0_100} == set(names)
    # The sidecar is read beside the rating, and may be told later.
    person.wait(lambda: person.library.rating_bar.unreadable_button.text().startswith("2 "))
    assert set(unreadable(person)) == {"<b>broken.jpg", '<img src="x">.png.xmp'}
    for row, photo in enumerate(person.photos()):
        tip = person.bench.photos.index(row).data(Qt.ItemDataRole.ToolTipRole)
        assert not re.search("<img|<b>", tip), photo.path
    for name in names:
        person.choose(name)
        person.press(Qt.Key.Key_4)
        person.press(Qt.Key.Key_Return)
        person.wait(lambda: person.inspect.isVisible())
        assert_nothing_is_rich(person.window)
        person.press(Qt.Key.Key_G)
    person.window.notice.say(f"{hostile} can't be used.")
    person.library.rating_bar.show_problem(f"{hostile} can't be used.")
    shutil.rmtree(hostile)
    person.library.rescan()
    person.wait(lambda: person.library.empty.isVisible())
    assert_nothing_is_rich(person.window)


def assert_nothing_is_rich(window):
    """No label takes what it shows for a page of rich text, and no tool tip does."""
    plain = Qt.TextFormat.PlainText
    for label in window.findChildren(QLabel):
        assert label.textFormat() == plain or not re.search("<img|<b>", label.text()), label.text()
    for widget in window.findChildren(QWidget):
        tip = widget.toolTip()
        assert not re.search("<img|<b>", tip), tip
