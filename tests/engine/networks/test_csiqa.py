"""CSIQA and its teacher. Crops are noise, weights are random: what is tested is the wiring."""

import pytest
import torch
from timm.models.deit import VisionTransformerDistilled
from timm.models.vision_transformer import VisionTransformer

from engine.errors import WeightsUnavailable
from engine.losses.contrast import quality_contrast
from engine.losses.distillation import logit_distillation
from engine.losses.regression import smooth_l1
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.pairs.easy_hard import choose_pairs

SMALL = {"img_size": 64, "patch_size": 16, "embed_dim": 48, "depth": 3, "num_heads": 3}
# timm's ViTs as these families build them, only smaller, and how many prefix tokens each has
VARIANTS = {
    "plain": (VisionTransformer, {}, 1),
    "deit3": (VisionTransformer, {"no_embed_class": True, "init_values": 1e-1}, 1),
    "dinov2": (VisionTransformer, {"no_embed_class": True, "init_values": 1.0, "reg_tokens": 4}, 5),
    "distilled": (VisionTransformerDistilled, {}, 2),
    "clip": (VisionTransformer, {"pre_norm": True}, 1),
    "gap": (VisionTransformer, {"global_pool": "avg", "fc_norm": False}, 1),
}
# prefix tokens and patches at a crop
BY_NAME = {
    ("deit3_small_patch16_224", 64): (1, 16),  # the paper's
    ("deit_tiny_distilled_patch16_224", 64): (2, 16),
    ("vit_small_patch14_reg4_dinov2", 224): (5, 256),  # made for 518 pixels
}


def noise(num_crops=2, size_px=64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(num_crops, 3, size_px, size_px, generator=generator)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(params=VARIANTS)
def variant(request, monkeypatch, make_student):
    """Makes a network on one family of ViTs."""
    make_vit, options, num_prefix = VARIANTS[request.param]

    def build(**config):
        vit = "engine.networks.csiqa.create_backbone"
        monkeypatch.setattr(
            vit, lambda *_args, **_options: make_vit(num_classes=0, **SMALL, **options)
        )
        network = make_student(request.param, **config)
        assert network.num_prefix == num_prefix + network.has_quality_token
        return network

    return build


@pytest.fixture
def training_student(make_student):
    """A student of one's own in training mode, whose mask is random."""
    return make_student().train()


@torch.no_grad()
def test_with_all_parts_off_the_network_is_timms_with_a_decoder(variant):
    teacher, crops = variant(has_quality_token=False), noise()
    tokens = teacher.encoder.forward_features(crops)
    decoded = teacher.decoder(tokens[:, :1], tokens[:, teacher.num_prefix :])

    assert not hasattr(teacher, "quality_token")
    assert torch.equal(teacher.features(crops).tokens_BTD, tokens)
    assert teacher.features(crops).patches_BPD.shape[1] == 16
    torch.testing.assert_close(teacher(crops), 100 * teacher.head(decoded[:, 0])[:, 0])


@torch.no_grad()
def test_with_qua_the_other_tokens_are_still_timms(variant):
    network, crops = variant(), noise()
    timms = network.encoder.forward_features(crops)

    torch.testing.assert_close(network.features(crops).tokens_BTD[:, 1:], timms, rtol=0, atol=2e-5)


@pytest.mark.parametrize(("name", "crop_px"), BY_NAME)
@torch.no_grad()
def test_large_networks_work_by_name(make_student, name, crop_px):
    network, crops = make_student(name, crop_px=crop_px), noise(1, crop_px)
    num_prefix, num_patches = BY_NAME[name, crop_px]

    features = network.features(crops)

    assert features.num_prefix == num_prefix + 1
    assert features.patches_BPD.shape[1] == num_patches
    assert network.decoder.layer.self_attn.num_heads == network.encoder.blocks[0].attn.num_heads
    assert bool(network.score_features(features).isfinite().all())
    timms = network.encoder.forward_features(crops)
    torch.testing.assert_close(features.tokens_BTD[:, 1:], timms, rtol=0, atol=5e-5)


@torch.no_grad()
def test_other_tokens_change_neither_with_the_value_nor_with_the_mask_of_qua(training_student):
    network, crops = training_student, noise(4)
    _, before = network(crops, return_sequences=True, generator=seeded(1))
    network.quality_token.normal_(std=10)
    _, after = network(crops, return_sequences=True, generator=seeded(2))

    for first, second in zip(before, after, strict=True):
        assert torch.equal(first[:, 1:], second[:, 1:])
        assert not torch.allclose(first[:, 0], second[:, 0], atol=0.1)


def test_no_gradient_flows_from_other_tokens_to_qua(training_student):
    features = training_student.features(noise(), generator=seeded(0))
    features.tokens_BTD[:, 1:].square().sum().backward()

    assert float(training_student.quality_token.grad.abs().max()) == 0


@pytest.mark.parametrize("is_cls_masked", [False, True])
def test_a_mask_of_everything_gives_numbers(make_student, is_cls_masked):
    network = make_student(mask_probability=1.0, is_cls_masked=is_cls_masked).train()
    scores, sequences = network(noise(3), return_sequences=True)
    (scores.sum() + sum(sequence.square().mean() for sequence in sequences)).backward()

    assert bool(scores.isfinite().all())
    assert all(bool(p.grad.isfinite().all()) for p in network.parameters())
    # all that is left to QUA is itself, the same for any photo, and CLS if that is spared
    is_same = torch.allclose(sequences[-1][0, 0], sequences[-1][1, 0], atol=1e-6)
    assert is_same == is_cls_masked


@torch.no_grad()
def test_the_generator_decides_the_mask_while_training(training_student):
    crops = noise(3)
    first = training_student(crops, generator=seeded(1))

    assert torch.equal(training_student(crops, generator=seeded(1)), first)
    assert not torch.equal(training_student(crops, generator=seeded(2)), first)


@torch.no_grad()
def test_outside_training_nothing_is_left_to_chance(tiny_network):
    crops = noise(3)
    first = tiny_network(crops, generator=seeded(1))

    assert torch.equal(tiny_network(crops, generator=seeded(2)), first)
    assert torch.equal(tiny_network(crops), first)


@torch.no_grad()
def test_outside_training_alpha_does_not_matter(make_student, tiny_network):
    crops = noise(3)

    assert torch.equal(make_student(mask_probability=1.0)(crops), tiny_network(crops))


@torch.no_grad()
def test_a_batch_of_one_equals_a_row_of_a_batch(variant):
    network, crops = variant(), noise(3)

    together = network(crops)

    assert together.shape == (3,)
    alone = torch.cat([network(crops[[row]]) for row in range(3)])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-3)


@torch.no_grad()
def test_the_sequence_of_every_block_comes_on_request(tiny_network):
    scores, sequences = tiny_network(noise(3), return_sequences=True)

    assert [tuple(sequence.shape) for sequence in sequences] == [(3, 18, 64)] * 6
    assert torch.equal(tiny_network(noise(3)), scores)
    assert tiny_network.features(noise(3)).sequences == ()
    last = tiny_network.encoder.norm(sequences[-1])
    assert torch.equal(tiny_network.features(noise(3)).tokens_BTD, last)


def student_loss(network, teacher, crops, rated, generator):
    """Eq. 6 with the paper's weights."""
    with torch.no_grad():
        taught = teacher(crops)
    scores, sequences = network(crops, return_sequences=True, generator=generator)
    positives, negatives = choose_pairs(rated, taught)
    contrasts = [quality_contrast(tokens, positives, negatives, 0.3) for tokens in sequences]
    return (
        smooth_l1(scores, rated) + 0.9 * logit_distillation(scores, taught) + 0.1 * sum(contrasts)
    )


def parameters_without_gradient(network):
    return [
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not 0 < float(parameter.grad.abs().sum()) < float("inf")
    ]


def test_every_parameter_of_the_student_gets_a_gradient(variant):
    network, teacher = variant().train(), variant(has_quality_token=False)
    student_loss(network, teacher, noise(12), torch.linspace(5, 95, 12), seeded(0)).backward()

    assert parameters_without_gradient(network) == []


def test_every_parameter_of_the_teacher_gets_a_gradient(variant):
    teacher = variant(has_quality_token=False).train()
    smooth_l1(teacher(noise(4)), torch.linspace(70, 95, 4)).backward()

    assert parameters_without_gradient(teacher) == []


@pytest.mark.parametrize("has_quality_token", [False, True])
@torch.no_grad()
def test_first_scores_lie_a_few_points_around_the_mean(has_quality_token):
    torch.manual_seed(0)
    config = CsiqaConfig(backbone="test_vit", crop_px=64, has_quality_token=has_quality_token)
    network = CSIQA(config).eval()
    network.start_from_mean(63.0)

    assert float(network.head_bias()) == pytest.approx(0.63)
    assert float((network(100 * noise(20)) - 63).abs().max()) < 5


@pytest.mark.parametrize("is_training", [False, True])
@torch.no_grad()
def test_mixed_precision_changes_little(make_student, is_training):
    network, crops = make_student().train(is_training), noise(4)
    exact = network(crops, generator=seeded(0))
    with torch.autocast("cpu", torch.bfloat16):
        mixed = network(crops, generator=seeded(0))

    assert mixed.dtype == torch.float32
    torch.testing.assert_close(mixed, exact, rtol=0, atol=3)


@pytest.mark.parametrize("backbone", ["test_resnet", "test_vit2"])
def test_a_network_without_class_token_is_refused(backbone):
    text = f"{backbone} is not a plain vision transformer with a class token, .*portable"
    with pytest.raises(WeightsUnavailable, match=text):
        CSIQA(CsiqaConfig(backbone=backbone, crop_px=64))


def test_a_crop_smaller_than_a_patch_is_refused():
    text = "timm's test_vit can't take crops of 8 pixels. Its own size is 160"
    with pytest.raises(WeightsUnavailable, match=text):
        CSIQA(CsiqaConfig(backbone="test_vit", crop_px=8))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"backbone": ""}, "The backbone is ''; it must be the name of a timm network"),
        ({"backbone": 3}, "The backbone is 3"),
        ({"crop_px": 0}, "crop_px is 0; it must be 1 to 1024"),
        ({"crop_px": 1025}, "crop_px is 1025"),
        ({"crop_px": True}, "crop_px is True"),
        ({"crop_px": "224"}, "crop_px is '224'"),
        ({"mask_probability": 1.5}, "mask_probability is 1.5; it must be 0 to 1"),
        ({"mask_probability": float("nan")}, "mask_probability is nan"),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(changes, text):
    with pytest.raises(ValueError, match=text):
        CsiqaConfig(**{"backbone": "test_vit", **changes})


@torch.no_grad()
def test_in_bf16_crops_keep_scores_of_their_own(make_student):
    network = make_student().eval()
    network.head.weight.normal_(std=0.01)
    network.start_from_mean(50.0)
    crops = noise(48)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = network(crops)
    assert scores.dtype == torch.float32
    assert len(scores.unique()) == 48
