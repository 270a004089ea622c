"""Crops distorted on the fly, each mildly and more strongly: ranks that need no human label.

After RankIQA (Liu, van de Weijer and Bagdanov, ICCV 2017): nobody knows what score a spoilt crop
deserves, but it is lower than that of the crop it was made from, and falls as the defect grows.
"""

# B crops of a batch, K crops that ladders begin with, S crop side in pixels

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.explain.distortion_kinds import Kind
from trainer.distortion.defects import DEFECTS, Pixels

# Not colour casts: a warm light is liked by some.
LADDER_KINDS: tuple[Kind, ...] = (
    "blur",
    "motion blur",
    "noise",
    "compression",
    "over-exposure",
    "under-exposure",
)
_SHARE_OF_BATCH = 1 / 8
_MILD = (-0.4, 0.6)  # below 0 it can hardly be seen, see trainer.distortion.defects
_STEP = (0.25, 0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladders:
    """Where in the batch the K clean crops are, and their two distorted versions as uint8."""

    clean_K: Tensor
    mild_KSS3: Tensor
    strong_KSS3: Tensor


class LadderMaker:
    """Makes ladders in threads of its own, so that cores share the work on blur and JPEG."""

    def __init__(self, *, num_threads: int = 4) -> None:
        self._pool = ThreadPoolExecutor(num_threads, thread_name_prefix="ladder")

    def make(self, crops_BSS3: Tensor, rated_B: Tensor, *, seed: Sequence[int]) -> Ladders:
        """Ladders from an eighth of the batch, drawn from its better-rated half.

        `crops_BSS3` is uint8. Kinds and strengths depend on the seed alone.
        """
        num_crops = len(rated_B)
        rng = np.random.default_rng(list(seed))
        better = torch.argsort(rated_B, descending=True)[: (num_crops + 1) // 2]
        num_ladders = max(1, round(_SHARE_OF_BATCH * num_crops))
        drawn = rng.permutation(len(better))[:num_ladders]
        clean_K = better[torch.from_numpy(drawn).to(better.device)]
        clean = crops_BSS3[clean_K].cpu().numpy()
        seeds = rng.integers(2**63, size=len(clean))
        pairs = list(self._pool.map(distorted_twice, clean, seeds))
        mild, strong = (
            torch.from_numpy(np.stack([pair[which] for pair in pairs])).to(crops_BSS3.device)
            for which in (0, 1)
        )
        return Ladders(clean_K=clean_K, mild_KSS3=mild, strong_KSS3=strong)


def distorted_twice(crop_SS3: Pixels, seed: int) -> tuple[Pixels, Pixels]:
    """The crop with a defect of a random kind, mild and stronger; else the same defect."""
    rng = np.random.default_rng(seed)
    kind = LADDER_KINDS[int(rng.integers(len(LADDER_KINDS)))]
    mild = rng.uniform(*_MILD)
    strong = mild + rng.uniform(*_STEP)
    look = int(rng.integers(2**63))  # one and the same grain, direction and place of blocks
    mildly, strongly = (
        DEFECTS[kind](crop_SS3, strength, np.random.default_rng(look))
        for strength in (mild, strong)
    )
    return mildly, strongly
