"""Plots for pages: every point where it belongs, texts as texts, the same each time."""

import math
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from app.reports.svg_plot import Series, svg_plot

LINE = Series("teacher: total", [(1, 0.5), (2, 0.25), (3, 0.75)])
DOTS = Series("the student", [(20.0, 31.0), (55.5, 48.25), (90.0, 77.0)], is_line=False)


def draw(*series, title="Losses", **options):
    return ElementTree.fromstring(svg_plot(title, "epoch", "mean loss", series, **options))


def places(svg, colour):
    """Where the marks of a colour are, without the one in the legend, which is the last."""
    marks = [one for one in svg.iter("use") if f"var(--{colour})" in one.attrib["style"]]
    return np.array([(float(one.attrib["x"]), float(one.attrib["y"])) for one in marks[:-1]])


def tick_values(svg):
    """The numbers at the ticks as (value, x, y)."""
    numbers = re.compile(r"[\N{MINUS SIGN}-]?\d+(\.\d+)?")
    ticks = [one for one in svg.iter("text") if numbers.fullmatch(one.text)]
    return [
        (float(one.text.replace("\N{MINUS SIGN}", "-")), *map(float, (one.get("x"), one.get("y"))))
        for one in ticks
    ]


@pytest.mark.parametrize("series", [LINE, DOTS])
def test_points_lie_where_the_ticks_say(series):
    svg = draw(series)
    below = [tick for tick in tick_values(svg) if tick[2] == max(t[2] for t in tick_values(svg))]
    beside = [tick for tick in tick_values(svg) if tick not in below]
    x_of = np.polyfit([tick[0] for tick in below], [tick[1] for tick in below], 1)
    y_of = np.polyfit([tick[0] for tick in beside], [tick[2] for tick in beside], 1)
    expected = np.array([(np.polyval(x_of, x), np.polyval(y_of, y)) for x, y in series.points])
    found = places(svg, "series-1")
    assert found[:, 0] == pytest.approx(expected[:, 0], abs=0.1)
    # The number at a tick stands on its line, so that it is set off by some pixels, all alike.
    offsets = expected[:, 1] - found[:, 1]
    assert np.ptp(offsets) < 0.1
    assert 0 < offsets.mean() < 6


def test_only_a_line_is_joined():
    def strokes(svg):
        return [one for one in svg.iter("path") if "stroke: var(--series" in one.get("style", "")]

    assert len(strokes(draw(LINE))) == 2  # in the plot and in the legend
    assert strokes(draw(DOTS)) == []


def test_texts_are_texts_whatever_they_hold():
    names = ["_hidden", "$x_1$ & <script>", "half \udce9 and \x01"]
    svg = draw(*(Series(name, [(1, 2)]) for name in names), title="a <b> \x02")
    texts = [one.text for one in svg.iter("text")]
    assert texts[-3:] == ["_hidden", "$x_1$ & <script>", "half \\xdce9 and \\x01"]
    assert {"epoch", "mean loss", "a <b> \\x02"} <= set(texts)
    assert svg.get("aria-label") == "a <b> \\x02"
    assert svg.get("role") == "img"


def test_points_that_are_no_numbers_are_left_out():
    odd = Series("odd", [(1, math.nan), (2, 0.5), (3, math.inf), (math.nan, 1)])
    assert len(places(draw(odd), "series-1")) == 1
    assert svg_plot("Losses", "x", "y", [Series("none", [(1, math.nan)])]) is None
    assert svg_plot("Losses", "x", "y", []) is None


def test_a_series_without_points_is_not_in_the_legend():
    texts = [one.text for one in draw(Series("nothing", []), LINE).iter("text")]
    assert "nothing" not in texts
    assert "teacher: total" in texts


def test_epochs_are_whole_numbers():
    svg = draw(Series("a", [(1, 10.25), (2, 10.75)]), has_whole_x=True)
    baseline = max(tick[2] for tick in tick_values(svg))
    below = [value for value, _, y in tick_values(svg) if y == baseline]
    assert below == [1, 2]
    assert [value for value, *_ in tick_values(draw(Series("a", [(1, 0.5)]), has_whole_x=True))]


def test_more_series_than_colours_differ_in_their_dashes():
    svg = draw(*(Series(f"loss {number}", [(1, number), (2, number)]) for number in range(8)))
    looks = {
        (found[0], "dasharray" in one.attrib["style"])
        for one in svg.iter("path")
        if (found := re.findall(r"stroke: (var\(--series-\d\))", one.get("style", "")))
    }
    assert len(looks) == 8
    assert int(svg.get("height")) == 320 + 4 * 18


def test_only_colours_of_the_page_are_used():
    text = svg_plot("Losses", "x", "y", [LINE, DOTS])
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) == {
        "ink", "quiet", "line", "series-1", "series-2"
    }  # fmt: skip
    assert not re.search(r"(fill|stroke): #", text)
    assert "font-family" not in text


def test_two_plots_of_a_page_share_no_ids():
    ids = [
        {one.get("id") for one in draw(LINE, title=title).iter() if "id" in one.attrib}
        for title in ("Losses", "Validation")
    ]
    assert all(ids)
    assert not ids[0] & ids[1]


def test_the_same_plot_is_the_same_in_another_process():
    lines = (
        "from app.reports.svg_plot import Series, svg_plot\n"
        "points = [(1, 0.5), (2, 0.25), (3, 0.75)]\n"
        "print(svg_plot('Losses', 'epoch', 'mean loss', [Series('teacher: total', points)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout == svg_plot("Losses", "epoch", "mean loss", [LINE]) + "\n"


def test_threads_draw_alike_and_leave_settings_as_they_were():
    before = dict(matplotlib.rcParams)
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: svg_plot("Losses", "x", "y", [LINE]), range(8)))
    assert len(set(drawn)) == 1
    assert dict(matplotlib.rcParams) == before
