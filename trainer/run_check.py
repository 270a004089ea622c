"""What is wrong with a run before it begins: its networks, its labels, its machine."""

from engine.counted import counted
from engine.errors import EngineError
from trainer.check_result import CheckResult
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.estimate import estimate_run
from trainer.labels.check import check_labels
from trainer.labels.read_config import read_named_labels
from trainer.machine import choose_machine, why_no_gpu
from trainer.preflight import notices_about_ratings, try_networks
from trainer.protocol import Estimate


def estimate(config: RunConfig) -> Estimate:
    """What a run will take that `check_run` found nothing wrong with."""
    labels, _ = check_labels(read_named_labels(config.labels))
    return estimate_run(config, labels, choose_machine(config.machine))


def check_run(config: RunConfig) -> CheckResult:
    """Look at everything, so that all mistakes are named at once; trains nothing."""
    findings: list[str] = []
    can_train = True
    try:
        machine = choose_machine(config.machine)
        findings.append(f"Machine: {machine.name}.{why_no_gpu(config.machine)}")
        findings += [f"{notice.what} {notice.hint}" for notice in try_networks(config)]
    except (TrainingError, EngineError) as error:
        findings.append(str(error))
        can_train = False
    try:
        labels = read_named_labels(config.labels)
    except TrainingError as error:
        return CheckResult((*findings, str(error)), can_train=False)
    labels_used, problems = check_labels(labels)
    findings += labels.notes
    findings += [f"{problem.what} {problem.hint}" for problem in problems]
    try:
        findings += [one.what for one in notices_about_ratings(config, labels_used)]
    except TrainingError as error:
        findings.append(str(error))
        can_train = False
    total = counted(len(labels.photos), "labelled photo")
    findings.append(f"{len(labels_used.photos)} of {total} can be used.")
    can_train &= not any(problem.is_fatal for problem in problems)
    return CheckResult(tuple(findings), can_train=can_train)
