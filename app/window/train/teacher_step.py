"""The page of the teacher: the network, its starting weights, and who teaches."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from app.window.train.network_options import NetworkOptions
from app.window.train.recipe_box import RecipeBox
from app.window.train.step import Step, dim, form
from engine.networks.network_entry import NetworkEntry
from engine.networks.registry import trainable_entries
from trainer.config import NetworkConfig, TeacherConfig


class TeacherStep(Step):
    """Which network is trained, from which weights, and whether a teacher is trained first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Teacher"),
            self.tr(
                "The teacher is trained first, on the scores alone; the student then learns from"
                " the scores and from the teacher. Both are the same kind of network."
            ),
            parent,
        )
        self.architecture = QComboBox()
        self.options: dict[str, NetworkOptions] = {}
        for entry in trainable_entries():
            self.architecture.addItem(self.tr(entry.title), entry.name)
            self.options[entry.name] = NetworkOptions(entry)
        self.architecture.setAccessibleName(self.tr("Architecture"))
        self.about = dim()
        self.backbone = QComboBox()
        self.backbone.setEditable(True)
        self.backbone.setAccessibleName(self.tr("Backbone, by its name in timm"))
        self.backbone.setMinimumWidth(280)
        self.weights = QComboBox()
        self.weights.addItem(self.tr("Pretrained, fetched once from the hub"), "hub")
        self.weights.addItem(self.tr("From a file"), "file")
        self.weights.addItem(self.tr("None: start from chance (learns far less)"), "none")
        self.weights.setAccessibleName(self.tr("Starting weights"))
        self.weights_file = QLineEdit()
        self.weights_file.setAccessibleName(self.tr("File of the starting weights"))
        self.weights_button = QPushButton(self.tr("&File…"))
        self.trains = QRadioButton(self.tr("&Train a teacher (as in the paper)"))
        self.uses = QRadioButton(self.tr("&Use an existing model as teacher"))
        self._group = QButtonGroup(self)
        self._group.addButton(self.trains)
        self._group.addButton(self.uses)
        self.trains.setChecked(True)
        self.model_file = QLineEdit()
        self.model_file.setAccessibleName(self.tr("Model file of the teacher"))
        self.model_button = QPushButton(self.tr("F&ile…"))
        self.recipe = RecipeBox(self.tr("How the teacher is trained"))
        self.check_button = QPushButton(self.tr("&Check that they can be had"))
        self.checked = dim()
        self._lay_out()
        self._connect()
        self._on_architecture_chosen()

    @property
    def entry(self) -> NetworkEntry:
        """What the registry says of the chosen architecture."""
        return trainable_entries()[self.architecture.currentIndex()]

    def network_config(self) -> NetworkConfig:
        """The network, as the run's settings."""
        kind = self.weights.currentData()
        path = str(Path(self.weights_file.text().strip()).expanduser().absolute())
        return NetworkConfig(
            architecture=self.architecture.currentData(),
            backbone=self.backbone.currentText().strip() if self.entry.backbones else "",
            options=self.options[self.entry.name].values(),
            weights=path if kind == "file" else kind,
        )

    def teacher_config(self) -> TeacherConfig:
        """The teacher, as the run's settings. Raises ConfigError."""
        model = ""
        if self.uses.isChecked():
            model = str(Path(self.model_file.text().strip()).expanduser().absolute())
        return TeacherConfig(**self.recipe.values(), model=model)

    def allow_check(self) -> None:
        """The last look is over: another may be asked for."""
        self.check_button.setDisabled(False)

    def show_check(self, sentence: str, *, is_fine: bool) -> None:
        """Say what a look at the network and its weights has found."""
        self.checked.setText(sentence)
        self._check_problem = "" if is_fine else sentence
        self.set_problem(self._own_problem() or self._check_problem)

    def _lay_out(self) -> None:
        fields = form()
        fields.addRow(self.tr("&Architecture"), self.architecture)
        fields.addRow("", self.about)
        for options in self.options.values():
            fields.addRow(options)
        fields.addRow(self.tr("&Backbone"), self.backbone)
        self._fields = fields
        fields.addRow(self.tr("Starting &weights"), self.weights)
        self._weights_row = QWidget()
        fields.addRow("", _row(self._weights_row, self.weights_file, self.weights_button))
        self.rows.addLayout(fields)
        checking = QHBoxLayout()
        checking.addWidget(self.check_button)
        checking.addWidget(self.checked, 1)
        self.rows.addLayout(checking)
        self.rows.addSpacing(6)
        self.rows.addWidget(self.trains)
        self.rows.addWidget(self.recipe)
        self.rows.addWidget(self.uses)
        self._model_row = QWidget()
        self.rows.addWidget(_row(self._model_row, self.model_file, self.model_button))
        self.rows.addWidget(
            dim(
                self.tr(
                    "An existing teacher saves half of the time. It must be a Discern model that"
                    " sees crops of the same size, and must not have seen the test photos. If it"
                    " learned from other labels, its scores are brought to the scale of yours."
                )
            )
        )
        self.rows.addStretch(1)

    def _connect(self) -> None:
        self._check_problem = ""
        self.architecture.currentIndexChanged.connect(self._on_architecture_chosen)
        for options in self.options.values():
            options.changed.connect(self._on_edited)
        self.backbone.currentTextChanged.connect(self._on_edited)
        self.weights.currentIndexChanged.connect(self._on_edited)
        self.weights_file.textChanged.connect(self._on_edited)
        self.model_file.textChanged.connect(self._on_edited)
        self.uses.toggled.connect(self._on_edited)
        self.recipe.changed.connect(self._on_edited)
        self.weights_button.clicked.connect(lambda: self._ask(self.weights_file))
        self.model_button.clicked.connect(lambda: self._ask(self.model_file))

    def _on_architecture_chosen(self) -> None:
        entry, named = self.entry, self.backbone.currentText().strip()
        blocker = QSignalBlocker(self.backbone)
        self.backbone.clear()
        self.backbone.addItems(list(entry.backbones))
        if named and entry.backbones:
            self.backbone.setCurrentText(named)
        blocker.unblock()
        self.about.setText(f"{self.tr(entry.summary)} {self.tr(entry.sees)}")
        self._fields.setRowVisible(self.backbone, bool(entry.backbones))
        for name, options in self.options.items():
            self._fields.setRowVisible(options, name == entry.name and bool(entry.options))
        self._on_edited()

    def _on_edited(self) -> None:
        self._weights_row.setVisible(self.weights.currentData() == "file")
        self._model_row.setVisible(self.uses.isChecked())
        self.recipe.setVisible(self.trains.isChecked())
        self._check_problem = ""
        self.checked.setText("")
        self.set_problem(self._own_problem())

    def _own_problem(self) -> str:
        if self.entry.backbones and not self.backbone.currentText().strip():
            return self.tr("Name the backbone.")
        wanted = []
        if self.weights.currentData() == "file":
            wanted.append((self.weights_file, self.tr("starting weights")))
        if self.uses.isChecked():
            wanted.append((self.model_file, self.tr("teacher")))
        for edit, what in wanted:
            text = edit.text().strip()
            if not text:
                return self.tr("Choose the file of the %s.") % what
            if not Path(text).expanduser().is_file():
                return self.tr("There is no file %s.") % text
        return self.recipe.problem if self.trains.isChecked() else ""

    def _ask(self, edit: QLineEdit) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a file"), edit.text(), "*.safetensors *.pth *.pt *.bin *.whl"
        )
        if chosen:
            edit.setText(chosen)


def _row(row: QWidget, edit: QLineEdit, button: QPushButton) -> QWidget:
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(edit, 1)
    layout.addWidget(button)
    row.setMinimumWidth(440)
    return row
