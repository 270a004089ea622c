"""Giving a model intervals that hold: see its photos, compare with ratings, write a copy."""

# N photos

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from app import places
from app.atomic_write import check_writable
from app.cli.interruption import Interruption
from app.cli.progress import progress_bar
from app.cli.terminal import printable, write_err, write_out
from app.errors import WrongUse
from app.runs.run_labels import is_run_folder, read_run_labels
from engine.certainty.certainty import Certainty, SourceErrors
from engine.certainty.known_photos import FEWEST_PHOTOS
from engine.certainty.stored_certainty import CERTAINTY_PREFIX, certainty_entry
from engine.certainty.words import certainty_words
from engine.networks.model_file import open_model, save_model
from engine.networks.model_finder import MODEL_SUFFIX, find_model
from engine.scorer import Scorer
from engine.seen_photo import SeenPhoto
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.read_labels import read_labels

_MOST_PHOTOS = 1500  # training photos, and photos of all sources together
_FEWEST_ERRORS = 30
_COLUMNS = ("image", "source", "score")
_TRAINED_ON = ("train", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutScore:
    """What a model that never saw the photo's source says of the photo, 0-100."""

    source: str
    score_0_100: float


def find_certainty(name: str, *, labels: Path, held_out: Path | None, target: Path) -> None:
    """See the photos with the model, find its intervals, and write a copy that states them.

    Raises WrongUse for files that are called otherwise, exist, or hold too little; ModelFileError,
    and what reading labels raises. Interrupting raises KeyboardInterrupt.
    """
    if target.suffix != MODEL_SUFFIX:
        raise WrongUse(f"Model files end in {MODEL_SUFFIX}: {target.with_suffix(MODEL_SUFFIX)}")
    if target.exists():
        raise WrongUse(f"{target} exists already and is not replaced. Choose another name.")
    check_writable(target)
    path = find_model(name, places.models())
    found = read_run_labels(labels) if is_run_folder(labels) else read_labels(labels)
    rated = [photo for photo in found.photos if math.isfinite(photo.score)]
    training = _thinned([photo for photo in rated if photo.split in _TRAINED_ON], _MOST_PHOTOS)
    if len(training) < FEWEST_PHOTOS:
        raise WrongUse(f"{labels} has fewer than {FEWEST_PHOTOS} photos for training.")
    scores = None if held_out is None else read_held_out(held_out)
    judged = _judged(rated, scores, labels)
    network, card = open_model(path)
    scorer = Scorer.open(path, precision="fp32")
    seen = _see(scorer, [photo.path for photo in (*training, *judged)])
    certainty = _certainty(found, training, judged, seen, scores)
    save_model(target, network, card, dtype=_dtype_of(path), certainty=certainty)
    write_out(str(target))
    write_err(f"Of a new photo: {certainty_words(certainty_entry(certainty))}.")


def _dtype_of(path: Path) -> torch.dtype:
    """What the file's weights are stored in, so that the copy scores as the file does."""
    with safe_open(path, "np") as file:
        kinds = {
            file.get_slice(name).get_dtype()
            for name in file.keys()  # noqa: SIM118 - no dict
            if not name.startswith(CERTAINTY_PREFIX)
        }
    return torch.float32 if "F32" in kinds else torch.float16


def read_held_out(path: Path) -> dict[str, HeldOutScore]:
    """Scores by the photo's file name. Raises WrongUse for what is no such table."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := set(_COLUMNS) - set(reader.fieldnames or ()):
                raise WrongUse(f"{path} has no column {', '.join(sorted(missing))}.")
            rows = list(reader)
        found = {
            Path(row["image"]).name: HeldOutScore(
                source=row["source"], score_0_100=float(row["score"])
            )
            for row in rows
        }
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise WrongUse(f"{path} can't be read as a table of scores: {error}") from error
    if not all(math.isfinite(one.score_0_100) for one in found.values()):
        raise WrongUse(f"{path} has scores that are no numbers.")
    return found


def _judged(
    rated: Sequence[LabelledPhoto], scores: Mapping[str, HeldOutScore] | None, labels: Path
) -> list[LabelledPhoto]:
    """The photos whose errors count: those held out, or those of the validation part."""
    if scores is None:
        chosen = [photo for photo in rated if photo.split == "val"]
        what = f"{labels} has a validation part of"
    else:
        chosen = [photo for photo in rated if photo.path.name in scores]
        what = f"{labels} and the scores held out share"
    if len(chosen) < _FEWEST_ERRORS:
        raise WrongUse(f"{what} {len(chosen)} photos; {_FEWEST_ERRORS} are needed.")
    return _thinned(chosen, _MOST_PHOTOS)


def _thinned(photos: Sequence[LabelledPhoto], most: int) -> list[LabelledPhoto]:
    places_N = np.linspace(0, len(photos) - 1, min(most, len(photos))).round().astype(int)
    return [photos[place] for place in places_N]


def _see(scorer: Scorer, paths: Sequence[Path]) -> dict[Path, SeenPhoto]:
    """What the model sees of each photo that can be read."""
    wanted = list(dict.fromkeys(paths))
    found = {}
    with Interruption() as interruption, progress_bar(len(wanted), "Looking") as bar:
        for one in scorer.see_each(wanted, should_stop=interruption.asks_to_stop):
            bar.update()
            if one.features_F is None:
                write_err(printable(f"Left out: {one.score.path}: {one.score.error}"))
            else:
                found[one.score.path] = one
        if interruption.is_wanted:
            raise KeyboardInterrupt
    return found


def _certainty(
    labels: LabelSet,
    training: Sequence[LabelledPhoto],
    judged: Sequence[LabelledPhoto],
    seen: Mapping[Path, SeenPhoto],
    scores: Mapping[str, HeldOutScore] | None,
) -> Certainty:
    by_source: dict[str, list[tuple[SeenPhoto, float, float]]] = {}
    for photo in judged:
        one = seen.get(photo.path)
        if one is not None and one.score.score_0_100 is not None:
            held = None if scores is None else scores[photo.path.name]
            score = one.score.score_0_100 if held is None else held.score_0_100
            rating = float(labels.range.to_0_100(photo.score))
            by_source.setdefault("" if held is None else held.source, []).append(
                (one, score, rating)
            )
    known = [seen[photo.path] for photo in training if photo.path in seen]
    ratings = [float(labels.range.to_0_100(photo.score)) for photo in training]
    try:
        return Certainty.of(
            np.array([one.features_F for one in known]),
            [one.facts for one in known if one.facts is not None],
            [
                SourceErrors(
                    features_NF=np.array([one.features_F for one, _, _ in photos]),
                    scores_N=np.array([score for _, score, _ in photos]),
                    rated_N=np.array([rating for _, _, rating in photos]),
                )
                for photos in by_source.values()
            ],
            basis="validation" if scores is None else "sources",
            labels_std=float(np.std(ratings)),
        )
    except ValueError as error:
        raise WrongUse(str(error)) from error
