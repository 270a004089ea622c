"""The blind duel: two photos side by side, and what is said of them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.window.photo_view.image_view import ImageView, lock_together
from app.window.photo_view.photo_loader import LoadedPhoto, PhotoLoader
from app.window.photo_view.view_state import ViewState
from app.window.widgets.headings import dim
from engine.contest.verdicts import Choice, ShownPair

_USUAL_CONFIDENCE = 50
_STAMP = "contest"  # the photos of a contest are taken not to change while it is judged
_PLAIN = Qt.KeyboardModifier.NoModifier


class DuelView(QWidget):
    """Shows one pair after the other. Which model thinks what is not known here.

    Left and right say which photo looks better, down that both are equal, space that one can't
    say; 1 to 5 say how much better.

    Signals:
        answered(Choice, int confidence): what was said of the pair that is shown.
        undo_wanted(): take back the answer before.
        pause_wanted(): leave the contest for now.
    """

    answered = Signal(object, int)
    undo_wanted = Signal()
    pause_wanted = Signal()

    def __init__(self, loader: PhotoLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._pair: ShownPair | None = None
        self._paths: tuple[Path, Path] | None = None
        self._asked_whole: set[Path] = set()
        self.setAccessibleName(self.tr("Judge the pair"))
        self.left = ImageView(self.tr("Left photo"))
        self.right = ImageView(self.tr("Right photo"))
        lock_together(self.left, self.right)
        self._make_controls()
        self._lay_out()
        loader.loaded.connect(self._on_loaded)
        loader.failed.connect(self._on_load_failed)
        self.left.more_pixels_wanted.connect(lambda: self._load_whole(0))
        self.right.more_pixels_wanted.connect(lambda: self._load_whole(1))
        self._keys: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Left: partial(self._say, Choice.LEFT),
            Qt.Key.Key_Right: partial(self._say, Choice.RIGHT),
            Qt.Key.Key_Down: partial(self._say, Choice.EQUAL),
            Qt.Key.Key_Space: partial(self._say, Choice.CANT_SAY),
            Qt.Key.Key_Z: self.left.toggle_actual_pixels,
            Qt.Key.Key_Plus: partial(self.left.zoom_by, 1),
            Qt.Key.Key_Equal: partial(self.left.zoom_by, 1),
            Qt.Key.Key_Minus: partial(self.left.zoom_by, -1),
            Qt.Key.Key_Escape: self.pause_wanted.emit,
        }
        for number in range(1, 6):
            key = Qt.Key(Qt.Key.Key_0.value + number)
            self._keys[key] = partial(self.slider.setValue, 20 * number)

    @property
    def pair(self) -> ShownPair | None:
        """The pair that is shown."""
        return self._pair

    @property
    def has_both_photos(self) -> bool:
        """Whether both photos can be seen."""
        return self.left.has_photo and self.right.has_photo

    def show_pair(self, pair: ShownPair, *, number: int, total: int, can_undo: bool) -> None:
        """Show a pair; it is the number-th of all."""
        self._pair = pair
        high, low = pair.pair.high, pair.pair.low
        self._paths = (high, low) if pair.is_high_left else (low, high)
        self._asked_whole = set()
        self.progress.setRange(0, total)
        self.progress.setValue(number - 1)
        self.counter.setText(self.tr("%d of %d") % (number, total))
        self.undo_button.setEnabled(can_undo)
        self.slider.setValue(_USUAL_CONFIDENCE)
        for view, path in zip((self.left, self.right), self._paths, strict=True):
            view.set_state(ViewState())
            view.say("")
            loaded = self._loader.load(path, _STAMP)
            if loaded is not None:
                self._take(loaded)
        self._enable_answers()
        self.left.setFocus()

    def prepare(self, pair: ShownPair) -> None:
        """Read the photos of a pair that comes soon."""
        for path in (pair.pair.high, pair.pair.low):
            self._loader.prepare(path, _STAMP)

    def event(self, event: QEvent) -> bool:
        # The keys of the duel mean something else in the rest of the window (Ctrl+Z, say), so
        # they are claimed before the window's own shortcuts are looked at.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_plain = event.modifiers() in (_PLAIN, Qt.KeyboardModifier.KeypadModifier)
            if event.matches(QKeySequence.StandardKey.Undo) or (
                is_plain and event.key() in self._keys
            ):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            if self.undo_button.isEnabled():
                self.undo_wanted.emit()
            return
        act = self._keys.get(Qt.Key(event.key()))
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():  # a key held down must not answer ten pairs
            act()

    def _make_controls(self) -> None:
        self.counter = dim()
        self.counter.setWordWrap(False)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Pairs judged"))
        self.pause_button = QPushButton(self.tr("Pause"))
        self.pause_button.setToolTip(self.tr("Every answer is saved; go on whenever you like."))
        self.pause_button.clicked.connect(self.pause_wanted)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, 100)
        self.slider.setFixedWidth(260)
        self.slider.setAccessibleName(self.tr("How much better"))
        self.slider.setToolTip(self.tr("How much better the photo you choose looks: keys 1 to 5"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.left_button = self._button(self.tr("←  Left looks better"), Choice.LEFT)
        self.equal_button = self._button(self.tr("↓  Both equal"), Choice.EQUAL)
        self.right_button = self._button(self.tr("Right looks better  →"), Choice.RIGHT)
        self.cant_say_button = self._button(self.tr("Can't say (space)"), Choice.CANT_SAY)
        self.cant_say_button.setFlat(True)
        self.undo_button = QPushButton(self.tr("Undo"))
        self.undo_button.setFlat(True)
        self.undo_button.setToolTip(self.tr("Take back the answer before (Ctrl+Z)"))
        self.undo_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.undo_button.clicked.connect(self.undo_wanted)

    def _button(self, text: str, choice: Choice) -> QPushButton:
        button = QPushButton(text)
        button.setMinimumHeight(36)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._say(choice))
        return button

    def _lay_out(self) -> None:
        question = QLabel(self.tr("Which photo looks better?"))
        top = QHBoxLayout()
        top.addWidget(question)
        top.addStretch(1)
        top.addWidget(self.counter)
        top.addSpacing(10)
        top.addWidget(self.pause_button)
        photos = QHBoxLayout()
        photos.setSpacing(6)
        photos.addWidget(self.left, 1)
        photos.addWidget(self.right, 1)
        amount = QHBoxLayout()
        amount.addStretch(1)
        amount.addWidget(dim_line(self.tr("How much better:   barely")))
        amount.addWidget(self.slider)
        amount.addWidget(dim_line(self.tr("far")))
        amount.addStretch(1)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        answers.addWidget(self.undo_button)
        answers.addStretch(1)
        answers.addWidget(self.left_button)
        answers.addWidget(self.equal_button)
        answers.addWidget(self.right_button)
        answers.addStretch(1)
        answers.addWidget(self.cant_say_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 8, 10, 10)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.progress)
        rows.addLayout(photos, 1)
        rows.addLayout(amount)
        rows.addLayout(answers)

    def _say(self, choice: Choice) -> None:
        if self._pair is None:
            return
        if choice is not Choice.CANT_SAY and not self.has_both_photos:
            return
        is_side = choice in (Choice.LEFT, Choice.RIGHT)
        self.answered.emit(choice, self.slider.value() if is_side else 0)

    def _enable_answers(self) -> None:
        for button in (self.left_button, self.equal_button, self.right_button):
            button.setEnabled(self.has_both_photos)

    def _take(self, photo: LoadedPhoto) -> None:
        if self._paths is None:
            return
        for view, path in zip((self.left, self.right), self._paths, strict=True):
            if path == photo.path:
                view.show_photo(photo.colour, photo.photo_size)
        self._enable_answers()

    def _on_loaded(self, photo: LoadedPhoto) -> None:
        self._take(photo)

    def _on_load_failed(self, path: Path, reason: str) -> None:
        if self._paths is None:
            return
        for view, shown in zip((self.left, self.right), self._paths, strict=True):
            if path == shown:
                view.say(
                    self.tr("This photo can't be shown; say that you can't say.\n\n%s") % reason
                )
        self._enable_answers()

    def _load_whole(self, side: int) -> None:
        if self._paths is None or self._paths[side] in self._asked_whole:
            return
        self._asked_whole.add(self._paths[side])
        whole = self._loader.load(self._paths[side], _STAMP, is_whole=True)
        if whole is not None:
            self._take(whole)


def dim_line(text: str) -> QLabel:
    """Words that stand back, in one line."""
    label = dim(text)
    label.setWordWrap(False)
    return label
