"""What bench.own_labels measured, as a table and a plot.

python -m bench.own_label_table DRAWS.json ... [--plot PLOT.png]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.own_label_draws import Draws


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table in Markdown, and draw the plot."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("draws", nargs="+", type=Path)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args(arguments)
    draws = read_draws(args.draws)
    print(table(draws))
    if args.plot is not None:
        plot(draws, args.plot)
    return 0


def read_draws(paths: Sequence[Path]) -> list[Draws]:
    """What several calls of bench.own_labels wrote."""
    return [
        Draws(**{**entry, "srcc": tuple(entry["srcc"])})
        for path in paths
        for entry in json.loads(path.read_text("utf-8"))
    ]


def table(draws: Sequence[Draws]) -> str:
    """Markdown: a row for each source and size, a column for each head."""
    heads = list(dict.fromkeys(one.head for one in draws))
    cells = {(one.source, one.num_labels, one.head): one.text for one in draws}
    lines = [f"| source | labels | {' | '.join(heads)} |", "|---" * (len(heads) + 2) + "|"]
    for source, size in sorted({(one.source, one.num_labels) for one in draws}):
        row = [cells.get((source, size, head), "") for head in heads]
        lines.append(f"| {source} | {size} | {' | '.join(row)} |")
    return "\n".join(lines)


def plot(draws: Sequence[Draws], path: Path) -> None:
    """SRCC by the number of labels, a panel for each source; bars are deviations over draws."""
    from matplotlib.figure import Figure

    sources = sorted({one.source for one in draws})
    figure = Figure(figsize=(4 * len(sources), 3.4), layout="constrained")
    panels = figure.subplots(1, len(sources), squeeze=False)[0]
    for panel, source in zip(panels, sources, strict=True):
        for head in dict.fromkeys(one.head for one in draws):
            own = sorted(
                (one for one in draws if (one.source, one.head) == (source, head)),
                key=lambda one: one.num_labels,
            )
            means = [float(np.mean(one.srcc)) for one in own]
            deviations = [float(np.std(one.srcc)) for one in own]
            sizes = [one.num_labels for one in own]
            panel.errorbar(sizes, means, deviations, label=head, marker="o", capsize=3, ms=4)
        panel.set_xscale("log")
        panel.set_xticks([30, 60, 120, 250, 500, 1000], ["30", "60", "120", "250", "500", "1,000"])
        panel.minorticks_off()
        panel.set_title(source)
        panel.set_xlabel("labels")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("SRCC")
    panels[0].legend(frameon=False)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    sys.exit(main())
