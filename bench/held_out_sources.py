"""The sources that a data set is made of, and one run without each of them."""

# N photos of a source

import csv
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.scorer import Scorer
from trainer.config import LabelsConfig, RunConfig
from trainer.errors import TrainingError
from trainer.run_folder import RunFolder

Floats = npt.NDArray[np.float64]

_SOURCE = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What a model says of photos, and people: 0 to 100, by the photos' names."""

    names: tuple[str, ...]
    rated_N: Floats
    predicted_N: Floats


def sources_of(labels: Path) -> list[str]:
    """How the names of the photos begin, up to the first mark: one source each."""
    rows = _rows(labels)
    found = [_SOURCE.match(Path(row["image"]).name) for row in rows]
    return sorted({match[0] for match in found if match})


def hold_out(labels: Path, prefix: str) -> list[tuple[Path, str, str]]:
    """Photo, score as it is written, and part, in the order of the file.

    Raises ValueError when no photo would be left in one of the parts.
    """
    parted = [
        (photo, row["score"], "test" if photo.name.startswith(prefix) else "train")
        for row in _rows(labels)
        for photo in [labels.parent.resolve() / row["image"]]
    ]
    num_held_out = sum(part == "test" for *_, part in parted)
    if num_held_out in (0, len(parted)):
        raise ValueError(
            f"{num_held_out} of {len(parted)} photos begin with {prefix!r}; give the beginning of "
            "the names of one part."
        )
    return parted


def write_held_out(labels: Path, prefix: str, out: Path) -> None:
    """Write labels that a run trains on without the photos of this prefix, which it tests on."""
    parted = hold_out(labels, prefix)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "score", "split"])
        writer.writerows(parted)


def run_without(
    recipe: RunConfig, labels: Path, source: str, folder: Path, *, weights: Path | None = None
) -> RunFolder:
    """The run of a recipe without one source, as it stands in `folder`, or made there.

    It starts from `weights`/SOURCE.safetensors if that folder is given. Raises ValueError where the
    recipe's teacher may have seen the photos that are held out.
    """
    if recipe.teacher.model:
        raise ValueError(
            "The recipe takes a teacher that is trained already, and it may have seen the photos "
            "that are held out. Leave teacher.model empty."
        )
    path = folder / source
    if (path / "config.json").exists():
        return RunFolder.open(path)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"without-{source}.csv"
    write_held_out(labels, source, table)
    given = recipe.labels
    plain = LabelsConfig(
        source=str(table.resolve()),
        name=f"{given.name or labels.stem} without {source}",
        score_low=given.score_low,
        score_high=given.score_high,
        higher_is_better=given.higher_is_better,
        occasions=given.occasions,
        occasion_share=given.occasion_share,
    )
    network = recipe.network
    if weights is not None:
        network = replace(network, weights=str((weights / f"{source}.safetensors").resolve()))
    config = replace(recipe, name=f"{recipe.name}-{source}", labels=plain, network=network)
    return RunFolder.create(path, config)


def train(folder: RunFolder) -> None:
    """Train to the end, in a process of its own, from where the run stands.

    Raises TrainingError when the training fails.
    """
    if folder.report_json.exists():
        return
    command = [sys.executable, "-P", "-m", "trainer", str(folder.path), "--detached"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode or not folder.report_json.exists():
        raise TrainingError(
            f"The training in {folder.path} did not come to its end.",
            f"See {folder.train_log.name} there; the same call goes on with it.",
        )


def predictions_of_run(folder: RunFolder) -> Predictions:
    """What the student of a finished run says of the source that it never saw."""
    rows = _rows(folder.predictions_csv)
    return _predictions(rows, "rated_0_100", "student")


def predictions_of_model(
    scorer: Scorer,
    labels: Path,
    source: str,
    table: Path,
    *,
    to_0_100: Callable[[float], float],
    only: frozenset[str] | None = None,
) -> Predictions:
    """What a model says of the photos of a source; kept in `table` and found there again.

    `only` are the names of the photos that count, all unless given.
    """
    if not table.exists():
        rows = [
            row
            for row in _rows(labels)
            if Path(row["image"]).name.startswith(source)
            and (only is None or Path(row["image"]).name in only)
        ]
        results = scorer.score([labels.parent.resolve() / row["image"] for row in rows])
        table.parent.mkdir(parents=True, exist_ok=True)
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["image", "rated_0_100", "model"])
            writer.writerows(
                (row["image"], to_0_100(float(row["score"])), result.score_0_100)
                for row, result in zip(rows, results, strict=True)
                if result.score_0_100 is not None
            )
    return _predictions(_rows(table), "rated_0_100", "model")


def _predictions(rows: Sequence[dict[str, str]], rated: str, predicted: str) -> Predictions:
    return Predictions(
        names=tuple(Path(row["image"]).name for row in rows),
        rated_N=np.array([float(row[rated]) for row in rows]),
        predicted_N=np.array([float(row[predicted]) for row in rows]),
    )


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
