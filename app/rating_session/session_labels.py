"""A session as labels that models are made of. Decodes photos: for jobs."""

from hashlib import sha256

from app.rating_session.points import SessionPoints
from app.rating_session.session import Session
from engine.files.csv_text import csv_text
from engine.measures.label_scale import LabelScale
from trainer.labels.check_likeness import keep_alike_together
from trainer.labels.label_set import LabelledPhoto, LabelSet


def label_set(session: Session, points: SessionPoints) -> LabelSet:
    """The points as labels that models are made of, with groups of photos that look alike.

    Every photo is decoded once, coarsely.
    """
    photos = [
        LabelledPhoto(path=path, score=value) for path, value in sorted(points.points.items())
    ]
    kept, _ = keep_alike_together(photos)
    table = csv_text((photo.path, f"{photo.score:.2f}") for photo in photos)
    return LabelSet(
        name=session.folder.name or str(session.folder),
        photos=tuple(kept),
        range=LabelScale(low=0.0, high=100.0, higher_is_better=True),
        source=session.folder,
        sha256=sha256(table.encode("utf-8", errors="surrogateescape")).hexdigest(),
        notes=(),
    )
