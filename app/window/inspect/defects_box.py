"""What one look at a photo says: at work, in vain, or the defects with their colours."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.pictures.defect_certainty import not_seen_sentences
from app.window.inspect.defect_legend import DefectLegend
from app.window.inspect.defect_look import DefectLook
from app.window.widgets.headings import dim, title


class DefectsBox(QWidget):
    """A title, a line on what goes on, and the legend of what was seen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = dim()
        self.legend = DefectLegend()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(title(name))
        rows.addWidget(self.status)
        rows.addWidget(self.legend)
        self.say("")

    def say(self, words: str) -> None:
        """Show words instead of a look."""
        self.status.setText(words)
        self.status.setVisible(bool(words))
        self.legend.hide()

    def say_beside(self, words: str) -> None:
        """Show words above what was seen so far."""
        self.status.setText(words)
        self.status.show()

    def show_look(self, look: DefectLook, *, is_complete: bool = True) -> None:
        """Show what was seen, and how sure the rest is once everything was looked at."""
        seen = {defect.kind for defect in look.seen}
        silence = not_seen_sentences(look.card, seen, kinds=look.kinds) if is_complete else ()
        self.legend.show_look(look, "\n".join(silence))
        self.status.hide()
        self.legend.show()

    def lines(self) -> list[str]:
        """What is shown, as text: a line for each defect, then what was looked for in vain."""
        said = [] if self.status.isHidden() else [self.status.text()]
        if self.legend.isHidden():
            return said
        silence = [self.legend.silence] if self.legend.silence else []
        return [*said, *self.legend.lines(), *silence]
