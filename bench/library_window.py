"""One window of the library benchmark: does what a person would, and prints what it measured."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.window.main import WindowRequest, Workbench, make_application
from app.window.photo_list.photo_order import PhotoFilter, SortKey

_TICK_MS = 2
_SCROLL_STEPS = 400
_NUM_SORTS = 6
_GIVE_UP_S = 120


class Ticks(QObject):
    """Ticks as fast as the window's thread lets it; a long time between two ticks is a stall."""

    def __init__(self, on_tick: Callable[[], None]) -> None:
        super().__init__()
        self._on_tick = on_tick
        self._last_s = time.perf_counter()
        self.longest_ms = 0.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def begin(self) -> None:
        """Measure from here."""
        self.longest_ms = 0.0
        self._last_s = time.perf_counter()

    def _on_timeout(self) -> None:
        now_s = time.perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now_s - self._last_s))
        self._on_tick()
        self._last_s = now_s


class Visit(QObject):
    """Opens the folder, looks, scrolls to the end, sorts and filters, step by step."""

    def __init__(self, workbench: Workbench, folder: Path) -> None:
        super().__init__()
        self._page = workbench.window.library
        self._photos = workbench.photos
        self.figures: dict[str, float] = {}
        self._num_steps = 0
        self._step = self._look
        self._ticks = Ticks(self._on_tick)
        self._begun_s = time.perf_counter()
        self._is_listed = False
        self._page._folder.scanned.connect(self._on_scanned)  # noqa: SLF001 its own benchmark
        workbench.window.open_folder(folder)

    def _on_tick(self) -> None:
        if time.perf_counter() - self._begun_s > _GIVE_UP_S:
            raise SystemExit(f"The benchmark hangs in {self._step.__name__}.")
        self._step()

    def _since(self) -> float:
        return time.perf_counter() - self._begun_s

    def _on_scanned(self) -> None:
        self._is_listed = True
        assert not self._photos.unrated_paths(), "scores were remembered"
        self.figures["all_scores_s"] = self._since()

    def _look(self) -> None:
        first, last = self._page.grid.visible_rows
        if first < 0:
            return
        entries = [self._photos.entry(row) for row in range(first, last + 1)]
        num_there = sum(self._photos.thumbnail_of(entry) is not None for entry in entries)
        if num_there > 0:
            self.figures.setdefault("first_thumbnails_s", self._since())
        if num_there == len(entries):
            self.figures.setdefault("first_screen_s", self._since())
            if self._is_listed:
                self.figures["longest_stall_listing_ms"] = self._ticks.longest_ms
                self._go_on(self._scroll)

    def _scroll(self) -> None:
        bar = self._page.grid.verticalScrollBar()
        self._num_steps += 1
        bar.setValue(bar.maximum() * self._num_steps // _SCROLL_STEPS)
        if self._num_steps == _SCROLL_STEPS:
            self.figures["longest_stall_scrolling_ms"] = self._ticks.longest_ms
            self._go_on(self._sort)

    def _sort(self) -> None:
        self._num_steps += 1
        match self._num_steps % 3:
            case 0:
                self._photos.set_sort(SortKey.SCORE, is_descending=self._num_steps % 2 == 0)
            case 1:
                self._photos.set_filter(PhotoFilter(lowest_score=40.0 + self._num_steps))
            case 2:
                self._photos.set_filter(PhotoFilter())
        if self._num_steps == _NUM_SORTS:
            self._go_on(self._end)

    def _end(self) -> None:
        self._num_steps += 1
        if self._num_steps == 2:  # the last step's own stall is counted by now
            self.figures["longest_stall_sorting_ms"] = self._longest_sorting_ms
            self.figures["memory_mb"] = psutil.Process().memory_info().rss / 1e6
            QApplication.quit()

    def _go_on(self, step: Callable[[], None]) -> None:
        self._longest_sorting_ms = self._ticks.longest_ms
        self._step = step
        self._num_steps = 0
        self._ticks.begin()


def main() -> None:
    """Arguments: when the process was begun, what to measure, and the folder."""
    begun_s, what, *folder = sys.argv[1:]
    application = make_application()
    workbench = Workbench(WindowRequest())
    workbench.settings.change(rates_on_open=False, model_id="made-up@000000000000", num_crops=4)
    workbench.window.resize(1280, 800)
    workbench.window.show()
    application.processEvents()
    figures = {"shown_s": time.time() - float(begun_s)}
    if what == "library":
        # The decoders are loaded when the first thumbnail is made, once per window.
        from engine.photos import decode

        assert decode
        visit = Visit(workbench, Path(folder[0]))
        application.exec()
        figures = visit.figures
    workbench.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
