"""The file of a model of a person's own: the network beneath as it came, and the head."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from engine.certainty.stored_certainty import CERTAINTY_PREFIX
from engine.counted import counted
from engine.measures.label_scale import LabelScale
from engine.networks.model_card import MapScale
from engine.networks.model_file import card_metadata, open_model, read_card
from engine.networks.model_header import damaged, identify_model
from engine.networks.tensor_file import storable, write_tensors
from engine.personal.fit_head import FittedHead
from engine.personal.personal_network import personal_config
from engine.personal.report import PersonalReport

_BENEATH, _HEAD = "parent.", "own_head."
# What lies beside a network: what older programs taught it, and how sure its own scores are.
_LEFT_OUT = ("distortion_head.", CERTAINTY_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalFacts:
    """What the card of a personal model says beside what it takes from the model beneath.

    >>> from engine.measures.label_scale import LabelScale
    >>> from engine.personal.personal_file import PersonalFacts
    >>> stars = LabelScale(low=1.0, high=5.0, higher_is_better=True)
    >>> PersonalFacts(name="mine", labels=stars, trained_on="labels.csv", num_photos=120).name
    'mine'
    """

    name: str
    labels: LabelScale
    trained_on: str
    num_photos: int
    label_sha256: str = ""
    date: str = ""
    program: str = ""


def save_personal(
    path: Path,
    head: FittedHead,
    *,
    parent: Path,
    facts: PersonalFacts,
    report: PersonalReport | None = None,
    map_scale: MapScale | None = None,
) -> None:
    """Write a model file that rates as the model of the file `parent` with this head on it.

    The weights beneath are copied bit by bit, the head is kept in float32; the card holds the
    parent's id and the report. The file appears whole or not at all. Raises ModelFileError.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from engine.measures.label_scale import LabelScale
    >>> from engine.networks.model_file import open_model
    >>> from engine.networks.model_finder import default_model
    >>> from engine.personal.fit_head import fit_head
    >>> from engine.personal.personal_file import PersonalFacts, num_features, save_personal
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(20, num_features(default_model()) + 1)).astype(np.float32)
    >>> facts = PersonalFacts(
    ...     name="mine", labels=LabelScale(low=1.0, high=5.0, higher_is_better=True),
    ...     trained_on="labels.csv", num_photos=20,
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.safetensors"
    ...     head = fit_head(features, features[:, -1].astype(float))
    ...     save_personal(file, head, parent=default_model(), facts=facts)
    ...     network, card = open_model(file)
    >>> card.architecture, card.parent.partition("@")[0] == default_model().stem
    ('personal', True)
    """
    below = read_card(parent)
    card = replace(
        below,
        name=facts.name,
        role="plain",
        network=personal_config(below.network, head.shape),
        labels=facts.labels,
        trained_on=facts.trained_on,
        num_photos=facts.num_photos,
        label_sha256=facts.label_sha256,
        protocol=_protocol(report),
        figures=_figures(report),
        logistic=None,
        map_scale=below.map_scale if map_scale is None else map_scale,
        settings={
            "head": head.shape.kind,
            **({} if report is None else {"report": report.to_json()}),
        },
        start=None,
        certainty=None,  # measured of the scores beneath, not of these
        parent=identify_model(parent).model_id,
        date=facts.date,
        program=facts.program,
    )
    own = storable(head.module.state_dict(), torch.float32)
    tensors = {f"{_BENEATH}{name}": value for name, value in _stored(parent).items()}
    tensors |= {f"{_HEAD}{name}": value for name, value in own.items()}
    write_tensors(path, tensors, card_metadata(card))


def num_features(model: Path) -> int:
    """How many pooled features the model of a file gives to heads. Raises ModelFileError.

    >>> from engine.networks.model_finder import default_model
    >>> from engine.personal.personal_file import num_features
    >>> num_features(default_model()) > 100
    True
    """
    network, card = open_model(model)
    side_px = max(card.crop_px, 64)
    views = torch.zeros(1, *card.sight.view_shape(side_px, side_px), dtype=torch.uint8)
    with torch.inference_mode():
        features = network.features(network.prepare(views), keeps_sequences=True)
        return int(network.pooled(features).shape[1])


def _stored(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a model file as they lie there."""
    try:
        with safe_open(path, "pt") as file:
            return {
                name: file.get_tensor(name)
                for name in file.keys()  # noqa: SIM118 - no dict
                if not name.startswith(_LEFT_OUT)
            }
    except (SafetensorError, OSError) as error:
        raise damaged(path, error) from error


def _figures(report: PersonalReport | None) -> dict[str, Any]:
    """The figures as cards of trained models have them; RMSE is in points, not label units."""
    if report is None:
        return {}
    own = report.contender("personal")
    if own.srcc is None:
        return {}
    srcc = {"value": own.srcc.value, "low": own.srcc.low, "high": own.srcc.high}
    return {"num_photos": report.num_labels, "srcc": srcc}


def _protocol(report: PersonalReport | None) -> str:
    if report is None:
        return ""
    return (
        f"Cross-validation over all {report.num_labels} labels, "
        f"{counted(report.num_repeats, 'time')}: every photo was scored by heads that learned "
        f"from other photos alone, and photos that look alike stayed together. {report.words()}"
    )
