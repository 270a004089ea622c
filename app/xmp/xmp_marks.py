"""What XMP says about the user's marks, and what it should say."""

from dataclasses import dataclass

from app.catalog.marks import Marks
from app.catalog.photo_entry import MAX_STARS, Flag
from app.xmp.packet import DIGIKAM_PICK, PICK, RATING, Packet

_REJECTED = -1
_REJECTED_BY_OLD_DARKTABLE = 6
_DIGIKAM_REJECTED = 1
_DIGIKAM_PENDING = 2
_DIGIKAM_ACCEPTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class XmpMarks:
    """Stars and flag as far as XMP tells them; None where it says nothing."""

    stars: int | None = None
    flag: Flag | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is said."""
        return self.stars is None and self.flag is None

    def applied_to(self, marks: Marks) -> Marks:
        """The marks after taking over what is said. Stars on a rejected photo keep it no more."""
        flag = marks.flag if self.flag is None else self.flag
        if self.flag is None and self.stars is not None and marks.flag is Flag.REJECTED:
            flag = Flag.NONE
        return Marks(marks.stars if self.stars is None else self.stars, flag)


def marks_in(packet: Packet) -> XmpMarks:
    """The marks that a packet tells of: its rating, else the picks of Lightroom or digiKam."""
    rating = _number(packet.value(RATING))
    if rating in (_REJECTED, _REJECTED_BY_OLD_DARKTABLE):
        return XmpMarks(flag=Flag.REJECTED)
    stars = rating if rating is not None and 0 <= rating <= MAX_STARS else None
    return XmpMarks(stars=stars, flag=_pick(packet))


def properties_for(marks: Marks, packet: Packet | None = None) -> dict[tuple[str, str], str]:
    """The properties that tell these marks, for a packet as it is, or for a new one.

    Only `xmp:Rating` is understood everywhere, so picks are written only where a pick is told
    already and would contradict the user.
    """
    rating = _REJECTED if marks.flag is Flag.REJECTED else marks.stars
    properties = {RATING: str(rating)}
    if packet is not None and packet.value(PICK) is not None:
        properties[PICK] = str(int(marks.flag))
    if packet is not None and (label := packet.value(DIGIKAM_PICK)) is not None:
        is_pending = marks.flag is Flag.NONE and _number(label) == _DIGIKAM_PENDING
        digikam = {Flag.REJECTED: _DIGIKAM_REJECTED, Flag.NONE: 0, Flag.PICKED: _DIGIKAM_ACCEPTED}
        properties[DIGIKAM_PICK] = label if is_pending else str(digikam[marks.flag])
    return properties


def _pick(packet: Packet) -> Flag | None:
    pick = _number(packet.value(PICK))
    if pick is not None:
        return {-1: Flag.REJECTED, 1: Flag.PICKED}.get(pick, Flag.NONE)
    label = _number(packet.value(DIGIKAM_PICK))
    if label is not None:
        return {_DIGIKAM_REJECTED: Flag.REJECTED, _DIGIKAM_ACCEPTED: Flag.PICKED}.get(
            label, Flag.NONE
        )
    return None


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else int(float(text))
    except (ValueError, OverflowError):
        return None
