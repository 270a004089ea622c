"""discern train --ablation: CSIQA's parts switched on one by one, and the table of Table 4."""

from pathlib import Path

from app.atomic_write import write_bytes
from app.cli.followed_run import follow_run
from app.cli.terminal import printable, write_err, write_out
from app.training.ablation import ablation_table, plan_ablation
from trainer.config import RunConfig


def run_ablation(config: RunConfig, parent: Path, num_seeds: int) -> int:
    """Do every run that is not done yet, then write the table; the exit status.

    All runs lie in `parent`, and so does the table, as ablation.txt.
    """
    parent = parent.absolute()
    parent.mkdir(parents=True, exist_ok=True)
    runs = plan_ablation(parent, first_seed=config.seed, num_seeds=num_seeds)
    for number, run in enumerate(runs, start=1):
        if run.is_done:
            continue
        title = f"Run {number} of {len(runs)}: {run.row.name}, seed {run.seed}"
        write_err(printable(f"\n{title} ({run.folder})"))
        status = follow_run(run.open(config, parent))
        if status != 0:
            write_err("The same command goes on with what is left.")
            return status
    lines = [
        f"{config.name}: student on the test part, mean and standard deviation over seeds",
        "",
        *ablation_table(runs),
    ]
    write_bytes(parent / "ablation.txt", ("\n".join(lines) + "\n").encode())
    for line in lines:
        write_out(printable(line))
    return 0
