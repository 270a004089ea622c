"""The labels as a run uses them, kept in its folder so that resuming never reads another file."""

import logging

from trainer.labels.check import check_labels
from trainer.labels.label_problem import stop_on_fatal
from trainer.labels.label_set import LabelSet
from trainer.labels.read_config import read_named_labels
from trainer.labels.stored_labels import store_labels, stored_labels
from trainer.protocol import Notice
from trainer.reporter import Reporter
from trainer.run_folder import RunFolder

_log = logging.getLogger(__name__)


def labels_in_use(folder: RunFolder, reporter: Reporter) -> LabelSet:
    """The labels, checked; what was left out or decided is told once, at the first start.

    Raises LabelError when they can't be read or can't be trained on.
    """
    stored = stored_labels(folder.path)
    if stored is not None:
        return stored
    labels = read_named_labels(folder.config.labels)
    for note in labels.notes:
        reporter.send(Notice(what=note, hint=""))
    labels, problems = check_labels(labels)
    for problem in problems:
        _log.info("%s", problem.what)
        if not problem.is_fatal:
            reporter.send(Notice(what=problem.what, hint=problem.hint))
    stop_on_fatal(problems)
    store_labels(folder.path, labels)
    return labels
