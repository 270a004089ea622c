"""Plots as SVG for a page: text stays text, and the page's style gives the colours."""

import io
import math
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup

if TYPE_CHECKING:  # matplotlib is slow to load: only who draws waits for it
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

_WIDTH_PX, _HEIGHT_PX, _LEGEND_LINE_PX = 510, 320, 18
_PX_PER_INCH = 72  # as matplotlib counts in an SVG
# What matplotlib draws in, and what the page calls it: a page in the dark has other colours.
_INK, _QUIET, _LINE = "#000001", "#000002", "#000003"
_SERIES = tuple(f"#00001{number}" for number in range(1, 7))
_CSS_OF = {
    _INK: "var(--ink)",
    _QUIET: "var(--quiet)",
    _LINE: "var(--line)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES, start=1)},
}
_DASHES = ("-", "--", ":")
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# rc_context changes settings of the whole process, and reports are written in threads.
_settings_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Series:
    """Points under one name; dots alone, or joined by a line."""

    name: str
    points: Sequence[tuple[float, float]]
    is_line: bool = True


def svg_plot(
    title: str,
    x_title: str,
    y_title: str,
    series: Sequence[Series],
    *,
    has_whole_x: bool = False,
) -> Markup | None:
    """A plot with axes, ticks and a legend, as an `svg` element; the same each time.

    Points that are no numbers are left out; where none is left, there is no plot. With
    `has_whole_x` the ticks below are whole numbers, as of epochs.
    """
    drawn = [
        Series(one.name, [p for p in one.points if all(map(math.isfinite, p))], one.is_line)
        for one in series
    ]
    drawn = [one for one in drawn if one.points]
    if not drawn:
        return None
    return _for_a_page(_drawn(title, x_title, y_title, drawn, has_whole_x=has_whole_x), title)


def _drawn(
    title: str, x_title: str, y_title: str, series: Sequence[Series], *, has_whole_x: bool
) -> bytes:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    height_px = _HEIGHT_PX + _LEGEND_LINE_PX * math.ceil(len(series) / 2)
    buffer = io.BytesIO()
    with (
        _settings_lock,
        rc_context({"svg.fonttype": "none", "svg.hashsalt": "discern", "font.size": 11}),
    ):
        figure = Figure(
            figsize=(_WIDTH_PX / _PX_PER_INCH, height_px / _PX_PER_INCH),
            layout="constrained",
            facecolor="none",
        )
        FigureCanvasSVG(figure)
        axes = figure.add_subplot(facecolor="none")
        for number, one in enumerate(series):
            _draw_series(axes, one, number)
        axes.set_title(_printable(title), fontsize=13, color=_INK, parse_math=False)
        axes.set_xlabel(x_title, color=_QUIET, parse_math=False)
        axes.set_ylabel(y_title, color=_QUIET, parse_math=False)
        axes.tick_params(colors=_QUIET, length=0)
        axes.grid(visible=True, color=_LINE, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[:].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=has_whole_x, min_n_ticks=1))
        _name_series(figure.legend(loc="outside lower center", ncols=2, frameon=False), series)
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _draw_series(axes: "Axes", series: Series, number: int) -> None:
    """The series in a colour of its own; after all colours were used, in other dashes."""
    dash = _DASHES[number // len(_SERIES) % len(_DASHES)]
    axes.plot(
        *zip(*series.points, strict=True),
        label=str(number),
        color=_SERIES[number % len(_SERIES)],
        linestyle=dash if series.is_line else "none",
        linewidth=1.6,
        marker="o",
        markersize=3.5 if series.is_line else 5,
        markeredgewidth=0,
        alpha=1.0 if series.is_line else 0.6,
    )


def _name_series(legend: "Legend", series: Sequence[Series]) -> None:
    # Only here, because matplotlib leaves names out that begin with an underscore.
    for text, one in zip(legend.get_texts(), series, strict=True):
        text.set(text=_printable(one.name), color=_INK, parse_math=False)


def _for_a_page(svg: bytes, title: str) -> Markup:
    """The element alone, in the page's colours and letters, with ids that no other plot has."""
    root = ElementTree.fromstring(svg)
    _remove_all(root, {f"{_SVG}metadata", f"{_SVG}style"})
    named = {found for one in root.iter() for found in _references(one)}
    prefix = re.sub(r"\W+", "-", title.lower())
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)  # within a page, svg needs no namespace
        _rename(element, prefix, named)
        if "style" in element.attrib:
            element.set("style", _page_style(element.attrib["style"]))
    root.attrib.update({"role": "img", "aria-label": _printable(title)})
    root.attrib.update(width=root.attrib["width"].removesuffix("pt"))
    root.attrib.update(height=root.attrib["height"].removesuffix("pt"))
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _remove_all(root: ElementTree.Element, tags: set[str]) -> None:
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in tags]:
            parent.remove(child)


def _references(element: ElementTree.Element) -> list[str]:
    """The ids that the element names: url(#id) or a link to #id."""
    values = (value for name, value in element.attrib.items() if name in {"clip-path", _LINK})
    return [found for value in values for found in re.findall(r"#(\w+)", value)]


def _rename(element: ElementTree.Element, prefix: str, named: set[str]) -> None:
    """Give ids the plot's prefix, also where they are named, and drop those that nobody names."""
    own = element.attrib.pop("id", "")
    if own in named:
        element.set("id", f"{prefix}-{own}")
    if "clip-path" in element.attrib:
        element.set("clip-path", element.attrib["clip-path"].replace("#", f"#{prefix}-"))
    if _LINK in element.attrib:
        element.set("href", element.attrib.pop(_LINK).replace("#", f"#{prefix}-"))


def _page_style(style: str) -> str:
    """The style in the page's colours; the page says which letters."""
    style = re.sub(r"font-family: [^;]+; ?", "", style)
    return re.sub("#[0-9a-f]{6}", lambda found: _CSS_OF.get(found[0], found[0]), style)


def _printable(text: str) -> str:
    """Without characters that XML forbids: their escape sequences stand for them."""
    return _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
