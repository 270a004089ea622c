"""The pictures of every page, taken in a home of their own; started by bench.screenshots."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bench.contest_screenshots import take_contest
from bench.persons_home import PersonsHome, furnish
from bench.session_screenshots import take_session
from bench.training_screenshots import take_training

if TYPE_CHECKING:  # Qt is loaded once the platform is known
    from PySide6.QtWidgets import QWidget

    from app.window.library.folder_tree import FolderTree
    from app.window.main import Workbench

_THEMES = ("light", "dark")
_LONGEST_S = 600.0
_WEBP_QUALITY = 88  # text as sharp as in a PNG, at a fifth of its size
_SETTLE_MS = 300  # for thumbnails and layouts to come to rest

_USUAL_FOLDERS = {
    Path("/"): (
        *("bin", "boot", "dev", "etc", "lib", "lib64", "media", "mnt", "opt", "proc"),
        *("root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"),
    ),
    Path("/home"): (),
}


class Walk(Protocol):
    """Walks through the pages of one thing."""

    def __call__(
        self,
        bench: "Workbench",
        home: PersonsHome,
        *,
        take: Callable[[str], None],
        wait: Callable[[Callable[[], object]], None],
    ) -> None:
        """Take every page on the way."""


def main() -> int:
    """Take all pictures."""
    args = _parser().parse_args()
    if args.scale != 1:
        os.environ["QT_SCALE_FACTOR"] = f"{args.scale:g}"
    width_px, _, height_px = args.size.partition("x")
    args.out.mkdir(parents=True, exist_ok=True)
    home = furnish(Path.home(), labels=args.labels, weights=args.weights)
    studio = _Studio(args.out, (int(width_px), int(height_px)))
    studio.take_all(home, model=args.model, only=args.only)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.studio", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", required=True)
    parser.add_argument("--scale", type=float, required=True)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--only")
    parser.add_argument("--model")
    return parser


class _Studio:
    """One window, and its pictures in both themes."""

    def __init__(self, out: Path, size_px: tuple[int, int]) -> None:
        self._out = out
        self._size_px = size_px
        self._change_theme: Callable[[str], None] = lambda _: None

    def take_all(self, home: PersonsHome, *, model: str | None, only: str | None) -> None:
        """Every page and dialog."""
        with self._opened(model) as bench:
            if only in {None, "library"}:
                self._take("first-run", bench.window)
            bench.begin()
            if only in {None, "library"}:
                self._take_library_pages(bench, home)
            if only in {None, "contest"}:
                self._take_walk(take_contest, bench, home)
            if only in {None, "session"}:
                self._take_walk(take_session, bench, home)
            if only in {None, "training"}:
                self._take_walk(take_training, bench, home)

    def _take_library_pages(self, bench: "Workbench", home: PersonsHome) -> None:
        bench.window.open_folder(home.folder)
        self._wait(lambda: bench.photos.num_photos > 0)
        self._wait_for_thumbnails(bench)
        _hide_other_folders(bench.window.library.tree)
        self._wait(lambda: 3 < _num_rated(bench) < bench.photos.num_photos - 1)
        self._take("library-rating", bench.window)
        self._wait(lambda: not bench.photos.columns.is_unrated.any())
        self._wait(lambda: not bench.rating.is_rating)
        self._take_library(bench, home)
        self._take_inspector(bench, home)
        self._take_others(bench)

    @contextmanager
    def _opened(self, model: str | None) -> Iterator["Workbench"]:
        # Here, because Qt reads the platform and the scale when it is loaded.
        from app.window.main import WindowRequest, Workbench, make_application

        make_application()
        bench = Workbench(WindowRequest(model=model, device="cpu"))
        self._change_theme = lambda theme: bench.settings.change(theme=theme)
        bench.settings.change(sidecar_style="none")  # it was asked before
        self._change_theme(_THEMES[0])
        bench.window.resize(*self._size_px)
        bench.window.show()
        try:
            yield bench
        finally:
            bench.window.close()
            bench.close()

    def _wait_for_thumbnails(self, bench: "Workbench") -> None:
        from app.window.photo_list.photo_roles import PhotoRole

        def is_complete() -> bool:
            grid = bench.window.library.grid
            first, last = grid.visible_rows
            shown = [bench.photos.index(row) for row in range(first, last + 1)]
            return all(
                index.data(PhotoRole.THUMBNAIL) is not None or index.data(PhotoRole.ERROR)
                for index in shown
            )

        self._wait(is_complete)

    def _take_library(self, bench: "Workbench", home: PersonsHome) -> None:
        from app.catalog.photo_entry import Flag
        from app.window.photo_list.photo_order import SortKey

        library = bench.window.library
        sort = library.header.sort
        sort.setCurrentIndex(sort.findData(SortKey.SCORE))
        for row, stars in ((0, 5), (1, 4), (3, 4)):
            library.give_stars(stars, row)
        library.give_flag(Flag.PICKED, 0)
        rows = range(bench.photos.rowCount())
        spoilt = next(row for row in rows if home.fault_of(bench.photos.entry(row).path))
        library.give_flag(Flag.REJECTED, spoilt)
        library.go_to_row(1)
        library.grid.scrollToTop()
        self._wait_for_thumbnails(bench)
        self._take("library", bench.window)
        library.show_unreadable()
        self._take_dialog("unreadable", bench.window)
        library.grid.selectAll()
        library.menu.stars_from_scores.trigger()
        self._wait(lambda: _dialog(bench.window) is not None)
        self._take_dialog("action-preview", bench.window)
        library.filter_bar.set_filter(replace(bench.photos.photo_filter, fewest_stars=4))
        bench.photos.set_filter(replace(bench.photos.photo_filter, fewest_stars=4))
        self._take("library-filtered", bench.window)
        library.filter_bar.clear()

    def _take_inspector(self, bench: "Workbench", home: PersonsHome) -> None:
        from app.window.shell.rail import Place

        inspect = bench.window.inspect
        bench.window.go_to(Place.INSPECT)
        shown = next(
            one.path for one in home.photos if (one.subject, one.fault) == ("motorcycle", "blurred")
        )
        rows = range(bench.photos.rowCount())
        row = next(row for row in rows if bench.photos.entry(row).path == shown)
        inspect.show_row(row)
        self._wait(
            lambda: inspect.overlays.looks is not None and inspect.overlays.looks.is_complete
        )
        self._take("inspect", bench.window)
        bench.settings.change(overlay_side="lowers")
        self._wait(lambda: inspect.pair.overlay_caption.startswith("What"))
        self._take("inspect-lowers", bench.window)
        inspect.pair.photo_view.toggle_actual_pixels()
        self._take("inspect-zoomed", bench.window)

    def _take_others(self, bench: "Workbench") -> None:
        from app.window.shell.rail import Place

        window = bench.window
        window.go_to(Place.MODELS)
        self._wait(lambda: "Reading" not in window.models.hint.text())
        self._take(Place.MODELS.value, window)
        window.go_to(Place.LIBRARY)
        window.show_keys()
        self._take_dialog("keys", window)
        window.show_about()
        self._take_dialog("about", window)

    def _take_walk(self, walk: Walk, bench: "Workbench", home: PersonsHome) -> None:
        walk(bench, home, take=lambda name: self._take(name, bench.window), wait=self._wait)

    def _take_dialog(self, name: str, window: "QWidget") -> None:
        dialog = _dialog(window)
        assert dialog is not None
        self._take(name, dialog)
        dialog.close()

    def _take(self, name: str, widget: "QWidget") -> None:
        for theme in _THEMES:
            self._change_theme(theme)
            _let_pass(_SETTLE_MS)
            path = self._out / f"{name}-{theme}.webp"
            if not widget.grab().save(str(path), quality=_WEBP_QUALITY):
                raise OSError(f"{path} could not be written.")
            sys.stderr.write(f"{path}\n")

    def _wait(self, condition: Callable[[], object]) -> None:
        began_s = time.monotonic()
        while not condition():
            _let_pass(10)
            if time.monotonic() - began_s > _LONGEST_S:
                raise TimeoutError("The window did not come to what was to be photographed.")


def _hide_other_folders(tree: "FolderTree") -> None:
    """Leave out of the tree what only the machine that takes the pictures has."""
    model = tree.model()
    parent = tree.currentIndex().parent()
    while parent.isValid():
        usual = _USUAL_FOLDERS.get(tree.folder_at(parent))
        if usual is not None:
            for row in range(model.rowCount(parent)):
                path = tree.folder_at(model.index(row, 0, parent))
                is_foreign = path.name not in usual and not Path.home().is_relative_to(path)
                tree.setRowHidden(row, parent, is_foreign)
        parent = parent.parent()


def _let_pass(time_ms: int) -> None:
    # Not QTest.qWait, which keeps Python's lock, so that the scorer's thread would hardly move.
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(time_ms, loop.quit)
    loop.exec()


def _dialog(window: "QWidget") -> "QWidget | None":
    from PySide6.QtWidgets import QDialog

    shown = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    return shown[0] if shown else None


def _num_rated(bench: "Workbench") -> int:
    columns = bench.photos.columns
    return bench.photos.num_photos - int(columns.is_unrated.sum())


if __name__ == "__main__":
    sys.exit(main())
