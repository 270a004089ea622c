"""python -m bench.ratings COUNTS.csv: do fitted models foretell unseen ratings?

The CSV has the columns c1 to c5 (counts, or shares with c_total), as KonIQ-10k's does. Of each
photo's ratings some are kept, drawn without replacement; models are fitted to them and judged by
their cross-entropy on all the others. Beside them: the empirical distribution of the kept ratings,
plain and with a fifth of a rating added to each category, and with pseudo-ratings.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.ratings_plot import draw_held_out
from engine.ratings.bootstrap import bootstrap_p
from engine.ratings.counts import FloatArray, shares
from engine.ratings.fit import fit
from engine.ratings.goodness import chi_square_p, g_statistic
from engine.ratings.held_out import cross_entropy, split_ratings
from engine.ratings.models import RATING_MODELS
from engine.ratings.prior import pooled, with_prior
from engine.ratings.rating_model import RatingModel
from engine.ratings.worth import CrowdPoint, crowd_curve
from trainer.labels.csv_labels import read_counts
from trainer.labels.text_table import read_text_table

Predictor = Callable[[FloatArray], FloatArray]

NUM_KEPT = (5, 10, 20, 40)
NUM_REPEATS = 20
_LAPLACE = 0.2
_HELPED = " + 2 pseudo-ratings"
_PSEUDO_RATINGS = (2.0, 5.0)
_SURE = 0.05
_TESTED_PHOTOS, _RESAMPLES = 200, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FullFit:
    """A model fitted to all ratings of all photos; `seconds` of processor time for all of them."""

    model: str
    aic_per_photo: float
    mean_g: float
    fitted_share: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Cross-entropy in nats on unseen ratings: the repeats' mean and standard deviation."""

    predictor: str
    num_kept: int
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedShare:
    """On what share of the photos the bootstrapped G-test does not reject the model, at 5 %."""

    model: str
    num_kept: int
    share: float


def read_rating_counts(path: Path) -> FloatArray:
    """The counts in a CSV's columns c1 to c5, (N, 5); shares are multiplied by c_total."""
    table = read_text_table(path)
    names = [cell.lower() for cell in table.header]
    total = names.index("c_total") if "c_total" in names else None
    counts, notes = read_counts(
        table.rows, [names.index(f"c{k}") for k in range(1, 6)], total=total
    )
    for note in notes:
        print(note, file=sys.stderr)
    return np.array([count for count in counts if count is not None], dtype=np.float64)


def predictors(models: Sequence[RatingModel]) -> dict[str, Predictor]:
    """What is compared, by name: kept counts (N, 5) to probabilities (N, 5)."""

    def plain(model: RatingModel) -> Predictor:
        return lambda kept_NK: fit(model, kept_NK).pmf_NK

    def helped(model: RatingModel) -> Predictor:
        return lambda kept_NK: fit(model, with_prior(kept_NK)).pmf_NK

    def pseudo(weight: float) -> Predictor:
        return lambda kept_NK: shares(with_prior(kept_NK, weight=weight))

    return {
        "empirical": shares,
        f"empirical + {_LAPLACE:g} each": lambda kept_NK: shares(kept_NK + _LAPLACE),
        **{f"empirical + {w:g} pseudo-ratings": pseudo(w) for w in _PSEUDO_RATINGS},
        "all photos alike": lambda kept_NK: np.tile(pooled(kept_NK), (len(kept_NK), 1)),
        **{model.name: plain(model) for model in models},
        **{f"{model.name}{_HELPED}": helped(model) for model in models},
    }


def full_fits(counts_NK: FloatArray) -> list[FullFit]:
    """Every model on all ratings; whether it fits is told by chi-square."""
    found = []
    for model in RATING_MODELS:
        begun = time.process_time()
        fitted = fit(model, counts_NK)
        seconds = time.process_time() - begun
        g_N = g_statistic(counts_NK, fitted.pmf_NK)
        found.append(
            FullFit(
                model=model.name,
                aic_per_photo=fitted.aic / len(counts_NK),
                mean_g=float(g_N.mean()),
                fitted_share=float((chi_square_p(g_N) >= _SURE).mean()),
                seconds=seconds,
            )
        )
    return found


def held_out(
    counts_NK: FloatArray, compared: Mapping[str, Predictor], num_kept: int, num_repeats: int
) -> list[HeldOut]:
    """All predictors on the same draws, mean over all photos."""
    costs: dict[str, list[float]] = {name: [] for name in compared}
    for repeat in range(num_repeats):
        random = np.random.default_rng([repeat, num_kept])
        kept_NK, rest_NK = split_ratings(counts_NK, num_kept, random)
        for name, predict in compared.items():
            costs[name].append(float(cross_entropy(predict(kept_NK), rest_NK).mean()))
    return [
        HeldOut(
            predictor=name,
            num_kept=num_kept,
            mean=float(np.mean(values)),
            deviation=float(np.std(values)),
        )
        for name, values in costs.items()
    ]


def fitted_shares(counts_NK: FloatArray, num_kept: int) -> list[FittedShare]:
    """Every model on some of the photos, by the bootstrapped G-test of the kept ratings."""
    random = np.random.default_rng(num_kept)
    chosen = random.choice(len(counts_NK), min(_TESTED_PHOTOS, len(counts_NK)), replace=False)
    kept_NK, _ = split_ratings(counts_NK[chosen], num_kept, random)
    return [
        FittedShare(
            model=model.name,
            num_kept=num_kept,
            share=float(
                (bootstrap_p(fit(model, kept_NK), kept_NK, num_resamples=_RESAMPLES) > _SURE).mean()
            ),
        )
        for model in RATING_MODELS
    ]


def tables(
    fits: Sequence[FullFit],
    costs: Sequence[HeldOut],
    fitting: Sequence[FittedShare],
    crowd: Sequence[CrowdPoint],
) -> str:
    """What was measured, in Markdown."""
    kept = sorted({cost.num_kept for cost in costs})
    lines = ["| model | AIC per photo | mean G | photos it fits | s |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.model} | {one.aic_per_photo:.3f} | {one.mean_g:.3f} | {one.fitted_share:.1%} "
        f"| {one.seconds:.1f} |"
        for one in fits
    ]
    heading = " | ".join(f"{number} kept" for number in kept)
    lines += ["", f"| predictor | {heading} |", "|---" * (len(kept) + 1) + "|"]
    best = {number: min(one.mean for one in costs if one.num_kept == number) for number in kept}
    for name in dict.fromkeys(one.predictor for one in costs):
        own = {one.num_kept: one.mean for one in costs if one.predictor == name}
        cells = [f"**{own[n]:.4f}**" if own[n] <= best[n] + 5e-5 else f"{own[n]:.4f}" for n in kept]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", f"| photos it fits | {heading} |", "|---" * (len(kept) + 1) + "|"]
    for name in dict.fromkeys(one.model for one in fitting):
        shares_of = {one.num_kept: one.share for one in fitting if one.model == name}
        lines.append(f"| {name} | {' | '.join(f'{shares_of[n]:.1%}' for n in kept)} |")
    lines += ["", "| ratings | SRCC | PLCC |", "|---|---|---|"]
    lines += [f"| {one.num_raters} | {one.srcc:.3f} | {one.plcc:.3f} |" for one in crowd]
    return "\n".join(lines)


def _draw(costs: Sequence[HeldOut], path: Path) -> None:
    points: dict[str, list[tuple[int, float]]] = {}
    for one in costs:
        points.setdefault(one.predictor, []).append((one.num_kept, one.mean))
    models = [model.name for model in RATING_MODELS]
    draw_held_out(
        {name: points[name] for name in models},
        {name: points[f"{name}{_HELPED}"] for name in models},
        {name: values for name, values in points.items() if name.startswith("empirical")},
        path,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print tables in Markdown, and draw the plot."""
    parser = argparse.ArgumentParser(prog="python -m bench.ratings", description=__doc__)
    parser.add_argument("counts", type=Path, help="a CSV with the columns c1 to c5")
    parser.add_argument("--repeats", type=int, default=NUM_REPEATS, help="default: 20")
    parser.add_argument("--photos", type=int, help="only so many, drawn at random; default: all")
    parser.add_argument("--plot", type=Path, help="where to draw the comparison, as PNG")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    args = parser.parse_args(arguments)
    counts_NK = read_rating_counts(args.counts)
    if args.photos is not None:
        random = np.random.default_rng(0)
        counts_NK = counts_NK[random.permutation(len(counts_NK))[: args.photos]]
    begun = time.process_time()
    fits = full_fits(counts_NK)
    compared = predictors(RATING_MODELS)
    costs, fitting = [], []
    for num_kept in NUM_KEPT:
        costs += held_out(counts_NK, compared, num_kept, args.repeats)
        fitting += fitted_shares(counts_NK, num_kept)
        print(f"{num_kept} kept: done", file=sys.stderr, flush=True)
    crowd = crowd_curve(counts_NK, num_repeats=args.repeats)
    seconds = time.process_time() - begun
    print(f"{len(counts_NK)} photos, {args.repeats} repeats, {seconds:.0f} s of processor time\n")
    print(tables(fits, costs, fitting, crowd))
    if args.plot is not None:
        _draw(costs, args.plot)
    if args.json is not None:
        plain = {
            "fits": [asdict(one) for one in fits],
            "held_out": [asdict(one) for one in costs],
            "fitting": [asdict(one) for one in fitting],
            "crowd": [asdict(one) for one in crowd],
        }
        args.json.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
