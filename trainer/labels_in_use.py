"""The labels as a run uses them, kept in its folder so that resuming never reads another file."""

import csv
import io
import json
from pathlib import Path

from engine.measures.label_scale import LabelScale
from trainer.atomic_write import write_json, write_text
from trainer.labels.check import check_labels
from trainer.labels.label_problem import stop_on_fatal
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.read_config import read_named_labels
from trainer.protocol import Notice
from trainer.reporter import Reporter
from trainer.run_folder import RunFolder


def labels_in_use(folder: RunFolder, reporter: Reporter) -> LabelSet:
    """The labels, checked; what was left out or decided is told once, at the first start.

    Raises LabelError when they can't be read or can't be trained on.
    """
    stored = stored_labels(folder)
    if stored is not None:
        return stored
    labels = read_named_labels(folder.config.labels)
    for note in labels.notes:
        reporter.send(Notice(what=note, hint=""))
    labels, problems = check_labels(labels)
    for problem in problems:
        if not problem.is_fatal:
            reporter.send(Notice(what=problem.what, hint=problem.hint))
    stop_on_fatal(problems)
    store_labels(folder, labels)
    return labels


def store_labels(folder: RunFolder, labels: LabelSet) -> None:
    """Write `labels.csv` (image, score, reference, split) and beside it what a CSV can't say."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["image", "score", "reference", "split"])
    for photo in labels.photos:
        writer.writerow([photo.path, photo.score, photo.reference or "", photo.split or ""])
    write_json(
        _facts_json(folder),
        {
            "name": labels.name,
            "range": labels.range.to_json(),
            "source": str(labels.source),
            "sha256": labels.sha256,
            "notes": list(labels.notes),
        },
    )
    write_text(folder.labels_csv, out.getvalue())  # last: its presence says that all is stored


def stored_labels(folder: RunFolder) -> LabelSet | None:
    """What `store_labels` wrote, or None when the run has not come so far."""
    if not folder.labels_csv.exists():
        return None
    facts = json.loads(_facts_json(folder).read_text(encoding="utf-8"))
    with folder.labels_csv.open(encoding="utf-8", newline="") as lines:
        photos = tuple(
            LabelledPhoto(
                path=Path(row["image"]),
                score=float(row["score"]),
                reference=row["reference"] or None,
                split=row["split"] or None,
            )
            for row in csv.DictReader(lines)
        )
    return LabelSet(
        name=facts["name"],
        photos=photos,
        range=LabelScale.from_json(facts["range"]),
        source=Path(facts["source"]),
        sha256=facts["sha256"],
        notes=tuple(facts["notes"]),
    )


def _facts_json(folder: RunFolder) -> Path:
    return folder.path / "labels.json"
