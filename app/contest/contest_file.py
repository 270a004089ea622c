"""The file of a contest: JSON, whole or not there, readable for as long as there is Discern."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.atomic_write import make_folder, write_bytes
from app.contest.contest import Contest
from app.contest.prepared import Contender
from app.errors import ContestUnreadable
from engine.contest.levels import Level
from engine.contest.pairs import ContestPair, EmptyLevel, PairRules
from engine.contest.verdicts import Choice, ShownPair, Verdict
from engine.errors import ContestError

FORMAT = "discern-contest"
VERSION = 1
SUFFIX = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedContest:
    """A contest file in a folder: the contest, or why it can't be read."""

    path: Path
    contest: Contest | None
    problem: str = ""


def contest_path(folder: Path, contest: Contest) -> Path:
    """Where the contest is kept in a folder of contests."""
    return folder / f"{contest.contest_id}{SUFFIX}"


def save_contest(path: Path, contest: Contest) -> None:
    """Write the file; whoever kills the program leaves the one before. Raises OutputNotWritten."""
    make_folder(path.parent)
    write_bytes(path, json.dumps(to_json(contest), indent=1).encode("ascii"))


def read_contest(path: Path) -> Contest:
    """Raises ContestUnreadable for a file that is missing, broken, newer or no contest."""
    try:
        values = json.loads(path.read_bytes())
    except OSError as error:
        raise ContestUnreadable(f"{path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise ContestUnreadable(f"{path} is no contest: it is not JSON.") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ContestUnreadable(f"{path} is no contest.")
    if values.get("version") != VERSION:
        raise ContestUnreadable(
            f"{path} was written by another version of Discern (format {values.get('version')};"
            f" this one reads {VERSION}). Open it with that version."
        )
    try:
        return from_json(values)
    except (KeyError, TypeError, ValueError, AttributeError, ContestError) as error:
        raise ContestUnreadable(f"{path} is damaged: {error!r}.") from error


def list_contests(folder: Path) -> list[ListedContest]:
    """Every contest in a folder, the newest first."""
    listed = []
    for path in sorted(folder.glob(f"*{SUFFIX}"), reverse=True):
        try:
            listed.append(ListedContest(path=path, contest=read_contest(path)))
        except ContestUnreadable as error:
            listed.append(ListedContest(path=path, contest=None, problem=str(error)))
    return listed


def to_json(contest: Contest) -> dict[str, Any]:
    """The contest as plain values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "contest_id": contest.contest_id,
        "created": contest.created,
        "folder": str(contest.folder),
        "rules": asdict(contest.rules),
        "models": [asdict(one) for one in contest.contenders],
        "num_photos": contest.num_photos,
        "num_unreadable": contest.num_unreadable,
        "num_near_duplicates": contest.num_near_duplicates,
        "levels": {model: [asdict(one) for one in ones] for model, ones in contest.levels.items()},
        "empty": [asdict(one) for one in contest.empty],
        "pairs": [
            {
                **asdict(one.pair),
                "high": str(one.pair.high),
                "low": str(one.pair.low),
                "is_high_left": one.is_high_left,
            }
            for one in contest.shown
        ],
        "scores": {
            model: {str(photo): score for photo, score in scores.items()}
            for model, scores in contest.scores.items()
        },
        "verdicts": [{**asdict(one), "choice": one.choice.value} for one in contest.verdicts],
    }


def from_json(values: Mapping[str, Any]) -> Contest:
    """The contest of plain values. Raises KeyError, TypeError or ValueError for wrong ones."""
    contest = Contest(
        contest_id=str(values["contest_id"]),
        created=str(values["created"]),
        folder=Path(values["folder"]),
        rules=PairRules(**values["rules"]),
        contenders=tuple(Contender(**one) for one in values["models"]),
        num_photos=int(values["num_photos"]),
        num_unreadable=int(values["num_unreadable"]),
        num_near_duplicates=int(values["num_near_duplicates"]),
        levels={
            model: tuple(Level(**one) for one in ones) for model, ones in values["levels"].items()
        },
        empty=tuple(EmptyLevel(**one) for one in values["empty"]),
        shown=tuple(_shown(one) for one in values["pairs"]),
        scores={
            model: {Path(photo): float(score) for photo, score in scores.items()}
            for model, scores in values["scores"].items()
        },
        verdicts=tuple(
            Verdict(**{**one, "choice": Choice(one["choice"])}) for one in values["verdicts"]
        ),
    )
    _check(contest)
    return contest


def _shown(values: Mapping[str, Any]) -> ShownPair:
    fields = {name: value for name, value in values.items() if name != "is_high_left"}
    pair = ContestPair(**{**fields, "high": Path(fields["high"]), "low": Path(fields["low"])})
    return ShownPair(pair=pair, is_high_left=bool(values["is_high_left"]))


def _check(contest: Contest) -> None:
    """What the rest of the program relies on."""
    models = set(contest.models)
    pair_ids = {pair.pair_id for pair in contest.pairs}
    if len(pair_ids) != len(contest.shown):
        raise ValueError("two pairs have one name")
    for pair in contest.pairs:
        if not pair.is_control and not {pair.attacker, pair.defender} <= models:
            raise ValueError(f"the pair {pair.pair_id} is between unknown models")
        if any(
            photo not in contest.scores[one] for one in models for photo in (pair.high, pair.low)
        ):
            raise ValueError(f"the photos of the pair {pair.pair_id} have no scores")
    if models != set(contest.levels) or models != set(contest.scores):
        raise ValueError("levels or scores of a model are missing")
    if any(verdict.pair_id not in pair_ids for verdict in contest.verdicts):
        raise ValueError("there is an answer to an unknown pair")
