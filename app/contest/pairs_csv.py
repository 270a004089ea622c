"""The pairs of a contest as a table; the command and the window write the very same one."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.contest.pairs import ContestPair
from engine.files.csv_text import csv_text, no_formula

PAIR_COLUMNS = (
    "pair",
    "attacker",
    "defender",
    "level",
    "rank",
    "high",
    "low",
    "attacker_high",
    "attacker_low",
    "defender_high",
    "defender_low",
    "tolerance",
    "widened",
)
_DECIMALS = 4

Scores = Mapping[str, Mapping[Path, float]]  # of every model id, on the common scale


def pairs_csv(pairs: Iterable[ContestPair], scores: Scores) -> bytes:
    """One row per pair, sorted by attacker, defender, level and rank; random pairs come last.

    `high` is the photo that the attacker scores higher. A random pair has neither attacker nor
    defender, nor their scores. UTF-8; a file name that is no valid text is written with escapes.
    """
    rows = (pair_row(pair, scores) for pair in in_table_order(pairs))
    return csv_text([PAIR_COLUMNS, *rows]).encode("utf-8", errors="backslashreplace")


def in_table_order(pairs: Iterable[ContestPair]) -> list[ContestPair]:
    """Pairs in the order of the table."""
    return sorted(
        pairs,
        key=lambda pair: (
            pair.is_control,
            pair.attacker or "",
            pair.defender or "",
            pair.level,
            pair.rank,
        ),
    )


def pair_row(pair: ContestPair, scores: Scores) -> tuple[object, ...]:
    """The values of one row, in the order of PAIR_COLUMNS."""
    figures: tuple[object, ...] = ("", "", "", "", "", "")
    if pair.attacker is not None and pair.defender is not None:
        attacker, defender = scores[pair.attacker], scores[pair.defender]
        figures = (
            round(attacker[pair.high], _DECIMALS),
            round(attacker[pair.low], _DECIMALS),
            round(defender[pair.high], _DECIMALS),
            round(defender[pair.low], _DECIMALS),
            round(pair.tolerance, _DECIMALS),
            "yes" if pair.is_widened else "no",
        )
    return (
        pair.pair_id,
        no_formula(pair.attacker or ""),
        no_formula(pair.defender or ""),
        pair.level or "",
        pair.rank,
        pair.high,
        pair.low,
        *figures,
    )
