"""The front door to labels: a CSV, or one of the eight data sets as they are distributed."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import NoLabelScale
from engine.measures.label_scale import LabelScale
from trainer.errors import LabelError
from trainer.labels import csiq, kadid10k, koniq10k, live, livec, livefb, spaq, tid2013
from trainer.labels.csv_columns import NamedColumns
from trainer.labels.csv_labels import read_csv_labels
from trainer.labels.label_set import LabelSet

_TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSetKind:
    """How one of the eight data sets is recognised and read.

    Attributes:
        title: What people call it.
        label_files: Names of label files that stand for the whole folder when named themselves.
        looks_like: Whether a folder is laid out as this data set.
        read: The labels in a folder.
    """

    title: str
    label_files: tuple[str, ...]
    looks_like: Callable[[Path], bool]
    read: Callable[[Path], LabelSet]


DATA_SETS = {
    "live": DataSetKind(
        title=live.TITLE,
        label_files=("dmos_realigned.mat", "dmos.mat", "refnames_all.mat"),
        looks_like=live.looks_like_live,
        read=live.read_live,
    ),
    "csiq": DataSetKind(
        title=csiq.TITLE,
        label_files=("csiq.DMOS.xlsx", "csiq_label.txt"),
        looks_like=csiq.looks_like_csiq,
        read=csiq.read_csiq,
    ),
    "tid2013": DataSetKind(
        title=tid2013.TITLE,
        label_files=("mos_with_names.txt",),
        looks_like=tid2013.looks_like_tid2013,
        read=tid2013.read_tid2013,
    ),
    "kadid10k": DataSetKind(
        title=kadid10k.TITLE,
        label_files=("dmos.csv",),
        looks_like=kadid10k.looks_like_kadid10k,
        read=kadid10k.read_kadid10k,
    ),
    "livec": DataSetKind(
        title=livec.TITLE,
        label_files=(),
        looks_like=livec.looks_like_livec,
        read=livec.read_livec,
    ),
    "koniq10k": DataSetKind(
        title=koniq10k.TITLE,
        label_files=koniq10k.LABEL_FILES,
        looks_like=koniq10k.looks_like_koniq10k,
        read=koniq10k.read_koniq10k,
    ),
    "livefb": DataSetKind(
        title=livefb.TITLE,
        label_files=("labels_image.csv",),
        looks_like=livefb.looks_like_livefb,
        read=livefb.read_livefb,
    ),
    "spaq": DataSetKind(
        title=spaq.TITLE,
        label_files=(),
        looks_like=spaq.looks_like_spaq,
        read=spaq.read_spaq,
    ),
}
KINDS = ("auto", "csv", *DATA_SETS)


def read_labels(
    source: Path,
    *,
    kind: str = "auto",
    score_low: float | None = None,
    score_high: float | None = None,
    higher_is_better: bool | None = None,
    columns: NamedColumns | None = None,
) -> LabelSet:
    """The rated photos of a CSV file or of a data set's folder.

    `kind` is one of KINDS; "auto" takes a file for a CSV and recognises a folder by its layout.
    What is given of scale and direction replaces what the source says or its scores suggest, and
    the notes say so. `columns` are those of a CSV that a person named. Photos need not exist yet:
    `check_labels` looks for them.
    """
    if kind not in KINDS:
        raise LabelError(f"There is no kind of labels called {kind!r}.", f"Use {_listed(KINDS)}.")
    if not os.path.exists(source):  # which a name that no file can have doesn't end
        raise LabelError(
            f"{source} does not exist.", "Give a labels CSV or the folder of a data set."
        )
    if not (os.path.isfile(source) or os.path.isdir(source)):
        raise LabelError(
            f"{source} is a device or a pipe.", "Give a labels CSV or the folder of a data set."
        )
    labels = _read(source, kind, columns)
    if not labels.photos:
        raise LabelError(f"{source} names no photos.", "It needs a line for each photo.")
    return _with_given_range(labels, score_low, score_high, higher_is_better)


def _read(source: Path, kind: str, columns: NamedColumns | None) -> LabelSet:
    if kind == "auto":
        return _read_recognised(source, columns)
    if kind == "csv":
        return read_csv_labels(_only_table(source) if source.is_dir() else source, columns)
    if kind == "koniq10k":
        return DATA_SETS[kind].read(source)
    return DATA_SETS[kind].read(source if source.is_dir() else source.parent)


def _read_recognised(source: Path, columns: NamedColumns | None) -> LabelSet:
    if source.is_file():
        for kind, data_set in DATA_SETS.items():
            is_its_file = source.name.lower() in map(str.lower, data_set.label_files)
            if is_its_file and data_set.looks_like(source.parent):
                return _read(source, kind, columns)
        return read_csv_labels(source, columns)
    inner = [entry for entry in sorted(source.iterdir()) if entry.is_dir()]
    for folder in [source, *inner[:1]] if len(inner) == 1 else [source]:
        for data_set in DATA_SETS.values():
            if data_set.looks_like(folder):
                return data_set.read(folder)
    return read_csv_labels(_only_table(source), columns)


def _only_table(folder: Path) -> Path:
    """The labels.csv in a folder, or the only table there."""
    tables = [
        entry
        for entry in sorted(folder.iterdir())
        if entry.is_file() and entry.suffix.lower() in _TABLE_SUFFIXES
    ]
    named = [table for table in tables if table.name.lower() == "labels.csv"]
    tables = named or [table for table in tables if table.suffix.lower() == ".csv"] or tables
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise LabelError(
            f"{folder} holds {len(tables)} tables: {_listed([t.name for t in tables[:6]])}.",
            "Name the one with the labels.",
        )
    raise LabelError(
        f"{folder} holds no labels CSV and is not laid out as any data set Discern knows.",
        f"Known are {_listed([data_set.title for data_set in DATA_SETS.values()])}; "
        "or write a labels.csv with the header image,score.",
    )


def _with_given_range(
    labels: LabelSet, low: float | None, high: float | None, higher_is_better: bool | None
) -> LabelSet:
    """The set with the scale that the person gave, where they gave one."""
    if low is None and high is None and higher_is_better is None:
        return labels
    found = labels.range
    try:
        scale = LabelScale(
            low=found.low if low is None else low,
            high=found.high if high is None else high,
            higher_is_better=(
                found.higher_is_better if higher_is_better is None else higher_is_better
            ),
        )
    except NoLabelScale as error:
        raise LabelError(str(error)) from error
    numbers = [photo.score for photo in labels.photos if math.isfinite(photo.score)]
    note = (
        f"As given, the scale is {scale.low:g} to {scale.high:g} and "
        f"{'higher' if scale.higher_is_better else 'lower'} is better"
    )
    if numbers:
        note += f"; the scores run from {min(numbers):g} to {max(numbers):g}"
    return replace(
        labels,
        range=scale,
        notes=(*labels.notes, note + "."),
        is_scale_inferred=labels.is_scale_inferred and low is None and high is None,
    )


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}" if len(words) > 1 else words[0]
