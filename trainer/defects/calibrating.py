"""Sets the levels of a taught network, so that a half means the same for every kind."""

# N photos, K kinds

import numpy as np
import numpy.typing as npt

from engine.defects.proven_strength import KindLevel

Floats = npt.NDArray[np.floating]

EXTENT = -0.5
_LEAST_REACH = 0.02
_WIDER = 1.05
_CONTRAST = 2.0
_JUST_ABOVE = 1e-3


def quiet_levels(loudest_NK: Floats, widest_NK: Floats, *, false_alarms: float) -> list[KindLevel]:
    """Levels that so small a share of clean photos reaches, with any kind.

    `loudest_NK` are the logits of every kind where it is loudest in photos with nothing to find;
    the alarms are spent where they lower a level most. `widest_NK` are the shares of the photos
    that their largest areas cover; none of these photos alarms by that. A defect reaches as far as
    the network, asked for its edge while it was taught, says it does: to just below its own half.
    """
    if loudest_NK.shape != widest_NK.shape:
        raise ValueError(f"{loudest_NK.shape} and {widest_NK.shape} are not of the same photos.")
    proof_K = _cheapest_proofs(
        loudest_NK.astype(np.float64), num_alarms=int(false_alarms * len(loudest_NK))
    )
    return [
        KindLevel(
            proof=float(proof),
            extent=min(float(proof), EXTENT),
            reach=float(np.clip(_WIDER * widest, _LEAST_REACH, 1.0)),
            contrast=_CONTRAST,
        )
        for proof, widest in zip(proof_K, widest_NK.max(axis=0), strict=True)
    ]


def _cheapest_proofs(
    loudest_NK: npt.NDArray[np.float64], *, num_alarms: int
) -> npt.NDArray[np.float64]:
    """What all but so many photos stay below, lowered step by step where the next step is largest.

    A photo that alarms with one kind may alarm with others at no cost.
    """
    falling_NK = -np.sort(-loudest_NK, axis=0)
    num_over_K = np.zeros(loudest_NK.shape[1], np.int64)  # how many photos each kind alarms on

    def proofs() -> npt.NDArray[np.float64]:
        kinds = np.arange(len(num_over_K))
        return np.asarray(falling_NK[np.minimum(num_over_K, len(loudest_NK) - 1), kinds])

    open_kinds = set(range(len(num_over_K)))
    while open_kinds:
        steps = {
            kind: falling_NK[num_over_K[kind], kind] - falling_NK[num_over_K[kind] + 1, kind]
            for kind in open_kinds
            if num_over_K[kind] + 1 < len(loudest_NK)
        }
        if not steps:
            break
        kind = max(steps, key=lambda one: steps[one])
        num_over_K[kind] += 1
        if int((loudest_NK > proofs()).any(axis=1).sum()) > num_alarms:
            num_over_K[kind] -= 1
            open_kinds.discard(kind)
    return proofs() + _JUST_ABOVE
