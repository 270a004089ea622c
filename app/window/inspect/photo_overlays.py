"""Which map lies over the inspected photo, and what is said of it on the way."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QImage

from app.window.inspect.defect_looks import DefectLooks, PhotoLooks
from app.window.inspect.explanations import Explanation, Explanations
from app.window.inspect.overlay_bar import OverlayBar
from app.window.inspect.own_pixels_look import SharpPlace
from app.window.inspect.photo_pair import PhotoPair
from app.window.inspect.side_panel import SidePanel
from app.window.settings import OVERLAY_SIDES, SettingsStore


@dataclass(slots=True)
class _Inspected:
    """The photo at hand, and what is known of it."""

    path: Path
    stamp: object
    looks: PhotoLooks | None = None
    look_failed: str = ""
    explanation: Explanation | None = None
    explanation_failed: str = ""
    is_explanation_asked: bool = False
    place: int = -1  # the sharp place that is seen at 100 %


class PhotoOverlays(QObject):
    """Asks for the maps of one photo, the defects first, and shows the one that was chosen."""

    def __init__(
        self,
        pair: PhotoPair,
        bar: OverlayBar,
        panel: SidePanel,
        *,
        looks: DefectLooks,
        explanations: Explanations,
        settings: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pair, self._bar, self._panel = pair, bar, panel
        self._looks = looks
        self._explanations = explanations
        self._settings = settings
        self._photo: _Inspected | None = None
        looks.looked.connect(self._on_looked)
        looks.failed.connect(self._on_look_failed)
        explanations.explained.connect(self._on_explained)
        explanations.failed.connect(self._on_explain_failed)
        panel.crops.crop_chosen.connect(self._on_crop_chosen)
        panel.own.sharpest_wanted.connect(self.go_to_sharpest)
        settings.changed.connect(self._show_all)
        self._show_all()

    @property
    def looks(self) -> PhotoLooks | None:
        """What is known of the photo's defects and of its own pixels."""
        return None if self._photo is None else self._photo.looks

    def begin(self, path: Path, stamp: object) -> None:
        """Show the maps of this photo: those that are known now, the others as they are made."""
        self._photo = _Inspected(path, stamp, self._looks.find(path, stamp))
        self._photo.explanation = self._explanations.find(path, stamp)
        self._pair.mark_box(QRectF())
        self._looks.ask(path, stamp)
        if self._photo.looks is not None:
            self._ask_for_explanation()
        self._show_all()

    def forget(self) -> None:
        """There is no photo to show maps of."""
        self._photo = None
        self._show_all()

    def switch_side(self) -> None:
        """Go on from the defects to what lowers the score, what raises it, and around."""
        place = OVERLAY_SIDES.index(self._settings.current.overlay_side)
        self._settings.change(overlay_side=OVERLAY_SIDES[(place + 1) % len(OVERLAY_SIDES)])

    def go_to_sharpest(self) -> None:
        """Show the sharpest place at 100 %, the next time the next one, then the whole photo.

        Without a known place: the middle at 100 %, and the whole photo again.
        """
        photo, view = self._photo, self._pair.shown_view
        places = self._places()
        if photo is None or not places:
            view.toggle_actual_pixels()
            return
        photo.place = 0 if view.state.scale is None else photo.place + 1
        if photo.place < len(places):
            view.show_actual_pixels_at(places[photo.place].middle)
        else:
            photo.place = -1
            view.show_whole()
        self._show_place()

    def _places(self) -> tuple[SharpPlace, ...]:
        return () if self.looks is None or self.looks.own is None else self.looks.own.places

    def _show_place(self) -> None:
        places = self._places()
        number = 0 if self._photo is None else max(self._photo.place, 0)
        box, loupe = (places[number].box, places[number].loupe) if places else (QRectF(), QImage())
        is_of_this_map = self._settings.current.overlay_side == "own_pixels"
        self._pair.overlay_view.mark_place(box if is_of_this_map else QRectF())
        self._panel.own.show_place(number, len(places), loupe)

    def _show_all(self) -> None:
        settings = self._settings.current
        self._bar.show_choices(
            is_on=settings.shows_overlay,
            shows_both=settings.shows_both,
            side=settings.overlay_side,
            opacity_percent=settings.overlay_opacity_percent,
        )
        self._pair.set_shown(
            shows_overlay=settings.shows_overlay, is_one_at_a_time=not settings.shows_both
        )
        self._pair.overlay_view.set_overlay_opacity(settings.overlay_opacity_percent / 100)
        self._panel.show_legend_of(settings.overlay_side)
        overlay, caption = self._chosen()
        self._pair.show_overlay(overlay)
        self._pair.caption_overlay(caption)
        self._show_defects()
        self._show_evidence()

    def _chosen(self) -> tuple[QImage | None, str]:
        """The map to lay over the photo, and its caption."""
        side = self._settings.current.overlay_side
        if self._photo is None:
            return None, ""
        if side == "distortions":
            return self._defects(self._photo)
        if side == "own_pixels":
            return self._own_pixels(self._photo)
        return self._evidence(self._photo, side)

    def _defects(self, photo: _Inspected) -> tuple[QImage | None, str]:
        if photo.looks is None:
            return None, photo.look_failed or self.tr("Looking for defects…")
        look = photo.looks.whole
        if not look.seen:
            return look.overlay, self.tr("Visible defects: this map sees none")
        return look.overlay, self.tr("Visible defects")

    def _own_pixels(self, photo: _Inspected) -> tuple[QImage | None, str]:
        looks = photo.looks
        if looks is None or looks.own is None:
            failed = photo.look_failed or ("" if looks is None else looks.own_failed)
            return None, failed or self.tr("Looking at the photo's own pixels…")
        own = looks.own
        overlay = None if own.look is None else own.look.overlay
        if not own.is_complete:
            done = self.tr("Defects at 100 %%: looked at %d of %d parts") % (
                own.num_done,
                own.num_tiles,
            )
            return overlay, done
        if own.look is None or not own.look.seen:
            return overlay, self.tr("Defects at 100 %: this map sees none")
        return overlay, self.tr("Defects at 100 %")

    def _evidence(self, photo: _Inspected, side: str) -> tuple[QImage | None, str]:
        if photo.explanation is None:
            waits = self.tr("Looking for where the score comes from…")
            return None, photo.explanation_failed or waits
        caption = {
            "lowers": self.tr("What lowers the score"),
            "raises": self.tr("What raises the score"),
        }[side]
        if photo.explanation.quality_map.is_evidence_weak:
            caption = self.tr("%s: weak evidence") % caption
        return photo.explanation.overlay(side), caption

    def _show_defects(self) -> None:
        photo = self._photo
        if photo is None:
            return
        if photo.looks is None:
            self._panel.defects.say(photo.look_failed or self.tr("Looking for defects…"))
            self._panel.own.say("")
        else:
            self._panel.defects.show_look(photo.looks.whole)
            if photo.looks.own is None:
                waits = self.tr("Looking at the photo's own pixels…")
                self._panel.own.say(photo.looks.own_failed or waits)
            else:
                self._panel.own.show_look(photo.looks.own)
        self._show_place()

    def _show_evidence(self) -> None:
        explanation = None if self._photo is None else self._photo.explanation
        is_evidence = self._settings.current.overlay_side in {"lowers", "raises"}
        is_weak = explanation is not None and explanation.quality_map.is_evidence_weak
        self._panel.show_weak_evidence(is_weak=is_weak and is_evidence)
        scores = () if explanation is None else explanation.quality_map.score.crop_scores
        self._panel.show_crop_scores(scores)

    def _ask_for_explanation(self) -> None:
        photo = self._photo
        if photo is None or photo.explanation is not None or photo.is_explanation_asked:
            return
        photo.is_explanation_asked = True
        self._explanations.ask(photo.path, photo.stamp)

    def _on_looked(self, path: Path) -> None:
        if self._photo is not None and self._photo.path == path:
            self._photo.looks = self._looks.find(path, self._photo.stamp)
            # Only now, so that the two do not wait for each other's cores.
            self._ask_for_explanation()
            self._show_all()

    def _on_look_failed(self, path: Path, reason: str) -> None:
        if self._photo is not None and self._photo.path == path:
            self._photo.look_failed = reason
            self._ask_for_explanation()
            self._show_all()

    def _on_explained(self, path: Path) -> None:
        if self._photo is not None and self._photo.path == path:
            self._photo.explanation = self._explanations.find(path, self._photo.stamp)
            self._show_all()

    def _on_explain_failed(self, path: Path, reason: str) -> None:
        if self._photo is not None and self._photo.path == path:
            self._photo.explanation_failed = reason
            self._show_all()

    def _on_crop_chosen(self, number: int) -> None:
        explanation = None if self._photo is None else self._photo.explanation
        crops = () if explanation is None else explanation.quality_map.score.crops
        if explanation is None or not 0 <= number < len(crops):  # none of a whole photo
            self._pair.mark_box(QRectF())
            return
        crop = crops[number]
        height, width = explanation.quality_map.photo_HW3.shape[:2]
        self._pair.mark_box(
            QRectF(
                crop.left_px / width,
                crop.top_px / height,
                crop.size_px / width,
                crop.size_px / height,
            )
        )
