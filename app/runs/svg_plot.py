"""Plots as SVG text, for reports that need no other file."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT, _MARGIN = 460, 300, 44
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_NUM_TICKS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Points under one name; dots alone, or joined by a line."""

    name: str
    points: Sequence[tuple[float, float]]
    is_line: bool = True


def svg_plot(title: str, x_title: str, y_title: str, series: Sequence[Series]) -> str:
    """A plot with axes, ticks and a legend; points that are no numbers are left out."""
    drawn = [
        Series(one.name, [p for p in one.points if all(map(math.isfinite, p))], one.is_line)
        for one in series
    ]
    everything = [point for one in drawn for point in one.points]
    if not everything:
        return ""
    x_axis = _Axis.over([x for x, _ in everything])
    y_axis = _Axis.over([y for _, y in everything])
    parts = [
        f'<svg role="img" aria-label="{html.escape(title)}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' viewBox="0 0 {_WIDTH} {_HEIGHT}" xmlns="http://www.w3.org/2000/svg">',
        f'<text x="{_WIDTH / 2}" y="16" class="t">{html.escape(title)}</text>',
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 6}" class="a">{html.escape(x_title)}</text>',
        f'<text x="12" y="{_HEIGHT / 2}" class="a" transform="rotate(-90 12 {_HEIGHT / 2})">'
        f"{html.escape(y_title)}</text>",
        *_frame(x_axis, y_axis),
    ]
    for number, one in enumerate(drawn):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [(_x(x_axis, x), _y(y_axis, y)) for x, y in one.points]
        if one.is_line:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}" fill-opacity="0.6"/>'
            for x, y in places
        ]
        y = 34 + 14 * number
        parts.append(
            f'<text x="{_WIDTH - 12}" y="{y}" class="l" fill="{colour}">'
            f"{html.escape(one.name)}</text>"
        )
    return "\n".join([*parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[float]) -> "_Axis":
        low, high = min(values), max(values)
        slack = 0.05 * (high - low) or 0.5
        return cls(low - slack, high + slack)

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        step = (self.high - self.low) / (_NUM_TICKS - 1)
        return [self.low + step * number for number in range(_NUM_TICKS)]


def _x(axis: _Axis, value: float) -> float:
    return _MARGIN + axis.share(value) * (_WIDTH - _MARGIN - 10)


def _y(axis: _Axis, value: float) -> float:
    return 24 + (1 - axis.share(value)) * (_HEIGHT - 24 - _MARGIN)


def _frame(x_axis: _Axis, y_axis: _Axis) -> list[str]:
    parts = []
    for tick in x_axis.ticks():
        x = _x(x_axis, tick)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 28}" class="a">{tick:.3g}</text>')
    for tick in y_axis.ticks():
        y = _y(y_axis, tick)
        parts.append(
            f'<line x1="{_MARGIN}" x2="{_WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        )
        parts.append(f'<text x="{_MARGIN - 4}" y="{y + 3:.1f}" class="l">{tick:.3g}</text>')
    return parts
