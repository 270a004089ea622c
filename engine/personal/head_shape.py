"""Which head a personal model has, and how large it is. This does not load torch."""

from dataclasses import dataclass
from typing import Literal, get_args

HeadKind = Literal["ridge", "svr", "mlp", "taylor_kan"]
HEAD_KINDS: tuple[HeadKind, ...] = get_args(HeadKind)

HEAD_WORDS: dict[HeadKind, str] = {
    "ridge": "ridge regression",
    "svr": "support vector regression",
    "mlp": "a small network",
    "taylor_kan": "TaylorKAN",
}
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadShape:
    """The sizes that a head's arrays have.

    `num_features` are the model's, F. Heads but ridge see them by their `num_components` principal
    components and, last, the model's score. `num_vectors` are those of support vector regression,
    `hidden` the widths of a network's inner layers, `degree` that of TaylorKAN.

    >>> from engine.personal.head_shape import HeadShape
    >>> HeadShape(kind="ridge", num_features=1024).num_components
    0
    >>> HeadShape(kind="mlp", num_features=1024)
    Traceback (most recent call last):
        ...
    ValueError: A head of the kind mlp needs num_components of 1 or more.
    """

    kind: HeadKind
    num_features: int
    num_components: int = 0
    num_vectors: int = 0
    hidden: tuple[int, ...] = ()
    degree: int = 0

    def __post_init__(self) -> None:
        if self.kind not in HEAD_KINDS:
            raise ValueError(f"The head is {self.kind!r}; known are {', '.join(HEAD_KINDS)}.")
        object.__setattr__(self, "hidden", tuple(self.hidden))  # JSON has lists alone
        sizes = (self.num_features, self.num_components, self.num_vectors, self.degree)
        for size in (*sizes, *self.hidden):
            if type(size) is not int or not 0 <= size <= _MOST:
                raise ValueError(f"A size of the head is {size!r}; it must be 0 to {_MOST}.")
        needed = {
            "ridge": ("num_features",),
            "svr": ("num_features", "num_components", "num_vectors"),
            "mlp": ("num_features", "num_components"),
            "taylor_kan": ("num_features", "num_components", "degree"),
        }
        for name in needed[self.kind]:
            if getattr(self, name) < 1:
                raise ValueError(f"A head of the kind {self.kind} needs {name} of 1 or more.")
