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
_NUM_SHARES = 101


def quiet_levels(loudest_NK: Floats, widest_NK: Floats, *, false_alarms: float) -> list[KindLevel]:
    """Levels that so small a share of clean photos reaches, with any kind.

    `loudest_NK` are the logits of every kind where it is loudest in photos with nothing to find;
    all kinds get the same share of the alarms. `widest_NK` are the shares of the photos that their
    largest areas cover; none of these photos alarms by that. A defect reaches as far as the
    network, asked for its edge while it was taught, says it does: to just below its own half.
    """
    if loudest_NK.shape != widest_NK.shape:
        raise ValueError(f"{loudest_NK.shape} and {widest_NK.shape} are not of the same photos.")
    for share in np.linspace(false_alarms, 0, _NUM_SHARES):
        proof_K = _above(loudest_NK, float(share))
        if float((loudest_NK >= proof_K).any(axis=1).mean()) <= false_alarms:
            break
    return [
        KindLevel(
            proof=float(proof),
            extent=min(float(proof), EXTENT),
            reach=float(np.clip(_WIDER * widest, _LEAST_REACH, 1.0)),
            contrast=_CONTRAST,
        )
        for proof, widest in zip(proof_K, widest_NK.max(axis=0), strict=True)
    ]


def _above(loudest_NK: Floats, share: float) -> npt.NDArray[np.float64]:
    """What no more than a share of the photos reaches, kind by kind."""
    quantile_K = np.quantile(loudest_NK.astype(np.float64), 1 - share, axis=0, method="higher")
    return np.asarray(quantile_K + 1e-3, np.float64)
