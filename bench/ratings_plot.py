"""The plot of docs/ratings.md: what predictors cost on unseen ratings, by the ratings they saw."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Points = Sequence[tuple[int, float]]  # ratings kept, nats

# Colours that the colour-blind tell apart (Okabe and Ito); one per model in both panels
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6A3D9A")
_BASELINES = (("#000000", "-"), ("#555555", "--"), ("#888888", ":"), ("#555555", "-."))


def draw_held_out(
    plain: Mapping[str, Points],
    helped: Mapping[str, Points],
    empirical: Mapping[str, Points],
    path: Path,
) -> None:
    """Plain fits on the left, fits with pseudo-ratings on the right; the empirical ones in both.

    The plain empirical one is on the left alone: it would squeeze the lines on the right.
    """
    figure = Figure(figsize=(10.0, 4.6), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    smoothed = {name: points for name, points in empirical.items() if name != "empirical"}
    panels = (
        (left, plain, empirical, "plain fits"),
        (right, helped, smoothed, "fits with 2 pseudo-ratings"),
    )
    dashes = dict(zip(empirical, _BASELINES, strict=False))
    for axes, models, baselines, title in panels:
        for name, points in baselines.items():
            colour, dash = dashes[name]
            axes.plot(*zip(*points, strict=True), dash, color=colour, linewidth=1.6, label=name)
        for (name, points), colour in zip(models.items(), _COLOURS, strict=False):
            axes.plot(*zip(*points, strict=True), "o-", color=colour, markersize=4, label=name)
        axes.set_title(title, loc="left", fontsize=11)
        axes.set_xlabel("ratings kept per photo")
        axes.set_ylabel("cross-entropy on the unseen ratings (nats)")
        ticks = [number for number, _ in next(iter(models.values()))]
        axes.set_xscale("log")
        axes.set_xticks(ticks, [str(number) for number in ticks])
        axes.minorticks_off()
        axes.grid(visible=True, color="#d9d9d9", linewidth=0.6, zorder=0)
        axes.spines[["top", "right"]].set_visible(False)
        costs = [cost for points in models.values() for _, cost in points]
        shown = [cost for points in baselines.values() for _, cost in points]
        low, high = min(costs + shown), min(max(costs) * 1.02, 1.6)
        axes.set_ylim(low - 0.02, max(high, low + 0.2))
        axes.legend(frameon=False, fontsize=8)
    figure.savefig(path, format="png")
