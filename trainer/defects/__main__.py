"""python -m trainer.defects --labels CSV --weights FILE --run FOLDER: teaches the defect network.

Stopped at any time, the same call goes on from the last checkpoint in the folder.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import torch

from engine.defects.defect_file import open_defect_network
from engine.defects.defect_network import DefectNetwork, DefectNetworkConfig
from engine.errors import EngineError
from engine.networks.feature_maps import create_feature_maps
from trainer.defects.batches import Batches
from trainer.defects.learner import load_learner, new_learner, save_learner
from trainer.defects.material import Material
from trainer.defects.plan import DefectPlan
from trainer.defects.teaching import teach
from trainer.errors import TrainingError

_log = logging.getLogger("trainer.defects")

_SAVE_EVERY_S = 150.0
_TELL_EVERY_STEPS = 25


def main(arguments: Sequence[str] | None = None) -> int:
    """Teach, and return the exit status: 0 taught, 1 something is wrong with what was given."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    args = _parser().parse_args(arguments)
    try:
        _teach(args)
    except (TrainingError, EngineError) as error:
        _log.error("%s", error)
        return 1
    return 0


def plan_of(num_steps: int, seed: int, sides_px: Sequence[int], pixels_per_step: int) -> DefectPlan:
    """The plan that the command line asks for."""
    return DefectPlan(
        num_steps=num_steps, seed=seed, sides_px=tuple(sides_px), pixels_per_step=pixels_per_step
    )


def _teach(args: argparse.Namespace) -> None:
    plan = plan_of(args.steps, args.seed, args.sides, args.pixels)
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    torch.manual_seed(plan.seed)
    material = Material.of_labels(args.labels, held_out=args.held_out)
    network = _start(args)
    learner = new_learner(network, plan)
    checkpoint = args.run / "last.pt"
    args.run.mkdir(parents=True, exist_ok=True)
    if checkpoint.exists():
        load_learner(checkpoint, learner)
        _log.info("Going on from step %d.", learner.step)
    saved = time.monotonic()
    sums: dict[str, float] = {}

    def on_step(step: int, losses: dict[str, float]) -> None:
        nonlocal saved
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + value / _TELL_EVERY_STEPS
        if step % _TELL_EVERY_STEPS == 0:
            rounded = {name: round(value, 4) for name, value in sums.items()}
            with (args.run / "events.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": step, **rounded}) + "\n")
            sums.clear()
        if time.monotonic() - saved >= _SAVE_EVERY_S or step == plan.num_steps:
            save_learner(checkpoint, learner, plan)
            saved = time.monotonic()

    teach(learner, Batches(material, plan), plan, until_step=plan.num_steps, on_step=on_step)


def _start(args: argparse.Namespace) -> DefectNetwork:
    """A taught network to go on from, or a new one with the starting weights."""
    if args.start is not None:
        return open_defect_network(args.start)[0].float()
    if args.weights is None:
        raise TrainingError("There is nothing to begin with.", "Give --weights or --start.")
    network = DefectNetwork(DefectNetworkConfig())
    backbone, _ = create_feature_maps(network.config.backbone, weights=args.weights)
    network.backbone.load_state_dict(backbone.state_dict())
    return network


def _parser() -> argparse.ArgumentParser:
    plan = DefectPlan()
    parser = argparse.ArgumentParser(
        prog="python -m trainer.defects",
        description="Teach the network that sees visible defects.",
        allow_abbrev=False,
    )
    parser.add_argument("--labels", type=Path, required=True, metavar="CSV")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="of the backbone alone")
    parser.add_argument("--start", type=Path, metavar="FILE", help="a taught network to go on from")
    parser.add_argument(
        "--held-out",
        default="",
        metavar="NAME",
        help="leave out the photos whose file names begin so, to measure on them",
    )
    parser.add_argument("--run", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--steps", type=int, default=plan.num_steps, metavar="N")
    parser.add_argument("--seed", type=int, default=plan.seed, metavar="N")
    parser.add_argument(
        "--sides",
        type=int,
        nargs="+",
        default=plan.sides_px,
        metavar="PX",
        help="sides of the crops; small ones first, large ones last, teach more in the same time",
    )
    parser.add_argument("--pixels", type=int, default=plan.pixels_per_step, metavar="N")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
