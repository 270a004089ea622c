"""discern train labels.csv: a model of one's own on top of the one in use, without a TOML."""

from pathlib import Path

from app.cli.interruption import Interruption
from app.cli.progress import StageBar
from app.cli.terminal import printable, write_err, write_out
from app.personal.report_text import report_lines
from trainer.labels.check import check_labels
from trainer.labels.label_problem import stop_on_fatal
from trainer.labels.label_set import LabelSet
from trainer.labels.read_labels import read_labels

_FEWEST_LABELS = 5


def train_personal(
    source: Path,
    *,
    name: str | None,
    model: str | None,
    device: str,
    keeps_anyway: bool,
) -> int:
    """Read the labels, fit and judge a head, and save the model where it is worth it.

    Raises LabelError, AppError or EngineError with what to mend; KeyboardInterrupt after a stop.
    """
    # Here, because they load PyTorch, which takes seconds, and labels are told wrong sooner.
    from app.personal.make_personal import (
        STAGE_WORDS,
        PersonalStopped,
        Stage,
        default_name,
        left_out_words,
        make_personal,
    )
    from engine.personal.plan import Plan

    labels = _checked(source)
    with (
        Interruption("Stopping. What was read of the photos is kept.") as interruption,
        StageBar(STAGE_WORDS["features"]) as bar,
    ):

        def on_plan(plan: Plan) -> None:
            write_err(printable(plan.words()))

        def on_progress(stage: Stage, share: float) -> None:
            bar.show(STAGE_WORDS[stage], share)

        try:
            made = make_personal(
                labels,
                name=name or default_name(source),
                model=model,
                device=device,
                keeps_anyway=keeps_anyway,
                on_plan=on_plan,
                on_progress=on_progress,
                should_stop=interruption.asks_to_stop,
            )
        except PersonalStopped as error:
            raise KeyboardInterrupt from error
    for line in (*left_out_words(made.left_out), *report_lines(made.report, on_test=made.on_test)):
        write_out(printable(line))
    if made.path is None:
        write_out(printable(f"{made.parent_name} stays in use; nothing was saved."))
    else:
        write_out(printable(f"Saved as {made.name}, on top of {made.parent_name}: {made.path}"))
        write_out(printable(f"Use it with: discern rate FOLDER --model {made.name}"))
    write_err(f"It took {made.seconds:.0f} seconds.")
    return 0


def check_personal(source: Path, *, model: str | None, device: str) -> int:
    """Say what is wrong with the labels, what would be done, and how long it would take."""
    from app import places
    from app.catalog.feature_memory import FeatureMemory
    from app.personal.make_personal import plan_for
    from engine.scorer import Scorer

    labels = _checked(source)
    scorer = Scorer.open(model, device=device)
    with FeatureMemory(
        places.catalog(), model_id=scorer.model_id, num_crops=scorer.num_crops
    ) as memory:
        plan = plan_for(labels, scorer=scorer, memory=memory)
    write_out(printable(plan.words()))
    return 0


def _checked(source: Path) -> LabelSet:
    """The labels that can be used; what was found wrong with others goes to stderr."""
    labels, problems = check_labels(read_labels(source), min_photos=_FEWEST_LABELS)
    for found in problems:
        if not found.is_fatal:
            write_err(printable(f"{found.what} {found.hint}".rstrip()))
    stop_on_fatal(problems)
    return labels
