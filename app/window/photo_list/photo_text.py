"""A photo in words: for tool tips and for screen readers."""

from PySide6.QtCore import QCoreApplication, QLocale

from app.catalog.photo_entry import Flag, PhotoEntry
from app.catalog.shown_score import shown_score
from engine.certainty.familiarity import Familiarity, Odd


def _tr(text: str, number: int = -1) -> str:
    return QCoreApplication.translate("PhotoText", text, None, number)


def score_text(score_0_100: float) -> str:
    """A score as it is shown on thumbnails."""
    return QLocale().toString(shown_score(score_0_100))


def spoken(entry: PhotoEntry) -> str:
    """One sentence for a screen reader: name, score, stars, flag."""
    parts = [entry.path.name]
    if entry.error is not None:
        parts.append(_tr("can't be read"))
    elif entry.score_0_100 is None:
        parts.append(_tr("not rated"))
    else:
        parts.append(_tr("score {} of 100").format(score_text(entry.score_0_100)))
        if entry.familiarity is not None and entry.familiarity.is_unlike:
            parts.append(_tr("unlike anything this model learned from"))
    if entry.stars:
        stars = _tr("1 star") if entry.stars == 1 else _tr("{} stars").format(entry.stars)
        parts.append(stars)
    if entry.flag is Flag.PICKED:
        parts.append(_tr("picked"))
    elif entry.flag is Flag.REJECTED:
        parts.append(_tr("rejected"))
    return ", ".join(parts)


def unlike_sentence(familiarity: Familiarity) -> str:
    """That a photo is unlike the training photos, and why; empty for all others."""
    if not familiarity.is_unlike:
        return ""
    distance = QLocale().toString(familiarity.distance, "f", 1)
    first = _tr(
        "Unlike anything this model learned from: {} times as far from the training photos as 99 in"
        " 100 are."
    ).format(distance)
    odd = [_odd_words()[one] for one in familiarity.odd]
    return first if not odd else f"{first} {_tr('It is {}.').format(', '.join(odd))}"


def _odd_words() -> dict[Odd, str]:
    return {
        "darker": _tr("darker than nearly all of them"),
        "brighter": _tr("brighter than nearly all of them"),
        "flatter": _tr("lower in contrast than nearly all of them"),
        "greyer": _tr("less colourful than nearly all of them"),
        "more_colourful": _tr("more colourful than nearly all of them"),
        "smaller": _tr("smaller than nearly all of them"),
        "longer": _tr("longer in shape than nearly all of them"),
    }


def tool_tip(entry: PhotoEntry, percentile: float | None) -> str:
    """What a pointer resting on a photo is told, line by line."""
    lines = [entry.path.name]
    if entry.error is not None:
        lines.append(entry.error)
    elif entry.score_0_100 is None:
        lines.append(_tr("Not rated yet"))
    else:
        number = QLocale().toString(entry.score_0_100, "f", 1)
        spread = QLocale().toString(entry.uncertainty or 0.0, "f", 1)
        lines.append(_tr("Score {} ± {} of 100").format(number, spread))
        if percentile is not None:
            place = QLocale().toString(round(percentile))
            lines.append(_tr("Scores as high as {} % of this folder, or higher").format(place))
        if entry.familiarity is not None and entry.familiarity.is_unlike:
            lines.append(_tr("Unlike anything this model learned from"))
    if entry.width_px and entry.height_px:
        lines.append(f"{entry.width_px} \N{MULTIPLICATION SIGN} {entry.height_px}")
    at_100 = _at_100(entry)
    if at_100:
        lines.append(_tr("At 100 %: {}").format(", ".join(at_100)))
    return "\n".join(lines)


def _at_100(entry: PhotoEntry) -> list[str]:
    said = []
    if entry.focus_at_100 is not None:
        focus = QLocale().toString(round(entry.focus_at_100))
        said.append(_tr("focus {} of 100").format(focus))
    if entry.noise_at_100 is not None:
        noise = QLocale().toString(entry.noise_at_100, "f", 1)
        said.append(_tr("noise {} of 255").format(noise))
    return said
