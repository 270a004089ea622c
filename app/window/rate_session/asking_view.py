"""One photo, and how good the person finds it."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.rating_session.asking import LOOK_EVERY
from app.window.photo_view.image_view import ImageView
from app.window.photo_view.photo_loader import LoadedPhoto, PhotoLoader
from app.window.photo_view.view_state import ViewState
from app.window.widgets.headings import dim
from app.window.widgets.plain_text import plain
from engine.counted import counted

_STAMP = "session"  # the photos of a session are taken not to change while they are rated
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class AskingView(QWidget):
    """Shows one photo after the other; 1 to 5 rate it, space says that one can't say.

    `actions` are the same as menu entries, which work while the view is seen.

    Signals:
        answered(object stars, int took_ms): 1 to 5, or None for "can't say".
        undo_wanted(): take back the answer before.
        pause_wanted(): leave the session for now.
        unreadable(Path, str): the photo can't be shown, and why.
    """

    answered = Signal(object, int)
    undo_wanted = Signal()
    pause_wanted = Signal()
    unreadable = Signal(object, str)

    def __init__(self, loader: PhotoLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._photo: Path | None = None
        self._seen_at_s = 0.0
        self._has_asked_whole = False
        self.setAccessibleName(self.tr("Rate the photo"))
        self.view = ImageView(self.tr("The photo to rate"))
        self._make_controls()
        self._make_actions()
        self._lay_out()
        loader.loaded.connect(self._take)
        loader.failed.connect(self._on_load_failed)
        self.view.more_pixels_wanted.connect(self._load_whole)
        self._keys: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Space: partial(self._say, None),
            Qt.Key.Key_Z: self.view.toggle_actual_pixels,
            Qt.Key.Key_Plus: partial(self.view.zoom_by, 1),
            Qt.Key.Key_Equal: partial(self.view.zoom_by, 1),
            Qt.Key.Key_Minus: partial(self.view.zoom_by, -1),
            Qt.Key.Key_Escape: self.pause_wanted.emit,
        }
        for stars in range(1, 6):
            self._keys[Qt.Key(Qt.Key.Key_0.value + stars)] = partial(self._say, stars)
        self._enable()

    @property
    def photo(self) -> Path | None:
        """The photo that is asked about."""
        return self._photo

    def show_photo(self, photo: Path) -> None:
        """Ask about a photo."""
        self._photo = photo
        self._has_asked_whole = False
        self.view.set_state(ViewState())
        self.view.say("")
        loaded = self._loader.load(photo, _STAMP)
        if loaded is not None:
            self._take(loaded)
        self._enable()
        self.view.setFocus()

    def show_nothing(self, sentence: str) -> None:
        """Nothing to ask about now, and why."""
        self._photo = None
        self.view.say(sentence)
        self._enable()

    def prepare(self, photo: Path) -> None:
        """Read a photo that comes soon."""
        self._loader.prepare(photo, _STAMP)

    def show_progress(self, num_ratings: int, *, until_look: int, can_undo: bool) -> None:
        """How many ratings this person gave, and how many are left until the model is fitted."""
        self.counter.setText(
            self.tr("%s, %d more until a model is fitted")
            % (counted(num_ratings, "rating"), until_look)
        )
        self.progress.setValue(LOOK_EVERY - until_look)
        self.undo_button.setEnabled(can_undo)
        self.undo_action.setEnabled(can_undo and self.isVisible())

    def show_learned(self, sentence: str) -> None:
        """What the model has learned so far, in a sentence."""
        self.learned.setText(sentence)
        self.learned.setVisible(bool(sentence))

    def event(self, event: QEvent) -> bool:
        # The keys of the session mean something else in the rest of the window (Ctrl+Z, say), so
        # they are claimed before the window's own shortcuts are looked at.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_plain = event.modifiers() in _PLAIN
            if event.matches(QKeySequence.StandardKey.Undo) or (
                is_plain and event.key() in self._keys
            ):
                event.accept()
                return True
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._enable()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            if self.undo_button.isEnabled():
                self.undo_wanted.emit()
            return
        act = self._keys.get(Qt.Key(event.key()))
        if act is None or event.modifiers() not in _PLAIN:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():  # a key held down must not rate ten photos
            act()

    def _make_controls(self) -> None:
        self.question = plain(QLabel(self.tr("How good is this photo?")))
        self.counter = dim()
        self.counter.setWordWrap(False)
        self.progress = QProgressBar()
        self.progress.setRange(0, LOOK_EVERY)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Ratings until the model is fitted again"))
        self.pause_button = QPushButton(self.tr("Pause"))
        self.pause_button.setToolTip(self.tr("Every answer is kept; go on at any time (Esc)"))
        self.pause_button.clicked.connect(self.pause_wanted)
        names = {
            1: self.tr("bad"),
            2: self.tr("poor"),
            3: self.tr("fair"),
            4: self.tr("good"),
            5: self.tr("excellent"),
        }
        self.star_buttons = {stars: self._star_button(stars, name) for stars, name in names.items()}
        self.cant_say_button = QPushButton(self.tr("Can't say (space)"))
        self.cant_say_button.setFlat(True)
        self.cant_say_button.clicked.connect(lambda: self._say(None))
        self.undo_button = QPushButton(self.tr("Undo"))
        self.undo_button.setFlat(True)
        self.undo_button.setToolTip(self.tr("Take back the answer before (Ctrl+Z)"))
        self.undo_button.clicked.connect(self.undo_wanted)
        for button in (self.cant_say_button, self.undo_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.learned = dim()
        self.learned.hide()

    def _star_button(self, stars: int, name: str) -> QPushButton:
        button = QPushButton(f"{stars}  {name}")
        button.setToolTip(self.tr("Key %d") % stars)
        button.setMinimumHeight(36)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMaximumWidth(150)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._say(stars))
        return button

    def _make_actions(self) -> None:
        self.actions_of_stars = [
            self._action(button.text().replace("  ", " "), str(stars), partial(self._say, stars))
            for stars, button in self.star_buttons.items()
        ]
        self.cant_say_action = self._action(self.tr("Can't say"), "Space", partial(self._say, None))
        self.undo_action = self._action(
            self.tr("Take back the answer before"), "Ctrl+Z", self.undo_wanted.emit
        )
        self.pause_action = self._action(self.tr("Pause"), "Esc", self.pause_wanted.emit)

    def _action(self, text: str, key: str, act: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        # The key itself is claimed above; here it is only told, and must be nobody else's.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: act())
        return action

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.question)
        top.addStretch(1)
        top.addWidget(self.counter)
        top.addSpacing(10)
        top.addWidget(self.pause_button)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        answers.addWidget(self.undo_button)
        answers.addStretch(1)
        for button in self.star_buttons.values():
            answers.addWidget(button, 2)
        answers.addStretch(1)
        answers.addWidget(self.cant_say_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 8, 10, 10)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.progress)
        rows.addWidget(self.view, 1)
        rows.addWidget(self.learned)
        rows.addLayout(answers)

    def _say(self, stars: int | None) -> None:
        if self._photo is None or not self.view.has_photo:
            return
        took_ms = round(1000 * (time.monotonic() - self._seen_at_s))
        self.answered.emit(stars, took_ms)

    def _enable(self) -> None:
        can_say = self._photo is not None and self.view.has_photo
        for button in (*self.star_buttons.values(), self.cant_say_button):
            button.setEnabled(can_say)
        is_seen = self.isVisible()
        for action in (*self.actions_of_stars, self.cant_say_action):
            action.setEnabled(can_say and is_seen)
        self.undo_action.setEnabled(is_seen and self.undo_button.isEnabled())
        self.pause_action.setEnabled(is_seen)

    def _take(self, loaded: LoadedPhoto) -> None:
        if loaded.path != self._photo:
            return
        if not self.view.has_photo:
            self._seen_at_s = time.monotonic()
        self.view.show_photo(loaded.colour, loaded.photo_size)
        self._enable()

    def _on_load_failed(self, path: Path, reason: str) -> None:
        if path == self._photo:
            self.unreadable.emit(path, reason)

    def _load_whole(self) -> None:
        if self._photo is None or self._has_asked_whole:
            return
        self._has_asked_whole = True
        whole = self._loader.load(self._photo, _STAMP, is_whole=True)
        if whole is not None:
            self._take(whole)
