"""discern train --ablation: CSIQA's parts switched on one by one, and the table of Table 4."""

from pathlib import Path

from app.cli.followed_run import follow_run
from app.cli.terminal import printable, write_err, write_out
from app.errors import WrongUse
from trainer.ablation import Ablation, table_text
from trainer.config import RunConfig


def run_ablation(config: RunConfig, path: Path, num_seeds: int) -> int:
    """Begin the ablation in `path`, or go on with it, and write its table; the exit status.

    The table is in the folder too, as ablation.txt. Raises WrongUse when the folder holds another
    ablation, TrainingError when it can't be made or read.
    """
    path = path.absolute()
    if not Ablation.is_in(path):
        return follow_ablation(Ablation.create(path, config, num_seeds=num_seeds))
    ablation = Ablation.open(path)
    if ablation.folder.config != config:
        raise WrongUse(
            f"{path} holds an ablation with other settings. Give another --folder, or go on with"
            f" that one: discern train --resume {path}"
        )
    return follow_ablation(ablation.with_seeds(num_seeds))


def follow_ablation(ablation: Ablation) -> int:
    """Do every run that is not done yet, then write the table; the exit status."""
    write_err(printable(f"The folder of the ablation is {ablation.folder.path}"))
    status = follow_run(ablation.folder)
    if status == 0:
        text = table_text(ablation.folder.config.name, ablation.table())
        for line in text.splitlines():
            write_out(printable(line))
    return status
