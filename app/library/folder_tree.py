"""The folders of this machine as a tree; choosing one opens it."""

from pathlib import Path

from PySide6.QtCore import QDir, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFileIconProvider, QFileSystemModel, QTreeView, QWidget


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
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)

    def show_folder(self, folder: Path) -> None:
        """Unfold the tree down to a folder and mark it."""
        index = self._folders.index(str(folder))
        if index.isValid():
            self.setCurrentIndex(index)
            self.expand(index)
            self.scrollTo(index, QTreeView.ScrollHint.PositionAtCenter)

    def folder_at(self, index: QModelIndex) -> Path:
        """The folder of a line."""
        return Path(self._folders.filePath(index))

    def _on_chosen(self, index: QModelIndex) -> None:
        self.folder_chosen.emit(self.folder_at(index))
