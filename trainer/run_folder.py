"""The folder of a training run: everything a run reads, writes and leaves behind."""

import time
from pathlib import Path
from typing import Self

from trainer.atomic_write import write_text
from trainer.config import RunConfig
from trainer.errors import TrainingError
from trainer.run_lock import RunLock
from trainer.run_status import ProcessIdentity, RunState, RunStatus

_STATUS = "status.json"


class RepeatFolder:
    """What one split of the labels leaves behind: its parts, its models, its figures."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def split_json(self) -> Path:
        """Which photos are for training, validation and test."""
        return self.path / "split.json"

    @property
    def start_json(self) -> Path:
        """Which weights the networks began with."""
        return self.path / "start.json"

    @property
    def occasions_json(self) -> Path:
        """How far the labels of the occasions of rating lie apart, if the run told them apart."""
        return self.path / "occasions.json"

    @property
    def teacher_scale_json(self) -> Path:
        """How the scores of a given teacher were brought to the labels' scale, if they were."""
        return self.path / "teacher_scale.json"

    @property
    def teacher_model(self) -> Path:
        """The teacher's model file."""
        return self.path / "teacher.safetensors"

    @property
    def best_model(self) -> Path:
        """The student's model file, of the epoch that validation preferred."""
        return self.path / "best.safetensors"

    def epoch_model(self, stage: str, epoch: int) -> Path:
        """The model file of one epoch, counted from 0; there only if the run keeps its epochs."""
        return self.path / "epochs" / f"{stage}-{epoch + 1:03d}.safetensors"

    def interpolation_json(self, stage: str) -> Path:
        """How far the weights of a stage's model go from their start, if that was chosen."""
        return self.path / f"{stage}_interpolation.json"

    @property
    def last_pt(self) -> Path:
        """What resuming needs; read with weights_only=True."""
        return self.path / "last.pt"

    @property
    def report_json(self) -> Path:
        """The figures and how they were obtained."""
        return self.path / "report.json"

    @property
    def predictions_csv(self) -> Path:
        """The predicted score of every test photo beside the label."""
        return self.path / "predictions.csv"


class RunFolder(RepeatFolder):
    """A run's folder, created or opened. A run of one repeat is its own repeat folder."""

    def __init__(self, path: Path, config: RunConfig) -> None:
        super().__init__(path)
        self.config = config

    @classmethod
    def create(cls, path: Path, config: RunConfig) -> Self:
        """Make the folder and store `config` in it; raises TrainingError when it is taken."""
        path = path.absolute()
        folder = cls(path, config)
        try:
            path.mkdir(parents=True, exist_ok=True)
            is_taken = any(path.iterdir())
        except FileExistsError as error:
            raise TrainingError(f"{path} is a file.", "Give the path of a new folder.") from error
        except OSError as error:
            raise TrainingError(
                f"{path} could not be made: {error.strerror}.", "Choose another folder."
            ) from error
        if folder.config_json.exists():
            raise TrainingError(
                f"{path} already holds a run.",
                f"Resume it with `discern train --resume {path}`, or choose another folder.",
            )
        if is_taken:
            raise TrainingError(
                f"{path} is not empty and is no run.", "Choose a new or an empty folder."
            )
        write_text(folder.config_json, config.to_json())
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """The run in a folder; raises TrainingError when there is none or it can't be read."""
        path = path.absolute()
        config_json = path / "config.json"
        try:
            text = config_json.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise TrainingError(
                f"{path} is no run folder: it has no config.json.",
                "Give the folder that `discern train` named when the run began.",
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise TrainingError(
                f"{config_json} could not be read: {error}.", "Start a new run with the same TOML."
            ) from error
        return cls(path, RunConfig.from_json(text))

    @property
    def config_json(self) -> Path:
        """The run's full config."""
        return self.path / "config.json"

    @property
    def events_jsonl(self) -> Path:
        """The messages of the run, one to a line."""
        return self.path / "events.jsonl"

    @property
    def train_log(self) -> Path:
        """What the trainer logged, with tracebacks."""
        return self.path / "train.log"

    @property
    def status_json(self) -> Path:
        """The run's state and heartbeat."""
        return self.path / _STATUS

    @property
    def labels_csv(self) -> Path:
        """The labels as they were used."""
        return self.path / "labels.csv"

    @property
    def finish_early(self) -> Path:
        """Being there, it asks to test what was trained so far, and to train no more."""
        return self.path / "finish_early"

    @property
    def photo_cache(self) -> Path:
        """The folder of decoded photos; it can be deleted and is made again."""
        chosen = self.config.machine.photo_cache
        return Path(chosen) if chosen else self.path / "photo_cache"

    def repeat_folder(self, repeat: int) -> RepeatFolder:
        """The folder of a repeat, counted from 0, made if missing: `repeat_01` is the first.

        A run of one repeat has all its files in the run folder itself.
        """
        if self.config.split.num_repeats == 1:
            return self
        path = self.path / f"repeat_{repeat + 1:02d}"
        path.mkdir(exist_ok=True)
        return RepeatFolder(path)

    def lock(self) -> RunLock:
        """The lock that the trainer holds while it works here."""
        return RunLock(self.path / "trainer.lock")

    def write_status(self, state: RunState, *, what: str = "", hint: str = "") -> None:
        """Say that this process is at `state` now."""
        status = RunStatus(
            state=state,
            heartbeat_s=time.time(),
            process=ProcessIdentity.of_this_process(),
            what=what,
            hint=hint,
        )
        status.write(self.status_json)

    def read_status(self) -> RunStatus | None:
        """The last status that was written, or None before the first."""
        return RunStatus.read(self.status_json)

    def is_alive(self) -> bool:
        """Whether a trainer is at work in the folder now; a damaged status means no."""
        return is_at_work(self.path)


def is_at_work(path: Path) -> bool:
    """Whether a trainer is at work in this folder now, whatever else in it is damaged."""
    try:
        status = RunStatus.read(path / _STATUS)
    except TrainingError:
        return False
    return status is not None and status.is_alive()
