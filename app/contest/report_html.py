"""The report of a contest: one HTML file with its pictures in it, to keep and to hand on.

The pairs are laid out as in Figure 3 of Ma et al. (TPAMI 2018): for an attacker and a defender a
column per level of the defender, above the photo that the attacker calls best, below its worst.
"""

import base64
import io
from collections.abc import Callable
from html import escape
from pathlib import Path

from PIL import Image

from app.contest.contest import Contest
from app.contest.outcome import Outcome
from app.contest.outcome_text import answers_line, headline, pair_sentence, ranking_lines
from app.translation import translated
from app.version import version
from engine.contest.pairs import ContestPair
from engine.errors import UnreadablePhoto
from engine.photos.decode import read_photo

_SIDE_PX = 300
_JPEG_QUALITY = 85
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1e1e1e; background: #e4e4e4;
       margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }
h1, h2, h3 { font-weight: 600; line-height: 1.25; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; margin: .6rem 0; background: #f2f2f2; }
th, td { border: 1px solid #bcbcbc; padding: .35rem .7rem; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.levels { display: flex; flex-wrap: wrap; gap: 14px; }
figure { margin: 0; width: 180px; } figure img { width: 100%; display: block; }
figcaption { font-size: 12px; color: #444; overflow-wrap: anywhere; }
.said { font-size: 13px; margin-top: .3rem; } .dim { color: #565656; }
"""


def report_html(outcome: Outcome, *, should_stop: Callable[[], bool] = lambda: False) -> bytes:
    """The whole report, UTF-8. Reads the photos of the pairs: for a thread."""
    contest = outcome.contest
    title = _tr("Which model sees better: %s") % ", ".join(one.label for one in contest.contenders)
    pictures = _Pictures()
    parts = [
        "<!DOCTYPE html>",
        f'<html><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        f"<p><b>{escape(headline(outcome))}</b></p>",
        *(f"<p>{escape(line)}</p>" for line in ranking_lines(outcome)),
        f'<p class="dim">{escape(answers_line(outcome))}</p>',
        *_tables(outcome),
    ]
    for attacker in contest.models:
        for defender in contest.models:
            if attacker != defender and not should_stop():
                parts += _duel_section(outcome, attacker, defender, pictures)
    parts += _method(contest)
    parts.append("</body></html>")
    return "\n".join(parts).encode("utf-8", errors="backslashreplace")


class _Pictures:
    """Photos as small JPEGs inside the page; each is read once."""

    def __init__(self) -> None:
        self._made: dict[Path, str] = {}

    def tag(self, path: Path) -> str:
        if path not in self._made:
            self._made[path] = _picture(path)
        return self._made[path]


def _picture(path: Path) -> str:
    try:
        pixels = read_photo(path, short_side_px=_SIDE_PX // 2).pixels_HW3
    except UnreadablePhoto as error:
        return f"<p>{escape(error.reason)}</p>"
    picture = Image.fromarray(pixels)
    picture.thumbnail((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{escape(path.name)}" src="data:image/jpeg;base64,{data}">'


def _tables(outcome: Outcome) -> list[str]:
    contest = outcome.contest
    parts = []
    if outcome.ranking is not None:
        parts += [
            f"<h2>{_tr('Ranking')}</h2>",
            _row("th", _tr("Model"), _tr("Strength"), _tr("95 % interval"), _tr("First")),
        ]
        parts += [
            _row(
                "td",
                contest.label(one.model),
                f"{one.strength:+.2f}",
                f"{one.low:+.2f} to {one.high:+.2f}",
                f"{100 * one.share_first:.0f} %",
            )
            for one in outcome.ranking.standings
        ]
        parts = [parts[0], "<table>", *parts[1:], "</table>"]
    parts += [
        f"<h2>{_tr('Attack and defence')}</h2>",
        "<table>",
        _row(
            "th",
            _tr("Attacker"),
            _tr("Defender"),
            _tr("Aggressiveness"),
            _tr("Resistance of the defender"),
            _tr("Found, equal, opposed"),
        ),
        *(
            _row(
                "td",
                contest.label(one.attacker),
                contest.label(one.defender),
                "" if one.aggressiveness is None else f"{one.aggressiveness:.0f}",
                "" if one.resistance is None else f"{one.resistance:.0f}",
                f"{one.num_found}, {one.num_equal}, {one.num_opposed}",
            )
            for one in outcome.duels
        ),
        "</table>",
    ]
    return parts


def _row(tag: str, *cells: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _duel_section(outcome: Outcome, attacker: str, defender: str, pictures: _Pictures) -> list[str]:
    contest = outcome.contest
    pairs = sorted(
        (one for one in contest.pairs if (one.attacker, one.defender) == (attacker, defender)),
        key=lambda pair: (pair.level, pair.rank),
    )
    title = _tr("%s attacks %s") % (contest.label(attacker), contest.label(defender))
    said = {one.pair.pair_id: pair_sentence(outcome, one) for one in outcome.deciding}
    return [
        f"<h2>{escape(title)}</h2>",
        '<div class="levels">',
        *(_pair(contest, pair, said.get(pair.pair_id, ""), pictures) for pair in pairs),
        "</div>",
    ]


def _pair(contest: Contest, pair: ContestPair, said: str, pictures: _Pictures) -> str:
    level = _tr("Level %d of %d") % (pair.level, contest.rules.num_levels)
    if pair.is_widened:
        level += " " + _tr("(widened to ±%.1f)") % pair.tolerance
    cells = "".join(
        f"{pictures.tag(photo)}<figcaption>{escape(_caption(contest, pair, photo))}</figcaption>"
        for photo in (pair.high, pair.low)
    )
    return (
        f"<figure><figcaption><b>{escape(level)}</b></figcaption>{cells}"
        f'<div class="said">{escape(said or _tr("Not judged."))}</div></figure>'
    )


def _caption(contest: Contest, pair: ContestPair, photo: Path) -> str:
    attacker, defender = str(pair.attacker), str(pair.defender)
    return _tr("%s: attacker %.0f, defender %.0f") % (
        photo.name,
        contest.scores[attacker][photo],
        contest.scores[defender][photo],
    )


def _method(contest: Contest) -> list[str]:
    models = "".join(
        f"<li>{escape(one.label)}: {escape(one.model_id)}</li>" for one in contest.contenders
    )
    rules = contest.rules
    text = _tr(
        "Group maximum differentiation (Ma et al., TPAMI 2018): %d levels as equal shares of the"
        " photos, %g points of tolerance, %d pairs per level and direction, %d random pairs, no"
        " photo in more than %d pairs, seed %d. The ranking is Bradley and Terry's, with half a"
        " match to each where both look equal; intervals are the middle 95 %% of 1000 redrawn"
        " contests."
    ) % (
        rules.num_levels,
        rules.tolerance,
        rules.pairs_per_level,
        sum(pair.is_control for pair in contest.pairs),
        rules.most_uses,
        rules.seed,
    )
    made = _tr("Contest of %s on %s. Made by Discern %s.") % (
        contest.created,
        contest.folder,
        version(),
    )
    return [
        f"<h2>{_tr('How it was done')}</h2>",
        f"<p>{escape(text)}</p><ul>{models}</ul>",
        f'<p class="dim">{escape(made)}</p>',
    ]


def _tr(text: str) -> str:
    return translated(text, context="ContestReport")
