"""Carries out discern evaluate: rate, measure, report. Imports what is slow to load."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from app import places
from app.atomic_write import write_bytes
from app.catalog.score_memory import ScoreMemory
from app.cli.progress import rate_with_progress
from app.cli.terminal import line_width, printable, shortened, write_err, write_out
from app.evaluation.plot import draw_evaluation
from app.evaluation.report import Provenance, report_json, report_lines
from app.evaluation.worth import worth_of_model
from app.runs.run_labels import is_run_folder, read_run_labels
from engine.measures.evaluation import Evaluation, Miss, evaluate
from engine.measures.label_scale import LabelScale
from engine.measures.logistic_fit import LogisticMap
from engine.measures.score_map import choose_score_map
from engine.ratings.worth import Worth
from engine.scorer import Scorer
from trainer.labels.label_set import LabelSet
from trainer.labels.labelled_scores import (
    ALL,
    LabelledScores,
    LeftOut,
    bring_together,
    chosen_part,
    may_be_readable,
    overlap_warnings,
    photos_for_map,
    photos_of,
    require_photos,
    require_scores,
)
from trainer.labels.read_labels import read_labels
from trainer.labels.score_range import settle_scale


def run_evaluation(args: argparse.Namespace) -> int:
    """Rate the photos of the part, measure, report, and return the exit status."""
    labels = _read(args.labels)
    for note in labels.notes:
        write_err(note)
    part = chosen_part(labels, args.split)
    measured = photos_of(labels, part)
    require_photos(measured, labels.source)
    scorer = Scorer.open(args.model, device=args.device, num_crops=args.crops)
    knows_labels = scorer.card.label_sha256 == labels.sha256
    # Photos that are not measured themselves, for a score map that does not flatter.
    known_map = scorer.card.logistic if knows_labels else None
    for_map = photos_for_map(labels, part) if known_map is None else []
    with ScoreMemory(
        None if args.no_cache else places.catalog(),
        model_id=scorer.model_id,
        num_crops=scorer.num_crops,
    ) as memory:
        paths = list(dict.fromkeys(photo.path for photo in (*measured, *for_map)))
        result = rate_with_progress(paths, scorer=scorer, memory=memory)
    if result.is_interrupted:
        kept = "" if args.no_cache else " The scores so far are remembered."
        write_err(f"Interrupted before all photos were rated.{kept}")
        return 130
    rated = {photo.path: photo for photo in result.photos}
    readable = [photo for photo in labels.photos if may_be_readable(photo, rated)]
    labels = settle_scale(labels, readable)
    scores, left_out = bring_together(measured, labels.range, rated)
    require_scores(scores, left_out)
    other_scores, _ = bring_together(for_map, labels.range, rated)
    score_map, how_mapped = choose_score_map(
        known_map,
        (scores.predicted, scores.rated),
        (other_scores.predicted, other_scores.rated),
    )
    evaluation = evaluate(
        scores.paths,
        scores.predicted,
        scores.rated,
        score_map=score_map,
        scale=labels.range,
        num_misses=args.misses,
    )
    provenance = Provenance(
        title=labels.name if is_run_folder(args.labels) else labels.source.name,
        labels=labels.source,
        labels_sha256=labels.sha256,
        part="all photos" if part == ALL else f"the {part} part",
        model_id=scorer.model_id,
        device_name=scorer.device_name,
        num_crops=scorer.num_crops,
        score_map=how_mapped,
        warnings=overlap_warnings(part, knows_labels=knows_labels),
    )
    worth = worth_of_model(measured, dict(zip(scores.paths, scores.predicted, strict=True)))
    _report(args, evaluation, provenance, left_out, worth)
    if args.plot is not None:
        _draw(args.plot, scores, evaluation, provenance, score_map, labels.range)
    return 1 if left_out else 0


def _read(source: Path) -> LabelSet:
    return read_run_labels(source) if is_run_folder(source) else read_labels(source)


def _report(
    args: argparse.Namespace,
    evaluation: Evaluation,
    provenance: Provenance,
    left_out: Sequence[LeftOut],
    worth: Worth | None,
) -> None:
    for line in report_lines(evaluation, provenance, left_out, worth):
        write_out(line)
    _show_misses(evaluation.worst_misses)
    _show_left_out(left_out)
    if args.json is not None:
        _write_json(args.json, report_json(evaluation, provenance, left_out, worth))


def _draw(
    path: Path,
    scores: LabelledScores,
    evaluation: Evaluation,
    provenance: Provenance,
    score_map: LogisticMap,
    scale: LabelScale,
) -> None:
    picture = draw_evaluation(
        scores.predicted,
        scores.rated,
        evaluation=evaluation,
        provenance=provenance,
        score_map=score_map,
        scale=scale,
    )
    write_bytes(path, picture)


def _show_left_out(left_out: Sequence[LeftOut]) -> None:
    if left_out:
        write_out("")
        write_out(f"Left out ({len(left_out)}):")
    for photo in left_out:
        write_out(f"  {shortened(printable(str(photo.path)), line_width() - 2)}")
        write_out(f"    {printable(photo.reason)}")


def _show_misses(misses: Sequence[Miss]) -> None:
    write_out("")
    write_out("Worst misses, in label units:")
    write_out("   label   score  photo")
    for miss in misses:
        path = shortened(printable(str(miss.path)), max(12, line_width() - 18))
        write_out(f"{miss.rated:8.4g}{miss.predicted:8.4g}  {path}")


def _write_json(path: Path, report: dict[str, object]) -> None:
    text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    write_bytes(path, text.encode("utf-8", errors="backslashreplace"))
