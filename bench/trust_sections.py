"""The proof in sections that can be measured one by one."""

# K kinds

import argparse
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from bench.defect_planting import Pixels, Spoilt
from bench.trust_figures import Row
from bench.trust_grad_cam import grad_cam_rows, own_score_rows
from bench.trust_own_pixels import measured_canvases
from bench.trust_part import Part, deliberate_photos
from bench.trust_people import (
    Looked,
    agreement_rows,
    best_tenth_rows,
    deliberate_rows,
    held_out_rows,
    looked_at,
)
from bench.trust_planted import (
    as_before_rows,
    found_rates,
    never_taught_rows,
    taught_rows,
    taught_verdicts,
)
from bench.trust_restoring import Score, scored_by
from bench.trust_sanity import clearly_spoilt, mapper_of, network_rows, restoring_rows
from engine.defects.defect_file import open_defect_network
from engine.defects.defect_finder import DefectFinder
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.model_header import identify_model
from engine.networks.quality_network import QualityNetwork
from trainer.defects.material import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows by the table they belong to, and what a card says of kinds, as far as measured here."""

    rows: Mapping[str, list[Row]]
    rates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        groups = {group: [row.to_json() for row in rows] for group, rows in self.rows.items()}
        return {"rows": groups, "rates": dict(self.rates)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """A section that was stored."""
        groups = {
            group: [Row.from_json(row) for row in rows] for group, rows in values["rows"].items()
        }
        return cls(rows=groups, rates=values["rates"])


@dataclass(kw_only=True)
class Subject:
    """What is measured, and on what; opened when a section asks for it."""

    path: Path
    model_path: Path
    source: str
    part: Part
    material: Material
    held_out: Mapping[str, Path]
    deliberate: Path
    num_planted: int
    num_real: int
    num_scored: int
    num_sanity: int
    num_canvases: int
    num_times: int

    @classmethod
    def of(cls, args: argparse.Namespace) -> Self:
        """What a command line asks for. Raises LabelError, ModelFileError, ValueError."""
        material = Material.of_labels(args.labels)
        return cls(
            path=args.file,
            model_path=default_model() if args.model is None else find_model(args.model),
            source=material.source,
            part=Part.of(material, args.part),
            material=material,
            held_out=dict(_source_and_file(text) for text in args.held_out),
            deliberate=args.deliberate,
            num_planted=args.planted,
            num_real=args.real,
            num_scored=args.scored,
            num_sanity=args.sanity,
            num_canvases=args.canvases,
            num_times=args.times,
        )

    def identity(self, section: str) -> dict[str, str]:
        """What a section's figures are of: they are not to be mixed with those of anything else."""
        of = {"part": self.part.name, "model": self.model_id}
        return of if section == "grad-cam" else {**of, "network": self.sha256}

    @cached_property
    def sha256(self) -> str:
        """Of the network's file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @cached_property
    def model_id(self) -> str:
        """The model whose scores and Grad-CAM are measured."""
        return identify_model(self.model_path).model_id

    @cached_property
    def finder(self) -> DefectFinder:
        """The network."""
        return DefectFinder.open(self.path)

    @cached_property
    def good(self) -> list[Pixels]:
        """The photos that defects are planted in."""
        return self.part.best(self.num_planted)

    @cached_property
    def spoilt(self) -> list[Spoilt]:
        """Photos with a clear defect, for the checks that take many looks at each."""
        return clearly_spoilt(self.good, self.num_sanity)

    @cached_property
    def scorer(self) -> tuple[QualityNetwork, ModelCard, Score]:
        """The model, and what it makes of a photo."""
        network, card = open_model(self.model_path)
        return network, card, scored_by(network, card)


def _planted(subject: Subject) -> Section:
    verdicts = taught_verdicts(subject.finder, subject.good)
    return Section(rows=taught_rows(verdicts), rates=found_rates(verdicts))


def _never_taught(subject: Subject) -> Section:
    return Section(rows=never_taught_rows(subject.finder, subject.good[::2]))


def _as_before(subject: Subject) -> Section:
    return Section(rows=as_before_rows(subject.finder, subject.good[::2]))


def _people(subject: Subject) -> Section:
    part, finder = subject.part, subject.finder
    tenth, spread = range(part.num_best), part.spread(subject.num_real)
    found = {place: looked_at(finder, part.paths[place]) for place in sorted({*tenth, *spread})}
    alarms, shares = best_tenth_rows(finder.kinds, [found[place] for place in tenth])
    agreement = agreement_rows(part, {place: found[place] for place in spread})
    return Section(
        rows={**alarms, "main": alarms["main"] + agreement},
        rates={kind: {"false_alarms": share} for kind, share in shares.items()},
    )


def _deliberate(subject: Subject) -> Section:
    material = subject.material
    known = {path.name: path for path in (*material.validation, *material.test)}
    is_test = subject.part.name == "test"  # else the test photos of the list stay unread
    photos = [
        one for one in deliberate_photos(subject.deliberate) if is_test or one.part == "validation"
    ]

    def look(image: str) -> Looked:
        if image not in known:
            raise ValueError(f"{image} is on the list, but in neither part of {material.source}.")
        return looked_at(subject.finder, known[image])

    return Section(rows={"main": deliberate_rows(photos, look)})


def _held_out(subject: Subject) -> Section:
    rows = []
    for source, path in subject.held_out.items():
        finder = DefectFinder.open(path)
        rows += held_out_rows(finder, subject.part, source, subject.num_real)
    return Section(rows={"main": rows})


def _own_pixels(subject: Subject) -> Section:
    finder, paths, times = subject.finder, subject.part.paths, subject.num_times
    return Section(
        rows={"main": measured_canvases(finder, paths, subject.num_canvases, times=times)}
    )


def _sanity(subject: Subject) -> Section:
    network, card = open_defect_network(subject.path)
    return Section(rows={"main": network_rows(network, card, subject.spoilt)})


def _scorer(subject: Subject) -> Section:
    _, _, score = subject.scorer
    places = subject.part.spread(subject.num_scored)
    found = {place: looked_at(subject.finder, subject.part.paths[place]) for place in places}
    half = subject.spoilt[::2]
    rows = own_score_rows(score, subject.part, found)
    return Section(rows={"main": rows + restoring_rows(score, mapper_of(subject.finder), half)})


def _grad_cam(subject: Subject) -> Section:
    network, card, score = subject.scorer
    return Section(
        rows=grad_cam_rows(
            network,
            card,
            score,
            part=subject.part,
            good=subject.good,
            spoilt=subject.spoilt[::2],
            places=subject.part.spread(subject.num_scored),
        )
    )


SECTIONS: dict[str, Callable[[Subject], Section]] = {
    "planted": _planted,
    "never-taught": _never_taught,
    "as-before": _as_before,
    "deliberate": _deliberate,
    "people": _people,
    "held-out": _held_out,
    "own-pixels": _own_pixels,
    "sanity": _sanity,
    "scorer": _scorer,
    "grad-cam": _grad_cam,
}


def _source_and_file(text: str) -> tuple[str, Path]:
    source, equals, file = text.partition("=")
    if not (source and equals and file):
        raise ValueError(f"--held-out is {text!r}; write the source, =, and its network's file.")
    return source, Path(file)
