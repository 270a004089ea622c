"""The end of a repeat: its models stored as they will be used, and the test part read once."""

# N photos

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.certainty.certainty import Certainty
from engine.explain.grad_cam import measure_map_scale
from engine.files.csv_text import csv_text
from engine.measures.agreement import Undefined
from engine.measures.correlation import plcc, srcc
from engine.measures.logistic_fit import fit_score_map
from engine.measures.measure_agreement import Measure, measure_agreement, measure_gain
from engine.networks.model_file import open_model, save_model
from engine.networks.quality_network import QualityNetwork
from trainer.atomic_write import write_json, write_text
from trainer.cards import protocol_text
from trainer.certainty import certainty_of_run, certainty_photos
from trainer.figures import Floats, epoch_agreement
from trainer.labels.split import Split
from trainer.material import RunMaterial
from trainer.protocol import Progress
from trainer.run_folder import RepeatFolder
from trainer.scoring import SeenPhotos, Stopped, see_photos
from trainer.time_left import TEST, TimeLeft

_MAP_SCALE_PHOTOS = 200


class FinalTest:
    """Measures the models in a repeat's folder; `epochs` are the records of each stage."""

    def __init__(
        self,
        material: RunMaterial,
        folder: RepeatFolder,
        split: Split,
        number: int,
        *,
        epochs: dict[str, list[dict[str, Any]]],
        time_left: TimeLeft,
    ) -> None:
        self._material = material
        self._folder = folder
        self._split = split
        self._number = number
        self._epochs = epochs
        self._config = material.config
        self._machine = replace(material.machine, dtype=torch.float32)
        self._time_left = time_left
        paths = {"teacher": folder.teacher_model, "student": folder.best_model}
        self._models = {role: path for role, path in paths.items() if role in epochs}
        self._num_done = 0
        self._begun = time.monotonic()

    def run(self) -> dict[str, Any] | None:
        """The report's entry of the repeat, made now or at an earlier start; None if stopped."""
        report_json = self._folder.report_json
        if report_json.exists():  # written last: the test part is not read again
            entry: dict[str, Any] = json.loads(report_json.read_text("utf-8"))["repeats"][0]
            return entry
        try:
            entry, test_scores = self._measure()
        except Stopped:
            return None
        self._write_predictions(test_scores)
        text = protocol_text(self._config, self._material.labels, self._split)
        write_json(report_json, {"protocol": text, "repeats": [entry]})
        return entry

    def _measure(self) -> tuple[dict[str, Any], dict[str, Floats]]:
        self._begun = time.monotonic()
        entry: dict[str, Any] = {"repeat": self._number}
        scores: dict[str, Floats] = {}
        for role, path in self._models.items():
            scores[role], entry[role] = self._finish_model(role, path)
        if self._folder.teacher_scale_json.exists():
            entry["teacher_scale"] = json.loads(self._folder.teacher_scale_json.read_text("utf-8"))
        entry["preferred"] = self._preferred(entry)
        if len(self._models) == 2:
            rated = self._rated(self._split.test)
            entry["student_minus_teacher"] = _gains(scores["student"], scores["teacher"], rated)
        return entry, scores

    def _finish_model(self, role: str, path: Path) -> tuple[Floats, dict[str, Any]]:
        """Store the model as it will be used (fp16), then measure that very file."""
        network, card = open_model(path)
        save_model(path, network, card)
        network = open_model(path)[0].to(self._material.machine.device)
        logistic, validation_srcc, certainty = None, None, None
        if self._split.validation:
            seen = self._seen(network, self._split.validation)
            validation: Floats = seen.scores_NK.mean(1)
            certainty = self._certainty(network, seen)
            rated = self._rated(self._split.validation)
            logistic = fit_score_map(validation, rated)
            validation_srcc = epoch_agreement(validation, rated)[0]
        test = self._scores(network, self._split.test)
        figures = measure_agreement(
            test,
            self._rated(self._split.test),
            score_map=logistic,
            scale=self._material.labels.range,
        ).to_json()
        map_scale = measure_map_scale(network, self._map_photos())
        card = replace(card, figures=figures, logistic=logistic, map_scale=map_scale)
        save_model(path, network, card, certainty=certainty)
        entry = {
            "model": path.name,
            "validation_srcc": validation_srcc,
            "epoch_chosen": "on validation" if self._split.validation else "fixed beforehand",
            "figures": figures,
            "epochs": self._epochs[role],
        }
        interpolation_json = self._folder.interpolation_json(role)
        if interpolation_json.exists():
            entry["interpolation"] = json.loads(interpolation_json.read_text(encoding="utf-8"))
        if self._config.split.paper_protocol:
            entry["paper_protocol"] = _optimistic(self._epochs[role])
        return test, entry

    def _preferred(self, entry: dict[str, Any]) -> str:
        """The model that validation prefers; without it, the student."""
        if not self._split.validation:
            return list(self._models)[-1]
        return max(self._models, key=lambda role: entry[role]["validation_srcc"])

    def _scores(self, network: QualityNetwork, indices: Sequence[int]) -> Floats:
        scores_N: Floats = self._seen(network, indices).scores_NK.mean(1)
        return scores_N

    def _certainty(self, network: QualityNetwork, validation: SeenPhotos) -> Certainty | None:
        """What the errors on validation photos tell of others; None if there are too few."""
        photos = certainty_photos(self._split)
        if not photos:
            return None
        return certainty_of_run(
            self._material,
            training=self._seen(network, photos).features_NF,
            photos=photos,
            validation=validation,
            rated_N=self._rated(self._split.validation),
        )

    def _seen(self, network: QualityNetwork, indices: Sequence[int]) -> SeenPhotos:
        return see_photos(
            network,
            self._material.source,
            indices,
            num_crops=self._config.photos.test_crops,
            machine=self._machine,
            on_progress=self._counting(),
            should_stop=lambda: self._material.reporter.should_stop,
        )

    def _map_photos(self) -> Iterator[npt.NDArray[np.uint8]]:
        count = self._counting()
        for number, index in enumerate(_map_photos(self._split)):
            if self._material.reporter.should_stop:
                raise Stopped
            yield self._material.source.photos.photo(index)
            count(number + 1)

    def _counting(self) -> Callable[[int], None]:
        """Counts the photos of one pass on top of those of the passes before."""
        before = self._num_done

        def count(num_photos: int) -> None:
            self._num_done = before + num_photos
            self._report()

        return count

    def _report(self) -> None:
        seconds = time.monotonic() - self._begun
        num_crops = self._material.num_test_views
        self._time_left.test_took(self._num_done * num_crops, seconds)
        self._material.reporter.send(
            Progress(
                stage=TEST,
                repeat=self._number,
                epoch=0,
                num_epochs=1,
                step=self._num_done,
                num_steps=num_scored_photos(self._split, len(self._models)),
                losses={},
                examples_per_s=self._num_done / max(1e-9, seconds),
                seconds_left=self._time_left.after_tests(
                    self._number, num_crops=self._num_done * num_crops
                ),
                gpu_memory_bytes=self._material.machine.gpu_memory_bytes(),
            )
        )

    def _rated(self, indices: Sequence[int]) -> Floats:
        return self._material.rated_N[list(indices)]

    def _write_predictions(self, test_scores: dict[str, Floats]) -> None:
        rows: list[list[object]] = [["image", "rated_0_100", *test_scores]]
        columns = [self._rated(self._split.test), *test_scores.values()]
        for index, *values in zip(self._split.test, *columns, strict=True):
            path = self._material.labels.photos[index].path
            rows.append([path, *(f"{value:.4f}" for value in values)])
        write_text(self._folder.predictions_csv, csv_text(rows))


def num_scored_photos(split: Split, num_models: int) -> int:
    """How many photos a final test scores: validation, test, and those of maps and certainty."""
    num_more = len(_map_photos(split)) + len(certainty_photos(split))
    return num_models * (len(split.validation) + len(split.test) + num_more)


def _map_photos(split: Split) -> tuple[int, ...]:
    """Those that the scale of maps is measured on: no test photos."""
    return (split.validation or split.train)[:_MAP_SCALE_PHOTOS]


def _gains(student_N: Floats, teacher_N: Floats, rated_N: Floats) -> dict[str, Any]:
    """Student minus teacher on the same photos, with 95 % intervals over the photos."""

    def gain(measure: Measure) -> dict[str, float | None] | None:
        found = measure_gain(measure, student_N, teacher_N, rated_N)
        return None if isinstance(found, Undefined) else asdict(found)

    return {"srcc": gain(srcc), "plcc": gain(plcc)}


def _optimistic(epochs: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(epochs, key=lambda record: record["test_srcc"])
    return {
        "what": "The epoch chosen on the test part itself, as the paper's base code does [A]. "
        "Optimistic; not to be compared with the figures.",
        "epoch": best["epoch"],
        "srcc": best["test_srcc"],
        "plcc": best["test_plcc"],
    }
