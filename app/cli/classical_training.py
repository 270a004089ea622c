"""Training a classical opponent from rated photos: read, measure, fit, write."""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.atomic_write import check_writable, write_bytes
from app.cli.interruption import Interruption
from app.cli.progress import progress_bar
from app.cli.terminal import printable, write_err, write_out
from app.errors import WrongUse
from app.runs.run_labels import is_run_folder, read_run_labels
from engine.classical.classical_model import SUFFIX, fit_classical_model, to_bytes
from engine.classical.classical_scorer import read_statistics
from engine.counted import counted
from engine.errors import UndefinedMeasure, UnreadablePhoto
from engine.measures.correlation import srcc
from engine.photos.read_ahead import read_ahead
from engine.processor import num_usable_cores
from trainer.labels.label_set import LabelledPhoto, LabelSet
from trainer.labels.read_labels import read_labels

FloatArray = npt.NDArray[np.float64]

_LEARNS_FROM = ("train", None)


def train_classical(source: Path, target: Path) -> None:
    """Fit on the training part of the labels, say how it does on the test part, and write it.

    Raises WrongUse for a name without .npz or labels without a photo that can be read, and what
    reading labels and writing files raise. Interrupting raises KeyboardInterrupt.
    """
    if target.suffix != SUFFIX:
        raise WrongUse(f"A classical model ends in {SUFFIX}: {target.with_suffix(SUFFIX)}")
    check_writable(target)
    labels = read_run_labels(source) if is_run_folder(source) else read_labels(source)
    statistics, photos = _measure(labels)
    if not photos:
        raise WrongUse(f"None of the photos in {source} can be read.")
    points = np.array([labels.range.to_0_100(photo.score) for photo in photos])
    learns = np.array([photo.split in _LEARNS_FROM for photo in photos])
    model = fit_classical_model(
        statistics[learns],
        points[learns].tolist(),
        name=target.stem,
        trained_on=labels.name,
        label_sha256=labels.sha256,
    )
    write_bytes(target, to_bytes(model))
    write_out(str(target))
    is_test = np.array([photo.split == "test" for photo in photos])
    if is_test.sum() >= 2:
        try:
            agreement = srcc(model.score(statistics[is_test]), points[is_test])
        except UndefinedMeasure:
            return
        write_err(f"SRCC on the test part of {counted(int(is_test.sum()))}: {agreement:.3f}")


def _measure(labels: LabelSet) -> tuple[FloatArray, list[LabelledPhoto]]:
    """Scene statistics (N, 36) of the photos that can be read, and those photos."""

    def measured(photo: LabelledPhoto) -> FloatArray | UnreadablePhoto:
        try:
            return read_statistics(photo.path)[0]
        except UnreadablePhoto as error:
            return error

    found, photos = [], []
    num_threads = num_usable_cores()
    rated = [photo for photo in labels.photos if math.isfinite(photo.score)]
    results = read_ahead(measured, rated, num_threads=num_threads, depth=4 * num_threads)
    with Interruption() as interruption, progress_bar(len(rated), "Measuring") as bar:
        for photo, result in zip(rated, results, strict=True):
            bar.update()
            if interruption.asks_to_stop():
                results.close()
                raise KeyboardInterrupt
            if isinstance(result, UnreadablePhoto):
                write_err(printable(f"Left out: {result}"))
            else:
                found.append(result)
                photos.append(photo)
    return np.array(found), photos
