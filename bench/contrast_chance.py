"""python -m bench.contrast_chance RUN_FOLDER: has a student learned the contrast?

Prints the contrast of easy pairs on validation crops, with the photos' own labels and with
labels shuffled among them. Losses of different embeddings and temperatures can't be compared; what
lies between own and shuffled labels can.
"""

# B crops of a batch, S crop side in pixels

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bench.held_out_photos import HeldOutPhotos
from engine.losses.contrast import block_contrasts
from engine.losses.embeddings import embed
from engine.networks.model_file import open_model
from engine.networks.model_finder import default_model, find_model
from engine.networks.network_entry import Embedding
from engine.networks.normalisation import normalise
from engine.networks.quality_network import QualityNetwork
from engine.pairs.easy_hard import choose_pairs
from engine.photos.crops import random_crops

_BATCH_SIZE = 64
_NUM_BATCHES = 9
_NUM_SHUFFLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is compared in the contrast, and at which temperature."""

    embedding: Embedding
    is_centred: bool
    temperature: float


def own_and_shuffled(
    network: QualityNetwork, crops_BSS3: Tensor, rated_B: Tensor, how: Comparison, *, seed: int
) -> tuple[float, float]:
    """The contrast in nats, mean over blocks: with these labels, and with shuffled ones."""
    crops = normalise(crops_BSS3, network.normalisation)
    with torch.inference_mode():
        sequences = network.features(crops, keeps_sequences=True).sequences
    embeddings = [
        embed(
            sequence,
            kind=how.embedding,
            has_quality_token=network.has_quality_token,
            num_prefix_tokens=network.num_prefix - int(network.has_quality_token),
            is_centred=how.is_centred,
        )
        for sequence in sequences
    ]

    def contrast(labels_B: Tensor) -> float:
        positives, negatives = choose_pairs(labels_B, None, strategy="easy")
        return float(block_contrasts(embeddings, positives, negatives, how.temperature).mean())

    generator = torch.Generator().manual_seed(seed)
    shuffled = [
        contrast(rated_B[torch.randperm(len(rated_B), generator=generator)])
        for _ in range(_NUM_SHUFFLES)
    ]
    return contrast(rated_B), float(np.mean(shuffled))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.contrast_chance", description=__doc__)
    parser.add_argument("run_folder", type=Path, metavar="RUN_FOLDER")
    parser.add_argument("--model", metavar="M", help="a model's name or file (default: bundled)")
    parser.add_argument("--embedding", choices=("sequence", "qua", "cls", "mean_patch"))
    parser.add_argument("--centred", action=argparse.BooleanOptionalAction)
    parser.add_argument("--temperature", type=float)
    args = parser.parse_args(arguments)
    network, card = open_model(default_model() if args.model is None else find_model(args.model))
    trained = card.settings["student"]
    how = Comparison(
        embedding=args.embedding or trained["embedding"],
        is_centred=trained["centred"] if args.centred is None else args.centred,
        temperature=args.temperature or trained["temperature"],
    )
    photos = HeldOutPhotos.of_run(args.run_folder, card, part="validation")
    rng = np.random.default_rng(0)
    order = rng.permutation(photos.num_photos)
    found = []
    for start in range(0, min(len(order), _BATCH_SIZE * _NUM_BATCHES), _BATCH_SIZE):
        drawn = [int(index) for index in order[start : start + _BATCH_SIZE]]
        crops = []
        for index in drawn:
            pixels = photos.pixels(index)
            height, width = pixels.shape[:2]
            (box,) = random_crops(width, height, crop_px=card.crop_px, num_crops=1, rng=rng)
            rows = slice(box.top_px, box.top_px + card.crop_px)
            crops.append(pixels[rows, box.left_px : box.left_px + card.crop_px])
        rated = torch.tensor([photos.rated_0_100[index] for index in drawn])
        found.append(
            own_and_shuffled(network, torch.from_numpy(np.stack(crops)), rated, how, seed=start)
        )
    own, shuffled = np.array(found).T
    error = np.std(shuffled - own) / np.sqrt(len(found))
    print(f"{how}, {len(found)} batches of {_BATCH_SIZE} validation crops")
    print(
        f"own labels {own.mean():.2f} nats, shuffled {shuffled.mean():.2f}, "
        f"difference {np.mean(shuffled - own):.2f} +- {error:.2f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
