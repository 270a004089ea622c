"""The report of a contest: one HTML file with its pictures in it, to keep and to hand on.

The pairs are laid out as in Figure 3 of Ma et al. (TPAMI 2018): for an attacker and a defender a
column per level of the defender, above the photo that the attacker calls best, below its worst.
"""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from PIL import Image

from app.contest.contest import Contest
from app.contest.outcome import Outcome
from app.contest.outcome_text import (
    answers_line,
    first_text,
    headline,
    pair_sentence,
    ranking_lines,
)
from app.reports.page import Table, html_page
from app.translation import translated
from app.version import version
from engine.contest.pairs import ContestPair
from engine.counted import counted
from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo

_SIDE_PX = 300
_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPhoto:
    """A photo of a pair: a small JPEG in `data_url`, or the `problem` why there is none."""

    name: str
    caption: str
    data_url: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPair:
    """A pair of an attack, and what people said of it."""

    level: str
    high: ReportPhoto
    low: ReportPhoto
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """The pairs with which one model attacks another, by the defender's levels."""

    title: str
    pairs: tuple[ReportPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestPage:
    """What the page shows, in its order."""

    title: str
    headline: str
    lines: tuple[str, ...]
    answers: str
    ranking: Table | None
    duels: Table
    attacks: tuple[Attack, ...]
    method: str
    models: tuple[str, ...]
    made: str


def html_report(outcome: Outcome, *, should_stop: Callable[[], bool] = lambda: False) -> bytes:
    """The whole report, UTF-8. Reads the photos of the pairs: for a thread."""
    return html_page("contest", contest_page(outcome, should_stop=should_stop))


def contest_page(
    outcome: Outcome, *, should_stop: Callable[[], bool] = lambda: False
) -> ContestPage:
    """What the report shows; attacks are left out once it should stop. Reads photos."""
    contest = outcome.contest
    pictures = _Pictures()
    return ContestPage(
        title=_tr("Which model sees better: %s")
        % ", ".join(one.label for one in contest.contenders),
        headline=headline(outcome),
        lines=tuple(ranking_lines(outcome)),
        answers=answers_line(outcome),
        ranking=_ranking(outcome),
        duels=_duels(outcome),
        attacks=tuple(
            _attack(outcome, attacker, defender, pictures)
            for attacker, defender in permutations(contest.models, 2)
            if not should_stop()
        ),
        method=_method(contest),
        models=tuple(f"{one.label}: {one.model_id}" for one in contest.contenders),
        made=_tr("Contest of %s on %s. Made by Discern %s.")
        % (contest.created, contest.folder, version()),
    )


def _ranking(outcome: Outcome) -> Table | None:
    if outcome.ranking is None:
        return None
    return Table(
        header=(_tr("Model"), _tr("Strength"), _tr("95 % interval"), _tr("First")),
        rows=tuple(
            (
                outcome.contest.label(one.model),
                f"{one.strength:+.2f}",
                _tr("%+.2f to %+.2f") % (one.low, one.high),
                first_text(one),
            )
            for one in outcome.ranking.standings
        ),
    )


def _duels(outcome: Outcome) -> Table:
    return Table(
        header=(
            _tr("Attacker"),
            _tr("Defender"),
            _tr("Aggressiveness"),
            _tr("Resistance of the defender"),
            _tr("Found, equal, opposed"),
        ),
        rows=tuple(
            (
                outcome.contest.label(one.attacker),
                outcome.contest.label(one.defender),
                "" if one.aggressiveness is None else f"{one.aggressiveness:.0f}",
                "" if one.resistance is None else f"{one.resistance:.0f}",
                f"{one.num_found}, {one.num_equal}, {one.num_opposed}",
            )
            for one in outcome.duels
        ),
        num_names=2,
    )


def _attack(outcome: Outcome, attacker: str, defender: str, pictures: "_Pictures") -> Attack:
    contest = outcome.contest
    pairs = sorted(
        (one for one in contest.pairs if (one.attacker, one.defender) == (attacker, defender)),
        key=lambda pair: (pair.level, pair.rank),
    )
    said = {one.pair.pair_id: pair_sentence(outcome, one) for one in outcome.deciding}
    return Attack(
        title=_tr("%s attacks %s") % (contest.label(attacker), contest.label(defender)),
        pairs=tuple(
            ReportPair(
                level=_level(contest, pair),
                high=pictures.photo(pair.high, _caption(contest, pair, pair.high)),
                low=pictures.photo(pair.low, _caption(contest, pair, pair.low)),
                said=said.get(pair.pair_id) or _tr("Not judged."),
            )
            for pair in pairs
        ),
    )


class _Pictures:
    """Photos as small JPEGs inside the page; each is read once."""

    def __init__(self) -> None:
        self._made: dict[Path, tuple[str, str]] = {}

    def photo(self, path: Path, caption: str) -> ReportPhoto:
        """The photo under that caption."""
        if path not in self._made:
            self._made[path] = _picture(path)
        data_url, problem = self._made[path]
        return ReportPhoto(name=path.name, caption=caption, data_url=data_url, problem=problem)


def _picture(path: Path) -> tuple[str, str]:
    """The photo as a data URL, or why it can't be read."""
    try:
        pixels = read_photo(path, short_side_px=_SIDE_PX // 2).pixels_HW3
    except UnreadablePhoto as error:
        return "", error.reason
    picture = Image.fromarray(pixels)
    picture.thumbnail((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f"data:image/jpeg;base64,{data}", ""


def _level(contest: Contest, pair: ContestPair) -> str:
    level = _tr("Level %d of %d") % (pair.level, contest.rules.num_levels)
    if pair.is_widened:
        level += " " + _tr("(widened to ±%.1f)") % pair.tolerance
    return level


def _caption(contest: Contest, pair: ContestPair, photo: Path) -> str:
    attacker, defender = str(pair.attacker), str(pair.defender)
    return _tr("%s: attacker %.0f, defender %.0f") % (
        photo.name,
        contest.scores[attacker][photo],
        contest.scores[defender][photo],
    )


def _method(contest: Contest) -> str:
    rules = contest.rules
    return _tr(
        "Group maximum differentiation (Ma et al., TPAMI 2018): %s as equal shares of the"
        " photos, %g %s of tolerance, %s per level and direction, %s, no photo in more than"
        " %s, seed %d. The ranking is Bradley and Terry's, with half a"
        " match to each where both look equal and strengths that are normal around 0 beforehand;"
        " a strength is in its interval with a probability of 95 %%."
    ) % (
        counted(rules.num_levels, "level"),
        rules.tolerance,
        "point" if rules.tolerance == 1 else "points",
        counted(rules.pairs_per_level, "pair"),
        counted(sum(pair.is_control for pair in contest.pairs), "random pair"),
        counted(rules.most_uses, "pair"),
        rules.seed,
    )


def _tr(text: str) -> str:
    return translated(text, context="ContestReport")
