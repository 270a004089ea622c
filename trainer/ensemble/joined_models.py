"""Several trained models made into one, and measured on the parts of a run."""

# N photos

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.errors import EngineError
from engine.explain.grad_cam import measure_map_scale
from engine.measures.logistic_fit import fit_score_map
from engine.measures.measure_agreement import measure_agreement
from engine.networks.model_card import ModelCard
from engine.networks.model_file import open_model, save_model
from engine.networks.panel import PanelConfig, PanelMember, PanelNetwork
from engine.photos.resized import read_resized
from engine.scorer import Scorer
from trainer.ensemble.taught_labels import JoinedScores
from trainer.errors import LabelError
from trainer.labels.label_set import LabelSet
from trainer.labels.split import Split

Floats = npt.NDArray[np.float64]

_MAP_SCALE_PHOTOS = 200


def join_models(
    paths: Sequence[Path],
    joined: JoinedScores,
    labels: LabelSet,
    split: Split,
    *,
    name: str,
    out: Path,
) -> str:
    """Write the panel of these models to `out`, measured once on the test part; what it reached.

    `joined` says how their scores (0-100) make the panel's (0-100). The map from scores to labels
    and the scale of maps come from validation. Raises EngineError where models can't be joined.
    """
    opened = [open_model(path) for path in paths]
    cards = [card for _, card in opened]
    try:
        config = PanelConfig(
            members=tuple(
                PanelMember(architecture=card.architecture, network=asdict(card.network))  # type: ignore[call-overload]
                for card in cards
            )
        )
    except (TypeError, ValueError) as error:
        raise EngineError(f"The models can't be joined: {error}") from error
    panel = PanelNetwork(config).eval()
    for member, (network, _) in zip(panel.members, opened, strict=True):
        member.load_state_dict(network.state_dict())
    with torch.no_grad():
        panel.joined.weight.copy_(torch.from_numpy(joined.weight_M[None]))
        panel.joined.bias.fill_(joined.intercept / 100)
    card = _card(name, panel, cards, joined, labels, split)
    save_model(out, panel, card)
    return _measure(out, card, labels, split)


def _card(
    name: str,
    panel: PanelNetwork,
    cards: Sequence[ModelCard],
    joined: JoinedScores,
    labels: LabelSet,
    split: Split,
) -> ModelCard:
    parts = ", ".join(
        f"{weight:.3f} x {card.name}" for weight, card in zip(joined.weight_M, cards, strict=True)
    )
    return ModelCard(
        name=name,
        role="plain",
        network=panel.config,
        normalisation=panel.normalisation,
        resize_rule=cards[0].resize_rule,
        num_crops=1,
        labels=labels.range,
        trained_on=labels.name,
        num_photos=len(split.train),
        label_sha256=labels.sha256,
        protocol=f"A panel of trained models: {parts}, and {joined.intercept:+.2f}. {labels.name}: "
        f"{len(split.train)} photos for training, {len(split.validation)} for validation, "
        f"{len(split.test)} for test, parted {split.how}. The test part was read once, with the "
        "whole photo in one frame. The logistic of mapped PLCC and of RMSE was fitted on "
        "validation. Intervals: 95 %, bootstrap over the test photos.",
        date=datetime.now(UTC).date().isoformat(),
    )


def _measure(path: Path, card: ModelCard, labels: LabelSet, split: Split) -> str:
    scorer = Scorer.open(path, device="cpu")
    validation = _scores(scorer, labels, split.validation)
    logistic = fit_score_map(validation, _rated(labels, split.validation))
    figures = measure_agreement(
        _scores(scorer, labels, split.test),
        _rated(labels, split.test),
        score_map=logistic,
        scale=labels.range,
    ).to_json()
    network = open_model(path)[0]
    pixels = (
        read_resized(labels.photos[index].path, card.resize_rule, crop_px=card.crop_px).pixels_HW3
        for index in split.validation[:_MAP_SCALE_PHOTOS]
    )
    map_scale = measure_map_scale(network, pixels)
    card = replace(card, figures=figures, logistic=logistic, map_scale=map_scale)
    save_model(path, network, card)
    return f"{card.name}, SRCC {figures['srcc']['value']:.3f} on {len(split.test)} test photos,"


def _scores(scorer: Scorer, labels: LabelSet, indices: Sequence[int]) -> Floats:
    """What the network says of these photos, not clipped."""
    paths = [labels.photos[index].path for index in indices]
    found = []
    for result in scorer.score(paths):
        if result.score_0_100 is None:
            raise LabelError(f"{result.path} can't be read: {result.error}.", "Put it back.")
        found.append(float(np.mean(result.crop_scores)))
    return np.array(found)


def _rated(labels: LabelSet, indices: Sequence[int]) -> Floats:
    return np.array([labels.range.to_0_100(labels.photos[index].score) for index in indices])
