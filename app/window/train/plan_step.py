"""The page after the labels: what Discern will do with them, and the button that does it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from app.window.jobs.runner import Job, JobRunner
from app.window.train.step import Step, dim, words
from engine.counted import counted
from engine.personal.plan import Plan
from trainer.labels.label_set import LabelSet

if TYPE_CHECKING:  # loads SciPy, which the window must not wait for
    from app.runs.label_review import LabelReview

MakePlan = Callable[[LabelSet], Plan]
"""Tries some of the photos and plans; slow, for a job."""


class PlanStep(Step):
    """Says in words what will be done, and does it at one press.

    Signals:
        make_wanted(): make a model of one's own from the labels.
        choose_wanted(): show the pages of everything technical.
    """

    make_wanted = Signal()
    choose_wanted = Signal()

    def __init__(self, jobs: JobRunner, make_plan: MakePlan, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Your model"),
            self.tr(
                "Discern learns to rate as your labels do. It starts from the model in use, which"
                " knows much about photos already, and learns what you like better or worse."
            ),
            parent,
        )
        self._jobs = jobs
        self._make_plan = make_plan
        self._job: Job | None = None
        self._generation = 0
        self.labels: LabelSet | None = None
        self._planned: LabelSet | None = None  # what the plan is about
        self.plan: Plan | None = None
        self.what = words()
        self.looking = dim()
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("The machine is being looked at"))
        self.make_button = QPushButton(self.tr("&Make my model"))
        self.make_button.setMinimumHeight(40)
        self.make_button.setDefault(True)
        self.choose_button = QPushButton(self.tr("&Choose yourself…"))
        self.choose_button.setMinimumHeight(40)
        self.choose_button.setToolTip(
            self.tr("Teacher, student, networks, losses and all other settings of a full training")
        )
        self.why_button = QToolButton()
        self.why_button.setText("?")
        self.why_button.setCheckable(True)
        self.why_button.setAccessibleName(self.tr("What the words mean"))
        self.why_button.setToolTip(self.tr("What the words mean"))
        self.why = dim(_MEANINGS)
        self.why.hide()
        self._lay_out()
        self.make_button.clicked.connect(self.make_wanted)
        self.choose_button.clicked.connect(self.choose_wanted)
        self.why_button.toggled.connect(self.why.setVisible)

    def show_labels(self, review: "LabelReview") -> None:
        """Plan for these labels."""
        self.labels = review.usable
        if self._planned != self.labels:
            self.plan = None
        self._show_plan()

    def look(self) -> None:
        """Try a few photos on this machine, unless it was done for these labels."""
        labels = self.labels
        if labels is None or labels == self._planned or not labels.photos:
            return
        self._planned = labels
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
        make_plan = self._make_plan
        self._job = Job(lambda _: make_plan(labels), generation=self._generation)
        self._job.finished.connect(self._on_planned)
        self._job.failed.connect(self._on_not_planned)
        self._say(
            self.tr("Trying it on a few photos, to see how long this machine takes…"), is_busy=True
        )
        self._jobs.start(self._job)

    def _on_planned(self, generation: int, plan: Plan) -> None:
        if generation == self._generation:
            self._job = None
            self.plan = plan
            self._say("")
            self._show_plan()

    def _on_not_planned(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._job = None
            self._planned = None
            self._say(sentence)

    def _say(self, sentence: str, *, is_busy: bool = False) -> None:
        self.looking.setText(sentence)
        self.looking.setVisible(bool(sentence))
        self.bar.setVisible(is_busy)

    def _show_plan(self) -> None:
        number = 0 if self.labels is None else len(self.labels.photos)
        if self.plan is None:
            text = self.tr("%s: a model of your own on top of the one in use.")
            self.what.setText(text % counted(number, "label"))
        else:
            self.what.setText(self.plan.words())
        can_make = number > 0 and (self.plan is None or self.plan.way != "more_labels")
        self.make_button.setEnabled(can_make)

    def _lay_out(self) -> None:
        font = self.what.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.what.setFont(font)
        self._say("")
        self.rows.addWidget(self.what)
        self.rows.addWidget(self.bar)
        self.rows.addWidget(self.looking)
        buttons = QHBoxLayout()
        buttons.addWidget(self.make_button)
        buttons.addWidget(self.choose_button)
        buttons.addStretch(1)
        buttons.addWidget(self.why_button)
        self.rows.addLayout(buttons)
        self.rows.addWidget(
            dim(
                self.tr(
                    "Nothing changes before you have seen how well it does: your own model is"
                    " compared with the one in use on labels that it did not learn from, and you"
                    " decide which to keep."
                )
            )
        )
        self.rows.addWidget(self.why)
        self.rows.addStretch(1)


_MEANINGS = (
    "Label: a photo together with what you said of it, such as four stars.\n"
    "Model: what gives photos their scores. Discern comes with one; yours is a small part that is"
    " put on top of it, so it rates as fast.\n"
    "GPU: a graphics card that computes. A model of your own needs none; only a full training of a"
    " network is slow without.\n"
    "Full training: a whole network learns from your labels. It pays from several hundred labels"
    " on, and takes hours without a GPU."
)
