"""The page after the labels: what Discern will do with them, and the button that does it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from app.own_model.pace import MachinePace, MeasuresPace
from app.window.jobs.runner import Job, JobControl, JobRunner
from app.window.train.step import Step, dim, words
from engine.counted import counted
from engine.personal.plan import Plan, plan_of

if TYPE_CHECKING:  # loads SciPy, which the window must not wait for
    from app.runs.label_review import LabelReview

_NUM_TRIED = 3


class PlanStep(Step):
    """Says in words what will be done, and does it at one press.

    Signals:
        make_wanted(): make a model of one's own from the labels.
        choose_wanted(): show the pages of everything technical.
    """

    make_wanted = Signal()
    choose_wanted = Signal()

    def __init__(
        self, jobs: JobRunner, measure: MeasuresPace, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            self.tr("Your model"),
            self.tr(
                "Discern learns to rate as your labels do. It starts from the model in use, which"
                " knows much about photos already, and learns what you like better or worse."
            ),
            parent,
        )
        self._jobs = jobs
        self._measure = measure
        self._job: Job | None = None
        self._generation = 0
        self._points: Mapping[Path, float] = {}
        self._name = ""
        self._paced: tuple[Path, ...] = ()  # the photos that the pace is about
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

    @property
    def name_of_labels(self) -> str:
        """What the labels are called."""
        return self._name

    @property
    def points(self) -> Mapping[Path, float]:
        """The labels in points from 0 to 100, higher is better."""
        return self._points

    def show_labels(self, review: "LabelReview") -> None:
        """Plan for these labels."""
        usable = review.usable
        self._name = review.read.name
        self._points = {photo.path: usable.range.to_0_100(photo.score) for photo in usable.photos}
        self.plan = None
        self._show_plan()

    def look(self) -> None:
        """Try a few photos on this machine, unless it was done for these labels."""
        photos = tuple(self._points)
        if photos == self._paced or not photos:
            self._show_plan()
            return
        self._paced = photos
        self._generation += 1
        if self._job is not None:
            self._job.cancel()
        measure = self._measure

        def work(control: JobControl) -> MachinePace | None:
            return measure(photos, num_tried=_NUM_TRIED, should_stop=lambda: control.is_cancelled)

        self._job = Job(work, generation=self._generation)
        self._job.finished.connect(self._on_measured)
        self._job.failed.connect(self._on_not_measured)
        self.looking.setText(
            self.tr("Trying it on %s, to see how long this machine takes…")
            % counted(min(_NUM_TRIED, len(photos)))
        )
        self.bar.show()
        self._jobs.start(self._job)

    def _on_measured(self, generation: int, pace: MachinePace | None) -> None:
        if generation != self._generation:
            return
        self._job = None
        if pace is not None:
            self.plan = plan_of(
                len(self._points),
                has_gpu=pace.has_gpu,
                seconds_per_photo=pace.seconds_per_photo,
                num_known=pace.num_known,
            )
        self.looking.setText("")
        self.bar.hide()
        self._show_plan()

    def _on_not_measured(self, generation: int, sentence: str) -> None:
        if generation == self._generation:
            self._job = None
            self._paced = ()
            self.looking.setText(sentence)
            self.bar.hide()

    def _show_plan(self) -> None:
        number = counted(len(self._points), "label")
        if self.plan is None:
            self.what.setText(self.tr("%s: a model of your own on top of the one in use.") % number)
        else:
            self.what.setText(self.plan.words())
        self.make_button.setEnabled(self.plan is None or self.plan.way != "more_labels")

    def _lay_out(self) -> None:
        font = self.what.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.what.setFont(font)
        self.bar.hide()
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
    " put on top of it, so it rates as fast and needs little room.\n"
    "GPU: a graphics card that computes. Without one a model of your own still takes less than a"
    " minute or two; only a full training of a network is slow.\n"
    "Full training: a whole network learns from your labels. It pays from several hundred labels"
    " on, and takes hours without a GPU."
)
