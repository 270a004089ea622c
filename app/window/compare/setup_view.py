"""Setting up a contest: which photos, which models, how many pairs, who judges."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.window.compare.contest_desk import ContestRequest, ModelChoice
from app.window.widgets.headings import centred, dim, heading
from app.window.widgets.path_chooser import PathChooser
from app.window.widgets.plain_text import plain_tool_tip
from engine.contest.pairs import PairRules, num_possible_pairs
from engine.counted import counted

_WIDTH_PX = 640
_SECONDS_PER_PAIR = 8
_SOURCE = Qt.ItemDataRole.UserRole


class SetupView(QWidget):
    """A form; its start button is on once the form makes sense.

    Signals:
        start_wanted(ContestRequest): prepare this contest.
        back_wanted(): never mind.
    """

    start_wanted = Signal(object)
    back_wanted = Signal()

    def __init__(self, chooser: PathChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chooser = chooser
        self._folder: Path | None = None
        self.setAccessibleName(self.tr("New contest"))
        self._make_fields()
        column = QFrame()
        column.setFixedWidth(_WIDTH_PX)
        rows = QVBoxLayout(column)
        rows.setSpacing(14)
        rows.addWidget(heading(self.tr("New contest")))
        rows.addLayout(self._form())
        rows.addWidget(self.summary)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.start_button)
        rows.addLayout(buttons)
        self.setLayout(centred(column))
        self._on_changed()

    def set_folder(self, folder: Path | None) -> None:
        """The photos to fight about."""
        self._folder = folder
        self.folder_label.setText(self.tr("None chosen yet") if folder is None else str(folder))
        self.folder_label.setToolTip("" if folder is None else plain_tool_tip(str(folder)))
        self._on_changed()

    @property
    def folder(self) -> Path | None:
        """The folder as it is chosen now."""
        return self._folder

    def set_rater(self, name: str) -> None:
        """Who judges."""
        self.rater.setText(name)

    def show_models(self, models: list[ModelChoice]) -> None:
        """Offer these; what was checked or added stays so."""
        checked = set(self.sources())
        added = [
            self.models.item(row).data(_SOURCE)
            for row in range(self.models.count())
            if self.models.item(row).data(_SOURCE + 1)
        ]
        is_first = self.models.count() == 0
        self.models.clear()
        for model in models:
            label = self.tr("%s (bundled)") % model.name if model.is_bundled else model.name
            is_checked = model.source in checked or (is_first and model.is_bundled)
            self._add_item(label, model.source, is_checked=is_checked, is_added=False)
        for source in added:
            self._add_item(_shown(source), source, is_checked=source in checked, is_added=True)
        self._on_changed()

    def add_model(self, source: str) -> None:
        """Offer a model file or the folder of a run, checked."""
        for row in range(self.models.count()):
            if self.models.item(row).data(_SOURCE) == source:
                self.models.item(row).setCheckState(Qt.CheckState.Checked)
                return
        self._add_item(_shown(source), source, is_checked=True, is_added=True)
        self._on_changed()

    def sources(self) -> tuple[str, ...]:
        """The models that are checked, in their order."""
        items = (self.models.item(row) for row in range(self.models.count()))
        return tuple(
            item.data(_SOURCE) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def request(self) -> ContestRequest | None:
        """What the form says, or None while it does not make sense."""
        rater = self.rater.text().strip()
        if self._folder is None or len(self.sources()) < 2 or not rater:
            return None
        return ContestRequest(
            folder=self._folder, sources=self.sources(), rules=self._rules(), rater=rater
        )

    def _make_fields(self) -> None:
        self.folder_label = QLabel(self.tr("None chosen yet"))
        self.folder_label.setTextFormat(Qt.TextFormat.PlainText)
        self.folder_button = QPushButton(self.tr("Choose…"))
        self.folder_button.setAccessibleName(self.tr("Choose the folder of the photos"))
        self.folder_button.clicked.connect(self._choose_folder)
        self.models = QListWidget()
        self.models.setAccessibleName(self.tr("Models"))
        self.models.setMinimumHeight(150)
        self.models.setSpacing(2)
        self.models.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.models.itemChanged.connect(self._on_changed)
        self.file_button = QPushButton(self.tr("Add a model file…"))
        self.file_button.clicked.connect(self._choose_file)
        self.run_button = QPushButton(self.tr("Add a run…"))
        self.run_button.clicked.connect(self._choose_run)
        self.levels = _spin(1, 12, 6, self.tr("Levels of quality"))
        self.pairs = _spin(1, 20, 1, self.tr("Pairs per level"))
        self.controls = _spin(0, 100, 6, self.tr("Random pairs"))
        for spin in (self.levels, self.pairs, self.controls):
            spin.valueChanged.connect(self._on_changed)
        self.rater = QLineEdit()
        self.rater.setPlaceholderText(self.tr("Your name, to tell several people's answers apart"))
        self.rater.textChanged.connect(self._on_changed)
        self.summary = dim()
        self.start_button = QPushButton(self.tr("Start"))
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self._start)
        self.back_button = QPushButton(self.tr("Back"))
        self.back_button.clicked.connect(self.back_wanted)

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        folder = QHBoxLayout()
        folder.addWidget(self.folder_label, 1)
        folder.addWidget(self.folder_button)
        form.addRow(self.tr("Photos"), folder)
        models = QVBoxLayout()
        models.setSpacing(6)
        models.addWidget(self.models)
        more = QHBoxLayout()
        more.setSpacing(8)
        more.addWidget(self.file_button)
        more.addWidget(self.run_button)
        more.addStretch(1)
        models.addLayout(more)
        form.addRow(self.tr("Models"), models)
        form.addRow(self.tr("Levels of quality"), _left(self.levels))
        form.addRow(self.tr("Pairs per level"), _left(self.pairs))
        form.addRow(self.tr("Random pairs"), _left(self.controls))
        form.addRow(self.tr("Judge"), self.rater)
        return form

    def _rules(self) -> PairRules:
        return PairRules(
            num_levels=self.levels.value(),
            pairs_per_level=self.pairs.value(),
            num_controls=self.controls.value(),
        )

    def _add_item(self, label: str, source: str, *, is_checked: bool, is_added: bool) -> None:
        item = QListWidgetItem(label)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
        item.setData(_SOURCE, source)
        item.setData(_SOURCE + 1, is_added)
        item.setToolTip(plain_tool_tip(source))
        item.setCheckState(Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked)
        self.models.addItem(item)

    def _choose_folder(self) -> None:
        chosen = self._chooser.folder(self, self.tr("The photos of the contest"))
        if chosen is not None:
            self.set_folder(chosen)

    def _choose_file(self) -> None:
        chosen = self._chooser.model_file(self, self.tr("A model file"))
        if chosen is not None:
            self.add_model(str(chosen))

    def _choose_run(self) -> None:
        chosen = self._chooser.folder(self, self.tr("The folder of a run"))
        if chosen is not None:
            self.add_model(str(chosen))

    def _on_changed(self) -> None:
        num_models = len(self.sources())
        if num_models < 2:
            self.summary.setText(self.tr("Choose two models or more."))
        else:
            number = num_possible_pairs(num_models, self._rules())
            minutes = max(1, round(number * _SECONDS_PER_PAIR / 60))
            self.summary.setText(
                self.tr("Up to %s to judge, about %s. You can stop at any time.")
                % (counted(number, "pair"), counted(minutes, "minute"))
            )
        self.start_button.setEnabled(self.request() is not None)

    def _start(self) -> None:
        request = self.request()
        if request is not None:
            self.start_wanted.emit(request)


def _shown(source: str) -> str:
    """The end of a path first, as the beginnings are often all the same."""
    path = Path(source)
    return f"{path.name}   {path.parent}"


def _spin(least: int, most: int, value: int, name: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setValue(value)
    spin.setAccessibleName(name)
    spin.setMinimumWidth(90)
    return spin


def _left(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(widget)
    row.addStretch(1)
    return row
