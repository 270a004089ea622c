"""A contest's pairs and answers as CSV and JSON, for other programs."""

import json
from typing import Any

from app.contest.contest import Contest
from app.contest.contest_file import to_json
from app.contest.outcome import Outcome
from app.contest.pairs_csv import in_table_order
from engine.contest.raters import check_raters, screened
from engine.contest.verdict_labels import labels_from_verdicts
from engine.contest.verdicts import judgements
from engine.files.csv_text import csv_text, no_formula

VERDICT_COLUMNS = (
    "pair",
    "rater",
    "left",
    "right",
    "choice",
    "confidence",
    "attacker",
    "defender",
    "level",
    "prefers",  # high (as the attacker says), low, equal or cant_say
)


def verdicts_csv(contest: Contest) -> bytes:
    """One row per answer, pairs in the order of the table of pairs, raters by name."""
    rows: list[tuple[object, ...]] = [VERDICT_COLUMNS]
    shown = {one.pair.pair_id: one for one in contest.shown}
    place = {pair.pair_id: index for index, pair in enumerate(in_table_order(contest.pairs))}
    for verdict in sorted(contest.verdicts, key=lambda one: (place[one.pair_id], one.rater)):
        one = shown[verdict.pair_id]
        left, right = one.pair.high, one.pair.low
        if not one.is_high_left:
            left, right = right, left
        rows.append(
            (
                verdict.pair_id,
                no_formula(verdict.rater),
                left,
                right,
                verdict.choice.value,
                verdict.confidence or "",
                no_formula(one.pair.attacker or ""),
                no_formula(one.pair.defender or ""),
                one.pair.level or "",
                _prefers(verdict.choice.value, is_high_left=one.is_high_left),
            )
        )
    return csv_text(rows).encode("utf-8", errors="backslashreplace")


def labels_csv(contest: Contest) -> bytes:
    """The judged photos as labels that training accepts: image, score from 0 to 100, std.

    Raises ContestError while nothing has been judged.
    """
    judged = judgements(contest.shown, contest.verdicts)
    kept = screened(judged, check_raters(judged))
    rows = [
        (label.photo.absolute(), f"{label.score:.2f}", f"{label.std:.2f}")
        for label in labels_from_verdicts(contest.scores, kept)
    ]
    text = csv_text([("image", "score", "std"), *rows])
    return text.encode("utf-8", errors="backslashreplace")


def contest_json(outcome: Outcome) -> bytes:
    """The contest's file with what came out of it beside."""
    values = to_json(outcome.contest)
    values["outcome"] = _outcome_values(outcome)
    return json.dumps(values, indent=1).encode("ascii")


def _outcome_values(outcome: Outcome) -> dict[str, Any]:
    ranking = outcome.ranking
    return {
        "duels": [
            {
                "attacker": one.attacker,
                "defender": one.defender,
                "aggressiveness": one.aggressiveness,
                "resistance": one.resistance,
                "num_found": one.num_found,
                "num_equal": one.num_equal,
                "num_opposed": one.num_opposed,
            }
            for one in outcome.duels
        ],
        "ranking": []
        if ranking is None
        else [
            {
                "model": one.model,
                "strength": one.strength,
                "low": one.low,
                "high": one.high,
                "share_first": one.chance_first,
                "num_pairs": one.num_pairs,
            }
            for one in ranking.standings
        ],
        "better": []
        if ranking is None
        else [
            {"model": a, "than": b, "probability": chance}
            for (a, b), chance in ranking.chance_better.items()
        ],
        "controls": [
            {"model": one.model, "num_agreed": one.num_agreed, "num_asked": one.num_asked}
            for one in outcome.controls
        ],
        "raters": [
            {"rater": one.rater, "num_answers": one.num_answers, "is_left_out": one.is_left_out}
            for one in outcome.raters
        ],
    }


def _prefers(choice: str, *, is_high_left: bool) -> str:
    if choice in ("left", "right"):
        return "high" if (choice == "left") == is_high_left else "low"
    return choice
