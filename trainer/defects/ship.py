"""python -m trainer.defects.ship --labels CSV --run FOLDER --out FILE: a taught network as a file.

Levels are set on the validation photos; the test part is not read.
"""

# N places or photos, K kinds, G map places a side

import argparse
import csv
import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from engine.defects.defect_card import DefectCard, KindRates
from engine.defects.defect_file import save_defect_network
from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
from engine.defects.proven_strength import KindLevel, connected_areas, smoothed
from engine.errors import EngineError
from trainer.defects.batches import as_input
from trainer.defects.calibrating import EXTENT, quiet_levels
from trainer.defects.learner import load_learner, new_learner
from trainer.defects.material import Material, pixels_of
from trainer.defects.plan import DefectPlan
from trainer.errors import TrainingError

_log = logging.getLogger("trainer.defects")

LONG_SIDE_PX = 512
_BEST_SHARE = 0.25
_FALSE_ALARMS = 0.04
_SMOOTHING_PLACES = 1.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file, and return the exit status: 0 written, 1 something is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    args = _parser().parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    try:
        material = Material.of_labels(args.labels, held_out=args.held_out)
        network, step, settings = _taught([run / "last.pt" for run in args.run])
        deliberate = _names(args.deliberate)
        num_deliberate = sum(path.name in deliberate for path in material.validation)
        levels = set_levels(
            network,
            material,
            false_alarms=args.false_alarms,
            smoothing_places=args.smoothing,
            deliberate=deliberate,
        )
        rates = {} if args.rates is None else json.loads(args.rates.read_text(encoding="utf-8"))
        card = DefectCard(
            name=args.out.stem,
            network=network.config,
            long_side_px=LONG_SIDE_PX,
            levels=dict(zip(network.config.kinds, levels, strict=True)),
            smoothing_places=args.smoothing,
            rates={kind: KindRates(**entry) for kind, entry in rates.get("rates", {}).items()},
            trained_on=args.trained_on,
            num_photos=len(material.train),
            label_sha256=material.sha256,
            protocol=_protocol(material, step, num_deliberate, held_out=args.held_out),
            figures=rates.get("figures", {}),
            settings={**settings, "steps_taught": step},
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
    smoothing_places: float,
    deliberate: frozenset[str] = frozenset(),
) -> list[KindLevel]:
    """The level of every kind, from the best-rated validation photos.

    With them go the validation photos named in `deliberate`, which are soft or dark on purpose. No
    more than a share `false_alarms` of all these reach a half anywhere.
    """
    best = material.validation[: max(1, round(_BEST_SHARE * len(material.validation)))]
    named = tuple(path for path in material.validation if path.name in deliberate)
    loudest, widest = [], []
    for path in (*best, *named):
        photo = pixels_of(path)
        height, width = (side // 32 * 32 for side in photo.shape[:2])
        logits_Khw = smoothed(network_logits(network, photo[:height, :width]), smoothing_places)
        loudest.append(logits_Khw.max(axis=(1, 2)))
        widest.append([_largest_share(logits_hw) for logits_hw in logits_Khw])
    return quiet_levels(np.stack(loudest), np.array(widest), false_alarms=false_alarms)


def _names(table: Path | None) -> frozenset[str]:
    """The names in the column `image`; none without a table. Raises TrainingError."""
    if table is None:
        return frozenset()
    try:
        with table.open(encoding="utf-8", newline="") as file:
            return frozenset(Path(row["image"]).name for row in csv.DictReader(file))
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise TrainingError(
            f"{table} can't be read as a list of photos.", "Give a CSV with a column image."
        ) from error


def _largest_share(logits_hw: npt.NDArray[np.float32]) -> float:
    """The share of the photo that the largest area covers."""
    _, num_places = connected_areas(logits_hw, EXTENT)
    return float(num_places[1:].max(initial=0)) / logits_hw.size


def network_logits(
    network: DefectNetwork, pixels_HW3: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """Logits (K, G, G) of a photo whose sides are multiples of 32."""
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        logits: npt.NDArray[np.float32] = network(as_input(pixels_HW3[None]))[0].float().numpy()
    return logits


def _taught(checkpoints: Sequence[Path]) -> tuple[DefectNetwork, int, dict[str, Any]]:
    """The mean of the runs' running averages, as the file will hold it, and all their steps.

    The settings are those of the last run.
    """
    learners, settings = [], {}
    for checkpoint in checkpoints:
        learner = new_learner(DefectNetwork(DefectNetworkConfig()), DefectPlan())
        settings = load_learner(checkpoint, learner)
        learners.append(learner)
    network = learners[0].averaged
    others = [learner.averaged.state_dict() for learner in learners]
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                mean = torch.stack([other[name].double() for other in others]).mean(0)
                value.copy_(mean.half())
    return network, sum(learner.step for learner in learners), settings


def _protocol(material: Material, step: int, num_deliberate: int, *, held_out: str) -> str:
    with_them = f" and on {num_deliberate} that are soft or dark on purpose" * bool(num_deliberate)
    without = f" The test photos are all those whose names begin with {held_out}." * bool(held_out)
    return (
        f"{step} steps, each with defects planted in the {len(material.good)} best-rated of "
        f"{len(material.train)} training photos and with real photos, whose scores the mean "
        f"strengths had to explain; the {material.num_flawless} best were answered with nothing. "
        f"Levels were set on the best-rated quarter of {len(material.validation)} validation "
        f"photos{with_them}; the {len(material.test)} test photos were not read.{without}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer.defects.ship",
        description="Set the levels of a taught defect network and write its file.",
        allow_abbrev=False,
    )
    parser.add_argument("--labels", type=Path, required=True, metavar="CSV")
    parser.add_argument(
        "--run",
        type=Path,
        required=True,
        nargs="+",
        metavar="FOLDER",
        help="a run; of several that went on from each other, the mean of their weights is taken",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--rates", type=Path, metavar="JSON", help="measured rates for the card")
    parser.add_argument("--trained-on", default="", metavar="TEXT", help="the photographs' name")
    parser.add_argument(
        "--held-out",
        default="",
        metavar="NAME",
        help="what --held-out was while it was taught: set no level on these photos either",
    )
    parser.add_argument(
        "--deliberate",
        type=Path,
        metavar="LIST.csv",
        help="photos that are soft or dark on purpose: those of the validation part shall be quiet",
    )
    parser.add_argument("--smoothing", type=float, default=_SMOOTHING_PLACES, metavar="PLACES")
    parser.add_argument("--false-alarms", type=float, default=_FALSE_ALARMS, metavar="SHARE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
