"""Labels in folds for cross-validation; photos that look alike stay in one fold."""

# N photos

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from engine.photos.likeness import Look, alike_groups

Indices = npt.NDArray[np.intp]


def groups_of(looks: Sequence[Look | None]) -> Indices:
    """The group (N,) of each photo by its look; a photo that is like no other is one of its own.

    >>> import numpy as np
    >>> from engine.personal.folds import groups_of
    >>> cat, sea = np.eye(2, 256, dtype=np.float32)
    >>> groups_of([cat, sea, None, cat]).tolist()
    [0, 1, 2, 0]
    """
    groups_N = np.arange(len(looks))
    for group in alike_groups(looks):
        groups_N[group] = group[0]
    return groups_N


def folds(groups_N: Indices, num_folds: int, *, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """The photos to learn from and those to judge by, for each fold.

    Whole groups are dealt out in random order, always to the smallest fold. Yields fewer folds
    where there are fewer groups, and none for a single one.

    >>> import numpy as np
    >>> from engine.personal.folds import folds
    >>> parts = list(folds(np.array([0, 0, 1, 2, 2, 3]), 2, seed=0))
    >>> [len(judged) for _, judged in parts]
    [3, 3]
    >>> learnt, judged = parts[0]
    >>> sorted([*learnt.tolist(), *judged.tolist()])
    [0, 1, 2, 3, 4, 5]
    """
    names, group_of_N = np.unique(groups_N, return_inverse=True)
    if len(names) < 2:
        return
    sizes = np.bincount(group_of_N)
    filled = np.zeros(min(num_folds, len(names)), dtype=int)
    fold_of_group = np.empty(len(names), dtype=int)
    for group in np.random.default_rng(seed).permutation(len(names)).tolist():
        fold_of_group[group] = int(np.argmin(filled))
        filled[fold_of_group[group]] += sizes[group]
    fold_of_N = fold_of_group[group_of_N]
    for fold in range(len(filled)):
        yield np.flatnonzero(fold_of_N != fold), np.flatnonzero(fold_of_N == fold)
