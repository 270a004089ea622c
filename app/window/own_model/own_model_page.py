"""The page of a model of one's own: makes it, tells what came of it, and puts it to use."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.window.own_model.making_view import MakingView
from app.window.own_model.own_model_desk import Order, OwnModelDesk
from app.window.own_model.verdict_view import VerdictView

if TYPE_CHECKING:  # loads PyTorch, which the window must not wait for
    from app.personal.make_personal import PersonalModel


class OwnModelPage(QStackedWidget):
    """While it is made, and what came of it.

    Signals:
        use_wanted(str): rate with the model of that name, which is in the library now.
        left(): back to where it was ordered from.
        said(str): something to tell above the page.
    """

    use_wanted = Signal(str)
    left = Signal()
    said = Signal(str)

    def __init__(self, desk: OwnModelDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Your own model"))
        self._desk = desk
        self._order: Order | None = None
        self._made: PersonalModel | None = None
        self.making = MakingView()
        self.verdict = VerdictView()
        self.addWidget(self.making)
        self.addWidget(self.verdict)
        self._connect()

    @property
    def made(self) -> "PersonalModel | None":
        """The model that is shown, once it is there."""
        return self._made

    def make(self, order: Order) -> None:
        """Begin to make a model, and show how far it is."""
        self._order = order
        self._made = None
        self.making.begin()
        self.setCurrentWidget(self.making)
        self.making.stop_button.setFocus()
        self._desk.make(order)

    def _connect(self) -> None:
        desk = self._desk
        desk.progressed.connect(self.making.show_progress)
        desk.made.connect(self._on_made)
        desk.stopped.connect(self.left)
        desk.failed.connect(self._on_failed)
        desk.discarding_failed.connect(self.said)
        self.making.stop_wanted.connect(desk.stop)
        self.verdict.use_wanted.connect(self._use)
        self.verdict.keep_wanted.connect(self._keep)
        self.verdict.retry_wanted.connect(self._retry)

    def _on_made(self, made: "PersonalModel") -> None:
        self._made = made
        self.setCurrentWidget(self.verdict)
        self.verdict.show_report(made.report, can_use=bool(made.name), left_out=dict(made.left_out))

    def _on_failed(self, sentence: str) -> None:
        self.setCurrentWidget(self.verdict)
        self.verdict.show_problem(sentence)

    def _retry(self) -> None:
        if self._order is not None:
            self.make(self._order)

    def _use(self) -> None:
        if self._made is not None and self._made.name:
            self.verdict.use_button.setEnabled(False)
            name, self._made = self._made.name, None
            self.use_wanted.emit(name)

    def _keep(self) -> None:
        """The model in use stays; a new one that nobody wants does not fill the library."""
        made, self._made = self._made, None
        if made is not None and made.name:
            self._desk.discard(made.name)
        self.left.emit()
