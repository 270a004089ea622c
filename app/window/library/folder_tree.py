"""The folders of this machine as a tree; choosing one opens it."""

from pathlib import Path

from PySide6.QtCore import QDir, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileIconProvider, QFileSystemModel, QTreeView, QWidget

_SETTLE_MS = 60  # the model sorts a folder's lines a moment after it has read them


class FolderTree(QTreeView):
    """Folders, read in the background as they are unfolded.

    Signals:
        folder_chosen(Path): by a click or Enter.
    """

    folder_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Folders"))
        self._folders = QFileSystemModel(self)
        self._folders.setReadOnly(True)
        self._folders.setOption(QFileSystemModel.Option.DontUseCustomDirectoryIcons)
        self._folders.iconProvider().setOptions(
            QFileIconProvider.Option.DontUseCustomDirectoryIcons
        )
        self._folders.setFilter(QDir.Filter.Dirs | QDir.Filter.Drives | QDir.Filter.NoDotAndDotDot)
        self._folders.setRootPath("")
        self.setModel(self._folders)
        for column in range(1, self._folders.columnCount()):
            self.hideColumn(column)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setIndentation(14)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setExpandsOnDoubleClick(False)
        self._awaited: Path | None = None  # to be scrolled to once the folders above it are read
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._scroll_to_awaited)
        self._folders.directoryLoaded.connect(self._on_directory_loaded)
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)

    def show_folder(self, folder: Path) -> None:
        """Unfold the tree down to a folder and mark it."""
        self._awaited = folder
        self._scroll_to_awaited()

    def folder_at(self, index: QModelIndex) -> Path:
        """The folder of a line."""
        return Path(self._folders.filePath(index))

    def _scroll_to_awaited(self) -> None:
        index = self._folders.index(str(self._awaited))
        if index.isValid():
            self.setCurrentIndex(index)
            self.expand(index)
            self.scrollTo(index, QTreeView.ScrollHint.PositionAtCenter)

    def _on_directory_loaded(self, loaded: str) -> None:
        # Folders come in the background, each of them moving the lines below it.
        if self._awaited is not None and self._awaited.is_relative_to(loaded):
            self._timer.start()

    def _on_chosen(self, index: QModelIndex) -> None:
        self._awaited = None
        self.folder_chosen.emit(self.folder_at(index))
