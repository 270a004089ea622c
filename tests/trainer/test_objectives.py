import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import EngineError
from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network
from engine.networks.portable import PortableConfig
from engine.pairs.adaptive import adaptive_average
from engine.pairs.easy_hard import choose_pairs
from trainer.config import StageConfig, StudentConfig
from trainer.objectives import (
    Batch,
    StudentObjective,
    TeacherObjective,
    needs_teacher,
    regression_loss,
)

CROP_PX = 48
NUM_BLOCKS = 6
OFF = {"mask": False, "distillation": False, "contrast": "none"}
# Table 4 of the paper: what is switched on in each row, and the parts of its loss
TABLE_4 = {
    "none": ({**OFF, "quality_token": False}, {"regression"}),
    "mask": ({**OFF, "mask": True}, {"regression"}),
    "distillation": (
        {**OFF, "quality_token": False, "distillation": True},
        {"regression", "distillation"},
    ),
    "both": ({"contrast": "none"}, {"regression", "distillation"}),
    "easy": ({**OFF, "quality_token": False, "contrast": "easy"}, {"regression", "contrast"}),
    "easy_hard": (
        {**OFF, "quality_token": False, "contrast": "easy_hard"},
        {"regression", "contrast"},
    ),
    "mask, easy_hard": ({"distillation": False}, {"regression", "contrast"}),
    "distillation, easy_hard": (
        {"quality_token": False, "mask": False},
        {"regression", "distillation", "contrast"},
    ),
    "both, easy": ({"contrast": "easy"}, {"regression", "distillation", "contrast"}),
    "all": ({}, {"regression", "distillation", "contrast"}),
}


@pytest.fixture(scope="module")
def crops():
    return torch.randn(12, 3, CROP_PX, CROP_PX, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def rated():
    return torch.linspace(5.0, 95.0, 12)[torch.randperm(12, generator=seeded(2))]


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def batch_of(crops, rated, seed):
    """A batch of crops that are prepared already."""
    return Batch(
        views=None,
        prepared=crops,
        rated_B=rated,
        photo_B=torch.arange(len(rated)),
        generator=seeded(seed),
        seed=(seed,),
    )


def made(*, has_quality_token=True, mask_probability=0.3, seed=3):
    torch.manual_seed(seed)
    network = build_network(
        CsiqaConfig(
            backbone="test_vit",
            crop_px=CROP_PX,
            has_quality_token=has_quality_token,
            mask_probability=mask_probability,
        )
    )
    network.start_from_mean(50.0)
    with torch.no_grad():
        network.head.weight.normal_(std=0.05)  # so that scores differ as after some training
    return network


def student_of(config):
    return made(
        has_quality_token=config.quality_token,
        mask_probability=config.mask_probability if config.mask else 0.0,
    )


@pytest.fixture(scope="module")
def teacher():
    return made(has_quality_token=False, mask_probability=0.0, seed=4)


def smooth_l1(predicted, wanted):
    distance = np.abs(predicted - wanted)
    return float(np.mean(np.where(distance < 1, 0.5 * distance**2, distance - 0.5)))


def contrast(embeddings, positives, negatives, temperature):
    """Eq. 5, anchor by anchor and pair by pair."""
    flat = embeddings.reshape(len(embeddings), -1).astype(np.float64)
    flat = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    terms = []
    for anchor in range(len(flat)):
        if not positives[anchor].any() or not negatives[anchor].any():
            continue
        similar = np.exp(flat @ flat[anchor] / temperature)
        crowd = similar[negatives[anchor]].sum()
        own = similar[positives[anchor]]
        terms.append(np.mean(-np.log(own / (own + crowd))))
    return float(np.mean(terms))


def computed(config, teacher, crops, rated, network=None, seed=9):
    network = student_of(config) if network is None else network
    return StudentObjective(config, teacher)(network, batch_of(crops, rated, seed))


def test_the_teacher_minimises_smooth_l1_alone(crops, rated, teacher):
    loss = TeacherObjective(StageConfig())(teacher, batch_of(crops, rated, 0))
    expected = smooth_l1(teacher(crops).detach().numpy(), rated.numpy())
    assert float(loss.total.detach()) == pytest.approx(expected, rel=1e-5)
    assert loss.parts == {"regression": pytest.approx(expected, rel=1e-5)}


def test_the_total_is_the_weighted_sum_of_parts_computed_by_hand(crops, rated, teacher):
    config = StudentConfig()
    network = student_of(config)
    loss = computed(config, teacher, crops, rated, network)
    with torch.no_grad():
        predicted, sequences = network(crops, return_sequences=True, generator=seeded(9))
        taught = teacher.eval()(crops)
    positives, negatives = choose_pairs(rated, taught)
    contrasts = [
        contrast(sequence.numpy(), positives.numpy(), negatives.numpy(), config.temperature)
        for sequence in sequences
    ]
    assert len(contrasts) == NUM_BLOCKS
    regression = smooth_l1(predicted.numpy(), rated.numpy())
    distillation = smooth_l1(predicted.numpy(), taught.numpy())
    assert float(loss.parts["regression"]) == pytest.approx(regression, rel=1e-5)
    assert float(loss.parts["distillation"]) == pytest.approx(distillation, rel=1e-5)
    assert float(loss.parts["contrast"]) == pytest.approx(np.mean(contrasts), rel=1e-5)
    total = regression + 0.9 * distillation + 0.1 * sum(contrasts)
    assert float(loss.total.detach()) == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize("row", TABLE_4)
def test_a_row_of_table_4_has_just_its_parts(row, crops, rated, teacher):
    switches, names = TABLE_4[row]
    config = replace(StudentConfig(), **switches)
    loss = computed(config, teacher if needs_teacher(config) else None, crops, rated)
    assert loss.parts.keys() == names
    weights = {"regression": 1.0, "distillation": 0.9, "contrast": 0.1 * NUM_BLOCKS}
    total = sum(weights[name] * float(part) for name, part in loss.parts.items())
    assert float(loss.total.detach()) == pytest.approx(total, rel=1e-5)


def test_which_rows_need_a_teacher():
    needing = {
        row
        for row, (switches, _) in TABLE_4.items()
        if needs_teacher(replace(StudentConfig(), **switches))
    }
    assert needing == set(TABLE_4) - {"none", "mask", "easy"}


def test_every_two_rows_differ_in_loss_or_gradient(crops, rated, teacher):
    found = {}
    for row, (switches, _) in TABLE_4.items():
        config = replace(StudentConfig(), **switches)
        network = student_of(config)
        computed(config, teacher, crops, rated, network).total.backward()
        found[row] = network.encoder.blocks[0].attn.qkv.weight.grad
    for one, other in itertools.combinations(found, 2):
        assert not torch.allclose(found[one], found[other], rtol=1e-3), (one, other)


def test_only_the_mask_depends_on_the_generator(crops, rated):
    for is_masked in (True, False):
        config = StudentConfig(mask=is_masked, distillation=False, contrast="none")
        network = student_of(config)
        losses = {
            float(computed(config, None, crops, rated, network, seed).total.detach())
            for seed in (1, 2, 3)
        }
        assert len(losses) == (3 if is_masked else 1)


def test_no_gradient_reaches_the_teacher(crops, rated):
    teacher = made(has_quality_token=False, seed=4)
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    network = student_of(StudentConfig())
    computed(StudentConfig(), teacher, crops, rated, network).total.backward()
    assert all(parameter.grad is None for parameter in teacher.parameters())
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
    without = [name for name, value in network.named_parameters() if value.grad is None]
    assert without == []


def test_parts_hold_no_graph(crops, rated, teacher):
    loss = computed(StudentConfig(rank_weight=0.5), teacher, crops, rated)
    assert loss.total.requires_grad
    assert not any(part.requires_grad for part in loss.parts.values())


def test_learning_to_rank_is_added_with_its_weight(crops, rated):
    config = StudentConfig(**{**OFF, "quality_token": False}, rank_weight=0.25, rank_margin=5.0)
    network = student_of(config)
    loss = computed(config, None, crops, rated, network)
    predicted = network(crops).detach().numpy()
    lacking = [
        max(0.0, 5.0 - (predicted[better] - predicted[worse]))
        for better in range(12)
        for worse in range(12)
        if rated[better] > rated[worse]
    ]
    assert float(loss.parts["rank"]) == pytest.approx(np.mean(lacking), rel=1e-4)
    total = float(loss.parts["regression"]) + 0.25 * np.mean(lacking)
    assert float(loss.total.detach()) == pytest.approx(total, rel=1e-5)


def test_adaptive_average_pairs_need_no_teacher(crops, rated):
    config = StudentConfig(mask=False, distillation=False, contrast="adaptive_average")
    network = student_of(config)
    loss = computed(config, None, crops, rated, network)
    with torch.no_grad():
        sequences = network(crops, return_sequences=True)[1]
    positives, negatives = (pairs.numpy() for pairs in adaptive_average(rated))
    expected = [contrast(sequence.numpy(), positives, negatives, 0.3) for sequence in sequences]
    assert float(loss.parts["contrast"]) == pytest.approx(np.mean(expected), rel=1e-5)


def test_adaptive_sampling_draws_from_the_generator(crops, rated):
    config = StudentConfig(mask=False, distillation=False, contrast="adaptive_sampling")
    network = student_of(config)
    one, same, other = (
        float(computed(config, None, crops, rated, network, seed).parts["contrast"])
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_adaptive_sampling_adapts_the_weight_of_every_photo(crops, rated):
    config = StudentConfig(
        mask=False, distillation=False, contrast="adaptive_sampling", sampling_delta=0.25
    )
    network = student_of(config)
    objective = StudentObjective(config, None)
    assert objective.state() == {}
    loss = objective(network, batch_of(crops, rated, 1))
    places = np.argsort(np.argsort(loss.predicted_B.detach().numpy()))
    wanted = np.argsort(np.argsort(rated.numpy()))
    is_right = abs(places - wanted) <= 1  # a tenth of 12
    assert is_right.any()
    assert not is_right.all()
    (weights,) = objective.state().values()
    assert weights.tolist() == np.where(is_right, 1.25, 0.75).tolist()
    objective(network, batch_of(crops, rated, 1))
    (weights,) = objective.state().values()
    assert weights.tolist() == np.where(is_right, 1.25**2, 0.75**2).tolist()


def test_adaptive_sampling_goes_on_from_its_state(crops, rated):
    config = StudentConfig(
        mask=False, distillation=False, contrast="adaptive_sampling", sampling_delta=0.9
    )
    network = student_of(config)
    objective, other = StudentObjective(config, None), StudentObjective(config, None)
    for seed in range(3):
        objective(network, batch_of(crops, rated, seed))
    state = objective.state()
    (before,) = (weights.clone() for weights in state.values())
    other.load(state)
    parts = [
        float(one(network, batch_of(crops, rated, 7)).parts["contrast"])
        for one in (objective, other, StudentObjective(config, None))
    ]
    assert parts[0] == parts[1]
    assert parts[0] != parts[2]
    (given_away,) = state.values()
    assert torch.equal(given_away, before)


@pytest.mark.parametrize("blocks", ["all", "last"])
def test_the_contrast_may_be_taken_of_the_last_block_alone(blocks, crops, rated):
    config = StudentConfig(mask=False, distillation=False, contrast="easy", contrast_blocks=blocks)
    network = student_of(config)
    loss = computed(config, None, crops, rated, network)
    with torch.no_grad():
        sequences = network(crops, return_sequences=True)[1]
    sequences = sequences if blocks == "all" else sequences[-1:]
    positives, negatives = (pairs.numpy() for pairs in choose_pairs(rated, None, strategy="easy"))
    expected = [contrast(sequence.numpy(), positives, negatives, 0.3) for sequence in sequences]
    total = float(loss.parts["regression"]) + 0.1 * sum(expected)
    assert float(loss.total.detach()) == pytest.approx(total, rel=1e-5)


def test_a_portable_network_is_contrasted_at_several_stages(crops, rated):
    torch.manual_seed(0)
    network = build_network(PortableConfig(backbone="test_resnet", crop_px=CROP_PX)).eval()
    config = StudentConfig(distillation=False, contrast="easy", embedding="mean_patch")
    loss = computed(config, None, crops, rated, network)
    with torch.no_grad():
        maps = network.network.forward_intermediates(crops, intermediates_only=True)
    means = [stage.mean(dim=(2, 3)).numpy() for stage in maps[-4:]]  # of strides 4 to 32
    positives, negatives = (pairs.numpy() for pairs in choose_pairs(rated, None, strategy="easy"))
    expected = [contrast(mean, positives, negatives, 0.3) for mean in means]
    total = float(loss.parts["regression"]) + 0.1 * sum(expected)
    assert float(loss.total.detach()) == pytest.approx(total, rel=1e-4)


def test_without_regression_the_rest_of_the_loss_stays(crops, rated, teacher):
    config = StudentConfig(mask=False)
    network = student_of(config)
    whole = computed(config, teacher, crops, rated, network)
    rest = computed(replace(config, regression="none"), teacher, crops, rated, network)
    assert rest.parts.keys() == {"distillation", "contrast"}
    assert float((whole.total - whole.parts["regression"]).detach()) == pytest.approx(
        float(rest.total.detach()), rel=1e-5
    )
    rest.total.backward()
    assert network.head.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("embedding", ["sequence", "qua", "cls", "mean_patch"])
@pytest.mark.parametrize("is_centred", [False, True])
def test_the_contrast_compares_the_tokens_asked_for(embedding, is_centred, crops, rated):
    config = StudentConfig(
        mask=False, distillation=False, contrast="easy", embedding=embedding, centred=is_centred
    )
    network = student_of(config)
    loss = computed(config, None, crops, rated, network)
    with torch.no_grad():
        sequences = network(crops, return_sequences=True)[1]
    pick = {  # the tokens are [QUA | CLS | 9 patches]
        "sequence": lambda tokens: tokens.reshape(12, -1),
        "qua": lambda tokens: tokens[:, 0],
        "cls": lambda tokens: tokens[:, 1],
        "mean_patch": lambda tokens: tokens[:, 2:].mean(axis=1),
    }[embedding]
    positives, negatives = (pairs.numpy() for pairs in choose_pairs(rated, None, strategy="easy"))
    expected = []
    for sequence in sequences:
        picked = pick(sequence.numpy())
        picked = picked - picked.mean(axis=0) if is_centred else picked
        expected.append(contrast(picked, positives, negatives, 0.3))
    assert float(loss.parts["contrast"]) == pytest.approx(np.mean(expected), rel=1e-4)


def test_a_network_without_the_token_that_is_compared_is_refused(crops, rated):
    torch.manual_seed(0)
    network = build_network(PortableConfig(backbone="test_resnet", crop_px=CROP_PX))
    config = StudentConfig(distillation=False, contrast="easy", embedding="cls")
    with pytest.raises(EngineError, match="has no CLS token to compare"):
        computed(config, None, crops, rated, network)


def test_any_network_learns_from_a_teacher_and_pairs(crops, rated, teacher):
    torch.manual_seed(0)
    network = build_network(PortableConfig(backbone="test_resnet", crop_px=CROP_PX))
    loss = computed(StudentConfig(), teacher, crops, rated, network)
    assert loss.parts.keys() == {"regression", "distillation", "contrast"}
    loss.total.backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_norm_in_norm_keeps_a_tenth_of_the_distance_itself(scale):
    rated = torch.tensor([10.0, 40.0, 60.0, 90.0])
    predicted = 50 + scale * (rated - 50)  # the same shape, on another scale
    loss = float(regression_loss("norm_in_norm", predicted, rated))
    assert loss == pytest.approx(0.1 * smooth_l1(predicted.numpy(), rated.numpy()), abs=1e-3)
    turned = float(regression_loss("norm_in_norm", 100 - rated, rated))
    distance = smooth_l1((100 - rated).numpy(), rated.numpy())
    shape = (rated - 50).numpy() / np.linalg.norm(rated - 50)
    relative = np.abs(2 * shape).sum() / (2 * 4**0.5)
    assert turned == pytest.approx(100 * relative + 0.1 * distance, rel=1e-4)


@pytest.mark.parametrize(
    ("kind", "expected"), [("l1", (0.5 + 2 + 7) / 3), ("mse", (0.25 + 4 + 49) / 3)]
)
def test_the_regression_loss_can_be_chosen(kind, expected):
    predicted, rated = torch.tensor([10.5, 18.0, 37.0]), torch.tensor([10.0, 20.0, 30.0])
    assert float(regression_loss(kind, predicted, rated)) == pytest.approx(expected)
    config = StudentConfig(**{**OFF, "quality_token": False}, regression=kind)
    assert config.regression == kind
