"""The table of rated photos, best first, as lines of text."""

import textwrap
from collections.abc import Iterator, Sequence

from app.cli.terminal import printable, shortened
from app.rating.ranking import RankedPhoto

HEADER = " score      ±  percentile  photo"
_PATH_COLUMN = len(HEADER) - len("photo")
_SHORTEST_PATH = 12
UNLIKE_MARK = "?"


def table_lines(
    photos: Sequence[RankedPhoto], *, width: int, looked_closely: bool = False
) -> Iterator[str]:
    """Lines of at most `width` columns; the photos that could not be read follow at the end.

    `looked_closely` is whether own pixels were looked at beside the scores.
    """
    path_width = max(_SHORTEST_PATH, width - _PATH_COLUMN)
    unreadable = []
    is_first = True
    for ranked in photos:
        photo = ranked.photo
        if photo.score_0_100 is None:
            unreadable.append(photo)
            continue
        if is_first:
            yield HEADER
            is_first = False
        path = shortened(printable(str(photo.path)), path_width)
        is_unlike = photo.familiarity is not None and photo.familiarity.is_unlike
        mark = UNLIKE_MARK if is_unlike else " "
        figures = (
            f"{photo.score_0_100:6.1f}  {photo.uncertainty:5.1f}{mark} {ranked.percentile:8.1f} %"
        )
        yield f"{figures}  {path}"
    num_reduced = sum(bool(ranked.photo.is_seen_reduced) for ranked in photos)
    num_unlike = sum(
        ranked.photo.familiarity is not None and ranked.photo.familiarity.is_unlike
        for ranked in photos
    )
    if num_unlike:
        yield ""
        yield from _unlike_note(num_unlike, width)
    if num_reduced:
        yield ""
        yield from _note(num_reduced, width, looked_closely=looked_closely)
    if unreadable:
        if not is_first:
            yield ""
        yield f"Could not be read ({len(unreadable)}):"
    for photo in unreadable:
        reason = photo.error or ""
        path = shortened(printable(str(photo.path)), max(_SHORTEST_PATH, width - 2))
        yield f"  {path}"
        yield f"    {printable(reason)}"


def _unlike_note(num_unlike: int, width: int) -> list[str]:
    subject = "One photo is" if num_unlike == 1 else f"{num_unlike} photos are"
    text = (
        f"{subject} unlike anything this model learned from, marked {UNLIKE_MARK}: the score may "
        "be far off. --csv and --json say what is unlike."
    )
    return textwrap.wrap(text, width)


def _note(num_reduced: int, width: int, *, looked_closely: bool) -> list[str]:
    subject = (
        "One photo has more than 4 megapixels and was"
        if num_reduced == 1
        else f"{num_reduced} photos have more than 4 megapixels and were"
    )
    text = f"{subject} looked at reduced: the score says nothing of sharpness and noise at 100 %."
    if not looked_closely:
        text += " For those: --distortions."
    return textwrap.wrap(text, width)
