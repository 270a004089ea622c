"""python -m trainer.defects.ship --labels CSV --run FOLDER --out FILE: a taught network as a file.

Levels are set on the validation photos; the test part is not read.
"""

# N places or photos, K kinds, G map places a side

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from engine.defects.defect_card import DefectCard, KindLevel, KindRates
from engine.defects.defect_file import save_defect_network
from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
from engine.errors import EngineError
from trainer.defects.batches import as_input
from trainer.defects.calibrating import fitted_level, quiet_levels
from trainer.defects.examples import planted_crop, random_crop
from trainer.defects.learner import load_learner, new_learner
from trainer.defects.material import Material, pixels_of
from trainer.defects.plan import DefectPlan
from trainer.errors import TrainingError

_log = logging.getLogger("trainer.defects")

LONG_SIDE_PX = 512
_BEST_SHARE = 0.25
_NUM_PLANTED = 200
_PLANTED_SIDE_PX = 384
_PLACES_PER_CROP = 40
_WANTED_FROM = 0.5
_FALSE_ALARMS = 0.04


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, and return the exit status: 0 written, 1 something is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    args = _parser().parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    try:
        material = Material.of_labels(args.labels)
        network, step, plan = _taught(args.run / "last.pt")
        levels = set_levels(network, material, false_alarms=args.false_alarms)
        rates = {} if args.rates is None else json.loads(args.rates.read_text(encoding="utf-8"))
        card = DefectCard(
            name=args.out.stem,
            network=network.config,
            long_side_px=LONG_SIDE_PX,
            levels=dict(zip(network.config.kinds, levels, strict=True)),
            rates={kind: KindRates(**entry) for kind, entry in rates.get("rates", {}).items()},
            trained_on=args.trained_on,
            num_photos=len(material.train),
            label_sha256=material.sha256,
            protocol=_protocol(material, step),
            figures=rates.get("figures", {}),
            settings={**asdict(plan), "steps_taught": step},
            date=datetime.now(UTC).date().isoformat(),
            program_version=metadata.version("discern-iqa"),
        )
        save_defect_network(args.out, network, card)
    except (TrainingError, EngineError) as error:
        _log.error("%s", error)
        return 1
    return 0


def set_levels(
    network: DefectNetwork,
    material: Material,
    *,
    false_alarms: float,
    num_planted: int = _NUM_PLANTED,
    side_px: int = _PLANTED_SIDE_PX,
    seed: int = 1,
) -> list[KindLevel]:
    """The level of every kind, from defects planted in validation photos and from good ones.

    No more than a share `false_alarms` of the good ones reach a half anywhere.
    """
    kinds = network.config.kinds
    best = material.validation[: max(1, round(_BEST_SHARE * len(material.validation)))]
    loudest_NK, clean_NK = _of_good_photos(network, best, seed=seed)
    planted: list[list[float]] = [[] for _ in kinds]
    rng = np.random.default_rng(seed)
    for _ in range(num_planted):

        def crop() -> npt.NDArray[np.uint8]:
            photo = pixels_of(best[int(rng.integers(len(best)))])
            return random_crop(photo, side_px, rng, smallest_share=0.6)

        example = planted_crop(crop(), crop, rng)
        logits_KGG = network_logits(network, example.pixels_SS3)
        is_there_KGG = (example.wanted_KGG >= _WANTED_FROM) & (example.is_asked_KGG > 0)
        for kind in np.flatnonzero(is_there_KGG.any(axis=(1, 2))):
            values = logits_KGG[kind][is_there_KGG[kind]]
            chosen = rng.choice(values, min(_PLACES_PER_CROP, len(values)), replace=False)
            planted[int(kind)].extend(float(value) for value in chosen)
    levels = [fitted_level(np.array(planted[k]), clean_NK[:, k]) for k in range(len(kinds))]
    return quiet_levels(levels, loudest_NK, false_alarms=false_alarms)


def network_logits(
    network: DefectNetwork, pixels_HW3: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """Logits (K, G, G) of a photo whose sides are multiples of 32."""
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        logits: npt.NDArray[np.float32] = network(as_input(pixels_HW3[None]))[0].float().numpy()
    return logits


def _of_good_photos(
    network: DefectNetwork, photos: Sequence[Path], *, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The loudest logit of every kind in each photo, (N, K), and logits at places anywhere."""
    rng = np.random.default_rng([seed, 1])
    loudest, anywhere = [], []
    for path in photos:
        photo = pixels_of(path)
        height, width = (side // 32 * 32 for side in photo.shape[:2])
        logits_KN = network_logits(network, photo[:height, :width]).reshape(
            len(network.config.kinds), -1
        )
        loudest.append(logits_KN.max(axis=1))
        anywhere.append(logits_KN[:, rng.integers(logits_KN.shape[1], size=_PLACES_PER_CROP)].T)
    return np.stack(loudest), np.concatenate(anywhere)


def _taught(checkpoint: Path) -> tuple[DefectNetwork, int, DefectPlan]:
    """The running average of a run's network, as the file will hold it."""
    plan = DefectPlan()
    learner = new_learner(DefectNetwork(DefectNetworkConfig()), plan)
    load_learner(checkpoint, learner)
    network = learner.averaged
    with torch.no_grad():
        for value in (*network.parameters(), *network.buffers()):
            if value.is_floating_point():
                value.copy_(value.half())
    return network, learner.step, plan


def _protocol(material: Material, step: int) -> str:
    return (
        f"{step} steps, each half defects planted in the {len(material.good)} best-rated of "
        f"{len(material.train)} training photos and half real photos, whose scores the mean "
        f"strengths had to explain; the {material.num_flawless} best were answered with nothing. "
        f"Levels were set on the {len(material.validation)} validation photos; the "
        f"{len(material.test)} test photos were not read."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer.defects.ship",
        description="Set the levels of a taught defect network and write its file.",
        allow_abbrev=False,
    )
    parser.add_argument("--labels", type=Path, required=True, metavar="CSV")
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--rates", type=Path, metavar="JSON", help="measured rates for the card")
    parser.add_argument("--trained-on", default="", metavar="TEXT", help="the photographs' name")
    parser.add_argument("--false-alarms", type=float, default=_FALSE_ALARMS, metavar="SHARE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
