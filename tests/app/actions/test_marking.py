import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from app.actions.marking import MarkStore, StarRule, StarsFromScores, TellMarks, set_flag, set_stars
from app.catalog.photo_entry import Flag
from app.errors import CatalogUnavailable
from app.xmp.photo_marks import read_marks
from app.xmp.sidecars import SidecarStyle


@pytest.fixture
def store(catalog):
    return MarkStore(catalog, sidecar_style=lambda: None)


@pytest.fixture
def xmp_store(catalog):
    return MarkStore(catalog, sidecar_style=lambda: SidecarStyle.APPENDED)


def test_stars_are_given_and_taken_back(photo, store, marks, apply):
    a, b = photo("a.jpg"), photo("b.jpg")
    apply(set_stars([a], 2, store))
    result = apply(set_stars([a, b], 5, store))
    assert marks(a.path, b.path) == [(5, Flag.NONE), (5, Flag.NONE)]
    redo = apply(result.undo).undo
    assert marks(a.path, b.path) == [(2, Flag.NONE), (0, Flag.NONE)]
    apply(redo)
    assert marks(a.path, b.path) == [(5, Flag.NONE), (5, Flag.NONE)]


def test_flags_leave_stars_alone(photo, store, marks, apply):
    a = photo()
    apply(set_stars([a], 2, store))
    result = apply(set_flag([a], Flag.REJECTED, store))
    assert marks(a.path) == [(2, Flag.REJECTED)]
    apply(result.undo)
    assert marks(a.path) == [(2, Flag.NONE)]


@pytest.mark.parametrize(
    ("make", "title", "line"),
    [
        (lambda p, s: set_stars([p], 1, s), "Give 1 star to 1 photo", "a.jpg: ★"),
        (lambda p, s: set_stars([p, p], 4, s), "Give 4 stars to 2 photos", "a.jpg: ★★★★"),
        (lambda p, s: set_stars([p], 0, s), "Take the stars from 1 photo", "a.jpg: no stars"),
        (lambda p, s: set_flag([p], Flag.PICKED, s), "Pick 1 photo", "a.jpg: picked"),
        (lambda p, s: set_flag([p], Flag.REJECTED, s), "Reject 1 photo", "a.jpg: rejected"),
        (lambda p, s: set_flag([p], Flag.NONE, s), "Take the flag from 1 photo", "a.jpg: no flag"),
    ],
)
def test_a_preview_says_what_every_photo_gets(photo, store, make, title, line):
    preview = make(photo(), store).preview()
    assert (preview.title, preview.lines[0], preview.can_undo) == (title, line, True)
    assert preview.num_photos == len(preview.lines)


def test_without_photos_there_is_nothing_to_undo(store, apply):
    assert apply(set_stars([], 3, store)).undo is None


def test_a_locked_catalog_changes_nothing(photo, store, marks, apply, tmp_path):
    a = photo()
    assert marks(a.path) == [(0, Flag.NONE)]
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogUnavailable, match="locked"):
            apply(set_stars([a], 3, store))
    assert marks(a.path) == [(0, Flag.NONE)]


def test_sidecars_follow_marks_and_their_undo(photo, xmp_store, apply):
    a = photo()
    result = apply(set_stars([a], 4, xmp_store))
    assert read_marks(a.path).marks.stars == 4
    undo = apply(set_flag([a], Flag.REJECTED, xmp_store)).undo
    assert read_marks(a.path).marks.flag is Flag.REJECTED
    apply(undo)
    assert read_marks(a.path).marks.stars == 4
    apply(result.undo)
    assert read_marks(a.path).marks.stars == 0


def test_marks_given_before_sidecars_were_wanted_are_told_afterwards(photo, catalog, apply):
    styles = [None]
    store = MarkStore(catalog, sidecar_style=lambda: styles[0])
    a, b, moved = photo("a.jpg"), photo("b.jpg"), photo("moved.jpg")
    undo = apply(set_stars([a, b, moved], 4, store)).undo
    apply(TellMarks(store))  # nobody has said yes
    assert read_marks(a.path) is None
    moved.path.unlink()

    styles[0] = SidecarStyle.REPLACED
    assert apply(TellMarks(store)).undo is None
    assert [path.name for path in sorted(a.path.parent.glob("*.xmp"))] == ["a.xmp", "b.xmp"]
    assert read_marks(a.path).marks.stars == 4
    apply(undo)
    assert read_marks(a.path).marks.stars == 0
    a.path.with_suffix(".xmp").unlink()
    apply(TellMarks(store))  # once
    assert read_marks(a.path) is None


def test_a_sidecar_that_cannot_be_written_costs_one_row_and_no_star(photo, xmp_store, marks, apply):
    a, b = photo("a.jpg", sidecars=["a.jpg.xmp"]), photo("b.jpg")
    result = apply(set_stars([a, b], 4, xmp_store))
    ((path, reason),) = result.failures
    assert path == a.path
    assert "can't be understood" in reason
    assert marks(a.path, b.path) == [(4, Flag.NONE), (4, Flag.NONE)]
    assert read_marks(b.path).marks.stars == 4


def test_stopping_leaves_sidecars_but_no_stars_behind(photo, xmp_store, marks):
    a, b = photo("a.jpg"), photo("b.jpg")
    done = []
    result = set_stars([a, b], 4, xmp_store).apply(
        lambda *progress: done.append(progress), lambda: bool(done)
    )
    assert done == [(1, 2)]
    assert marks(a.path, b.path) == [(4, Flag.NONE), (4, Flag.NONE)]
    ((path, reason),) = result.failures
    assert path == b.path
    assert "the sidecars of 1 photo were not written" in reason


def test_a_photo_that_is_shown_as_80_has_the_stars_of_80(photo, store):
    shown = StarsFromScores([photo("a.jpg", score_0_100=79.6)], StarRule(), store).preview()
    assert shown.lines == ("★★★★★: 1 photo", "a.jpg: 80 → ★★★★★")


def test_stars_come_from_scores_where_the_user_gave_none(photo, store, marks, apply):
    photos = [
        photo(f"{score}.jpg", score_0_100=score, stars=stars)
        for score, stars in ((95.0, 0), (80.0, 0), (79.4, 0), (0.0, 0), (10.0, 5))
    ]
    photos.append(photo("unrated.jpg"))
    action = StarsFromScores(photos, StarRule(), store)
    preview = action.preview()
    assert preview.title == "Give stars by score to 4 photos"
    assert preview.num_photos == 4
    assert preview.lines[:3] == ("★★★★★: 2 photos", "★★★★: 1 photo", "★: 1 photo")
    assert "79.4.jpg: 79 → ★★★★" in preview.lines
    assert preview.conflicts == (
        "1 photo without a score: left as they are.",
        "1 photo with stars of your own: left as they are.",
    )
    assert marks(*[entry.path for entry in photos]) == [(0, Flag.NONE)] * 6
    undo = apply(action).undo
    given = [stars for stars, _ in marks(*[entry.path for entry in photos])]
    assert given == [5, 5, 4, 1, 0, 0]
    apply(undo)
    assert {stars for stars, _ in marks(*[entry.path for entry in photos])} == {0}


def test_stars_from_scores_may_replace_the_users_own(photo, store, marks, apply):
    a = photo(score_0_100=50.0, stars=5)
    rule = StarRule(lowest_scores=(10, 20, 60, 70, 101), keeps_own_stars=False)
    apply(StarsFromScores([a], rule, store))
    assert marks(a.path) == [(2, Flag.NONE)]
    low = replace(a, score_0_100=5.0)
    assert StarsFromScores([low], rule, store).preview().lines[0] == "no stars: 1 photo"


@pytest.mark.parametrize("scores", [(1, 2, 3, 4), (0, 20, 10, 40, 50)])
def test_a_rule_that_makes_no_sense_is_refused(scores):
    with pytest.raises(ValueError, match="Five scores are needed"):
        StarRule(lowest_scores=scores)
