"""What a training run is asked to do. No PyTorch and no packages, so that the window can read it.

A run is written by hand as TOML or by the wizard, and stored as `config.json` in its run folder.
Numbers marked [P] are the paper's (Li et al., ICML 2024), [A] its published code's, [C] ours.
"""

import difflib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Self

from engine.networks.network_entry import Answer, Embedding, NetworkEntry, OptionValue
from engine.networks.registry import network_entry, trainable_entries
from trainer.checked_values import ConfigError, build_checked
from trainer.presets import with_preset

CONFIG_VERSION = 1
MODEL_MARK = "model:"  # before a model of Discern, among the starting weights

Contrast = Literal["none", "easy", "hard", "easy_hard", "adaptive_average", "adaptive_sampling"]
Regression = Literal["smooth_l1", "l1", "mse", "norm_in_norm", "none"]
ContrastBlocks = Literal["all", "last"]
OccasionsBy = Literal["none", "folder", "name"]
Schedule = Literal["step", "cosine"]


def _require(is_met: bool, what: str, hint: str) -> None:
    if not is_met:
        raise ConfigError(what, hint)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelsConfig:
    """Where the opinion scores are, and how to read them when the file does not say."""

    source: str
    kind: str = "auto"
    name: str = ""
    score_low: float | None = None
    score_high: float | None = None
    higher_is_better: bool | None = None
    # Columns of a CSV by their names in its header; empty: found by themselves, "-": there is none.
    image_column: str = ""
    score_column: str = ""
    reference_column: str = ""
    split_column: str = ""
    rater_column: str = ""  # who gave the rating, where there is a row for each rater and photo
    # Standard deviation, in points of 100, of noise on the labels of the training part [C]
    noise_points: float = 0.0
    # Photos rated on several occasions: by what they are told apart, and how much of the occasions'
    # offsets is taken from the labels of the training part [C]
    occasions: OccasionsBy = "none"
    occasion_share: float = 1.0

    def __post_init__(self) -> None:
        _require(
            0 <= self.noise_points <= 100,
            f"labels.noise_points is {self.noise_points}.",
            "Give 0 (none) to 100; the labels span 100 points.",
        )
        _require(
            0 <= self.occasion_share <= 1,
            f"labels.occasion_share is {self.occasion_share}.",
            "Give 0 (labels as they are) to 1 (no offset between occasions is left).",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitConfig:
    """How photos are parted into training, validation and test; fractions are of the whole.

    Without a validation part nothing picks an epoch: as many as the settings say are trained, and
    the last is kept. So the paper parts its data sets, 80/20.
    """

    seed: int = 0
    test_fraction: float = 0.2
    validation_fraction: float = 0.1  # 0: no validation part, fixed epochs [P]
    num_repeats: int = 1
    group_near_duplicates: bool = True  # photos that look alike stay in one part [C]
    paper_protocol: bool = False  # also report the epoch that the test part would have picked [A]

    def __post_init__(self) -> None:
        for name in ("test_fraction", "validation_fraction"):
            value = getattr(self, name)
            is_one = 0 <= value < 1 if name == "validation_fraction" else 0 < value < 1
            _require(is_one, f"split.{name} is {value}.", "Give a fraction between 0 and 1.")
        total = self.test_fraction + self.validation_fraction
        _require(
            total < 0.9,
            f"Validation and test together take {total:.0%} of the photos.",
            "Leave more than a tenth for training: lower one of the fractions.",
        )
        _require(
            1 <= self.num_repeats <= 100,
            f"split.num_repeats is {self.num_repeats}.",
            "Give a number from 1 to 100 (the paper uses 10).",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotosConfig:
    """The size photos are brought to and the crops taken from them.

    The aspect ratio is kept: the photo fits inside long x short, portraits turned [C].
    """

    long_side_px: int | None = 512
    short_side_px: int | None = 384
    crop_px: int = 224
    crops_per_photo: int = 10  # random crops of every photo in every epoch [P]
    validation_crops: int = 5
    test_crops: int = 10

    def __post_init__(self) -> None:
        _require(
            32 <= self.crop_px <= 1024,
            f"photos.crop_px is {self.crop_px}.",
            "Give 32 to 1024; ViTs named _224 want 224.",
        )
        for name in ("crops_per_photo", "validation_crops", "test_crops"):
            value = getattr(self, name)
            _require(
                1 <= value <= 100, f"photos.{name} is {value}.", "Give a number from 1 to 100."
            )
        for name in ("long_side_px", "short_side_px"):
            value = getattr(self, name)
            _require(
                value is None or value >= self.crop_px,
                f"photos.{name} is {value}, less than the crop of {self.crop_px} pixels.",
                "Make the photo at least as large as the crop.",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class VarietyConfig:
    """What else differs between the views that a network learns from; all off [C]."""

    smallest_share: float = 1.0  # each batch's photos are brought to a random share of their size
    largest_share: float = 1.0  # before they are cut; 1 is the size that they are scored in
    harmless: float = 0.0  # so many views are changed as no one minds: light, size, JPEG, a little

    def __post_init__(self) -> None:
        _require(
            0.1 <= self.smallest_share <= self.largest_share <= 2,
            f"variety goes from {self.smallest_share} to {self.largest_share} of a photo's size.",
            "Give shares from 0.1 to 2, the smallest first.",
        )
        _require(
            0 <= self.harmless <= 1,
            f"variety.harmless is {self.harmless}.",
            "Give a share of the views, from 0 to 1.",
        )

    @property
    def is_any(self) -> bool:
        """Whether anything is asked for."""
        return self != VarietyConfig()


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkConfig:
    """The network and where its starting weights come from.

    `architecture` is a name in the registry (docs/networks.md) and `options` are that network's
    own. `weights` is "hub" (timm fetches and keeps them), "none" (random), a file's path, or
    "model:" and the name or file of a model of Discern, which is then trained further as a whole.
    """

    architecture: str = "csiqa"
    backbone: str = "deit3_small_patch16_224"
    weights: str = "hub"
    options: dict[str, OptionValue] = field(default_factory=dict)
    # "scalar": a score. Else how ratings are spread: "acr", "latent_normal", "logit_logistic" [C]
    answer: Answer = "scalar"

    def __post_init__(self) -> None:
        known = [entry.name for entry in trainable_entries()]
        close = difflib.get_close_matches(str(self.architecture), known, n=1)
        _require(
            self.architecture in known,
            f"network.architecture is {self.architecture!r}.",
            (f"Did you mean {close[0]}? " if close else "") + f"It may be: {', '.join(known)}.",
        )
        _require(
            self.answer in self.entry.answers,
            f"{self.architecture} can't answer with {self.answer!r}.",
            f"It may be: {', '.join(self.entry.answers)}.",
        )
        options = {option.name: option for option in self.entry.options}
        for name, value in self.options.items():
            _require(
                name in options,
                f"{self.architecture} has no option {name}.",
                f"Its options are: {', '.join(options)}." if options else "It has none.",
            )
            problem = options[name].problem_of(value)
            _require(not problem, f"network.options.{name} is {value!r}.", problem)

    @property
    def model_to_start_from(self) -> str:
        """The name or file of the model that is trained further; empty for other weights."""
        return self.weights.removeprefix(MODEL_MARK) if self.weights.startswith(MODEL_MARK) else ""

    @property
    def entry(self) -> NetworkEntry:
        """What the registry says of the network."""
        entry = network_entry(self.architecture)
        assert entry is not None  # refused above
        return entry


@dataclass(frozen=True, kw_only=True, slots=True)
class StageConfig:
    """How one network is trained: the recipe that teacher and student share."""

    epochs: int = 9
    batch_size: int = 64
    learning_rate: float = 2e-4
    schedule: Schedule = "step"  # divided by 10 every `step_epochs` [P]
    step_epochs: int = 3
    warmup_steps: int = 0
    weight_decay: float = 0.05
    clip_norm: float = 5.0
    regression: Regression = "smooth_l1"
    weight_averaging: float = 0.0  # decay of the moving average of weights; 0 is off [C]
    keep_epochs: bool = False  # store the model of every epoch, in the folder `epochs` [C]
    layer_decay: float = 1.0  # learning rate of block l is times this ^ (blocks above it) [C]
    # So that fine-tuning forgets less of what the starting weights know [C], all off:
    frozen_blocks: int = 0  # the embedding and so many of the first blocks stay as they started
    frozen_norms: bool = False  # batch norms keep the statistics that they started with
    probe_epochs: int = 0  # in so many epochs at first, only what lies above the blocks learns
    probe_learning_rate: float = 1e-3
    averaged_share: float = 0.0  # the mean of the weights over this last share of steps is kept
    start_decay: float = 0.0  # pulls weights to where they started, in place of weight decay: L2-SP
    interpolation: bool = False  # goes back some of the way, as validation prefers: WiSE-FT
    interpolation_cost: float = 0.0  # SRCC on validation that may be given up to go further back
    head_rate: float = 1.0  # what lies above the blocks learns at this share of the rate [C]
    ridge_penalty: float = 0.0  # the head starts as ridge regression with this penalty; 0 is off
    ladder_weight: float = 0.0  # ranks crops distorted on the fly; 0 is off [C]
    ladder_margin: float = 2.0  # points by which each growing distortion must lower the score [C]
    # Of networks that answer with a distribution, on the counts of ratings [C]; 0 is off:
    nll_weight: float = 0.0  # negative log-likelihood of a rating, in nats
    emd_weight: float = 0.0  # squared distance of the cumulative distributions

    def __post_init__(self) -> None:
        _require(
            (0 if self.ridge_penalty else 1) <= self.epochs <= 1000,
            f"epochs is {self.epochs}.",
            "Give 1 to 1000; 0 only with ridge_penalty, which fits the head without any epoch.",
        )
        _require(
            self.batch_size >= 4,
            f"batch_size is {self.batch_size}; pairs need at least 4 crops in a batch.",
            "Give 10 or more: below 10 the ratios leave one positive.",
        )
        _require(
            0 < self.learning_rate < 1,
            f"learning_rate is {self.learning_rate}.",
            "Give a number such as 2e-4.",
        )
        _require(
            0 <= self.weight_averaging < 1,
            f"weight_averaging is {self.weight_averaging}.",
            "Give 0 (off) or a decay just below 1, such as 0.999.",
        )
        for name in ("layer_decay", "head_rate"):
            value = getattr(self, name)
            _require(0 < value <= 1, f"{name} is {value}.", "Give more than 0, and up to 1.")
        self._check_fine_tuning()
        _require(self.clip_norm > 0, f"clip_norm is {self.clip_norm}.", "Give a number above 0.")
        _require(
            0 <= self.ridge_penalty <= 1e9,
            f"ridge_penalty is {self.ridge_penalty}.",
            "Give 0 (off), or about as much as there are training photos.",
        )
        for name in ("ladder_weight", "ladder_margin", "nll_weight", "emd_weight"):
            value = getattr(self, name)
            _require(0 <= value <= 100, f"{name} is {value}.", "Give a number from 0 to 100.")
        _require(self.step_epochs >= 1, f"step_epochs is {self.step_epochs}.", "Give 1 or more.")

    def _check_fine_tuning(self) -> None:
        _require(
            0 <= self.probe_epochs < max(1, self.epochs),
            f"probe_epochs is {self.probe_epochs}, of {self.epochs} epochs.",
            "Leave at least one epoch in which all blocks learn.",
        )
        _require(
            0 < self.probe_learning_rate < 1,
            f"probe_learning_rate is {self.probe_learning_rate}.",
            "Give a number such as 1e-3.",
        )
        _require(
            self.frozen_blocks >= 0, f"frozen_blocks is {self.frozen_blocks}.", "Give 0 or more."
        )
        _require(
            0 <= self.averaged_share <= 1,
            f"averaged_share is {self.averaged_share}.",
            "Give 0 (off) or a share of the steps up to 1, such as 0.5.",
        )
        _require(
            not (self.averaged_share and self.weight_averaging),
            "Weights are averaged in two ways.",
            "Set averaged_share or weight_averaging to 0.",
        )
        _require(
            0 <= self.start_decay * self.learning_rate < 1,
            f"start_decay is {self.start_decay}.",
            "Give 0 (off) or a number such as 0.1; times the learning rate it must stay below 1.",
        )
        _require(
            0 <= self.interpolation_cost < 1,
            f"interpolation_cost is {self.interpolation_cost}.",
            "Give an SRCC such as 0.005.",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TeacherConfig(StageConfig):
    """The teacher: trained first with the same recipe, or an existing model file."""

    model: str = ""  # a model file, or a CSV of scores, to use as it is; empty: train one
    # Of a model that learned from other labels: bring its scores to the scale of this run's [C]
    adjust_scale: bool = True

    def __post_init__(self) -> None:
        StageConfig.__post_init__(self)
        _require(
            self.regression != "none" or self.nll_weight + self.emd_weight > 0,
            "The teacher has regression switched off, and learns from nothing else.",
            'Set teacher.regression = "smooth_l1".',
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class StudentConfig(StageConfig):
    """The student and the switches of CSIQA (Table 4)."""

    quality_token: bool = True
    mask: bool = True
    mask_probability: float = 0.3  # [P]
    mask_cls: bool = False  # [C]
    distillation: bool = True
    distillation_weight: float = 0.9  # lambda1 [P]
    contrast: Contrast = "easy_hard"
    contrast_weight: float = 0.1  # lambda2, at every block [P]
    contrast_blocks: ContrastBlocks = "all"  # Eq. 6 sums over all; or the last one alone
    temperature: float = 0.3  # [A]
    embedding: Embedding = "sequence"
    centred: bool = False  # subtract the batch mean from the embedding [C]
    easy_positive: float = 0.1
    easy_negative: float = 0.4
    rough_positive: float = 0.2
    rough_negative: float = 0.6
    hard_positive: float = 0.1
    hard_negative: float = 0.4
    sampling_delta: float = 0.1  # adaptive sampling: p_i times 1 + it if ranked right, else 1 - it
    rank_weight: float = 0.0  # learning to rank, the baseline of Tables 15-16
    rank_margin: float = 0.0

    def __post_init__(self) -> None:
        StageConfig.__post_init__(self)
        _require(
            0 <= self.mask_probability <= 1,
            f"mask_probability is {self.mask_probability}.",
            "Give a probability from 0 to 1; the paper's is 0.3.",
        )
        _require(self.temperature > 0, f"temperature is {self.temperature}.", "Give more than 0.")
        _require(
            -1 < self.sampling_delta < 1,
            f"sampling_delta is {self.sampling_delta}.",
            "Give a number between -1 and 1; below 0, photos ranked wrong are drawn more often.",
        )
        _require(
            self.regression != "none"
            or self.distillation
            or self.rank_weight + self.nll_weight + self.emd_weight > 0,
            "Regression is off, and neither distillation nor ranks teach the student its scores.",
            "Turn distillation on, give rank_weight more than 0, or choose a regression.",
        )
        _require(
            self.quality_token or not self.mask,
            "The mask is on but the quality-aware token is off.",
            "Turn quality_token on, or mask off.",
        )
        _require(
            self.quality_token or self.embedding != "qua",
            "The contrast compares quality-aware tokens, but that token is off.",
            'Turn quality_token on, or set embedding = "sequence".',
        )
        for name in ("easy", "rough", "hard"):
            for sign in ("positive", "negative"):
                ratio = getattr(self, f"{name}_{sign}")
                _require(0 < ratio <= 1, f"{name}_{sign} is {ratio}.", "Give a share of the batch.")


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineConfig:
    """Where the run computes; "auto" takes CUDA and bf16 where there are such."""

    device: str = "auto"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    num_threads: int = 0  # 0: as many as PyTorch takes by itself
    photo_cache: str = ""  # folder for decoded photos; empty: in the run folder
    save_every_s: float = 60.0  # how much work a kill can cost at most


@dataclass(frozen=True, kw_only=True, slots=True)
class RunConfig:
    """Everything a run needs to know, and all that is needed to do it again."""

    name: str
    labels: LabelsConfig
    seed: int = 0
    split: SplitConfig = field(default_factory=SplitConfig)
    photos: PhotosConfig = field(default_factory=PhotosConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    variety: VarietyConfig = field(default_factory=VarietyConfig)
    teacher: TeacherConfig = field(default_factory=TeacherConfig)
    student: StudentConfig = field(default_factory=StudentConfig)
    machine: MachineConfig = field(default_factory=MachineConfig)
    version: int = CONFIG_VERSION

    def __post_init__(self) -> None:
        _require(bool(self.name.strip()), "The run has no name.", 'Write name = "..." at the top.')
        _require(
            self.version <= CONFIG_VERSION,
            f"This run was written by a newer program (config version {self.version}).",
            "Update Discern, then open the run again.",
        )
        _require(
            self.student.contrast == "none" or bool(self.network.entry.embeddings),
            f"{self.network.architecture} has nothing that contrast could compare.",
            'Set student.contrast = "none".',
        )

    def to_json(self) -> str:
        """The whole config as indented JSON, as `config.json` holds it."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The config that `to_json` wrote; raises ConfigError with what to mend."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"config.json is not readable: {error}.", "Start a new run with the same TOML."
            ) from error
        return build_checked(cls, values)

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """The config in a TOML file; paths in it are relative to the file's folder.

        `preset = "koniq10k"` at its top takes the paper's settings for that data set as defaults.

        Raises ConfigError naming the setting and what it may be.
        """
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(
                f"{path} could not be read: {error.strerror}.", "Give the path of a run's TOML."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not valid TOML: {error}.", "Mend that line.") from error
        config = build_checked(cls, with_preset(values))
        return config.with_absolute_paths(path.parent.resolve())

    def with_absolute_paths(self, folder: Path) -> Self:
        """The same run with every relative path made absolute against `folder`."""
        values = asdict(self)
        values["labels"]["source"] = str(folder / self.labels.source)
        if model := self.network.model_to_start_from:
            is_file = model.endswith(".safetensors")
            values["network"]["weights"] = MODEL_MARK + (str(folder / model) if is_file else model)
        elif self.network.weights not in {"hub", "none"}:
            values["network"]["weights"] = str(folder / self.network.weights)
        if self.teacher.model:
            values["teacher"]["model"] = str(folder / self.teacher.model)
        if self.machine.photo_cache:
            values["machine"]["photo_cache"] = str(folder / self.machine.photo_cache)
        return build_checked(type(self), values)
