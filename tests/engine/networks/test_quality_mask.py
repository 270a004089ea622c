import pytest
import torch

from engine.networks.quality_mask import quality_mask

NUM_PREFIX, NUM_PATCHES = 2, 30


def mask(num_crops=4, *, alpha=0.3, seed=0, is_cls_masked=False, num_patches=NUM_PATCHES):
    return quality_mask(
        num_crops,
        num_prefix=NUM_PREFIX,
        num_patches=num_patches,
        mask_probability=alpha,
        is_cls_masked=is_cls_masked,
        generator=torch.Generator().manual_seed(seed),
        device=torch.device("cpu"),
        dtype=torch.float32,
    )


def test_other_tokens_attend_to_each_other_always_and_to_qua_never():
    rows = mask()[:, :, 1:]
    assert bool((rows[..., 0] == -torch.inf).all())
    assert bool((rows[..., 1:] == 0).all())


def test_qua_attends_to_itself_whatever_the_draw():
    assert bool((mask(alpha=1.0)[:, :, 0, 0] == 0).all())


def test_only_patches_are_masked_unless_the_prefix_is_asked_for():
    spared = mask(200)[:, 0, 0, 1 : 1 + NUM_PREFIX]
    assert bool((spared == 0).all())
    masked = mask(200, is_cls_masked=True)[:, 0, 0, 1 : 1 + NUM_PREFIX]
    assert 0.2 < float((masked == -torch.inf).float().mean()) < 0.4


@pytest.mark.parametrize("alpha", [0.1, 0.3, 0.9])
def test_the_share_of_masked_patches_is_alpha(alpha):
    patches = mask(200, alpha=alpha, num_patches=200)[:, 0, 0, 1 + NUM_PREFIX :]
    # 40,000 draws: four standard deviations are at most 0.01
    assert float((patches == -torch.inf).float().mean()) == pytest.approx(alpha, abs=0.01)


def test_with_alpha_1_qua_sees_no_patch_and_with_alpha_0_all():
    assert bool((mask(alpha=1.0)[:, 0, 0, 1 + NUM_PREFIX :] == -torch.inf).all())
    assert bool((mask(alpha=0.0)[:, 0, 0] == 0).all())


def test_the_generator_alone_decides_the_draw():
    torch.manual_seed(1)
    first = mask(seed=5)
    torch.manual_seed(2)
    assert torch.equal(mask(seed=5), first)
    assert not torch.equal(mask(seed=6), first)


def test_every_crop_has_a_draw_of_its_own_shared_by_the_heads():
    rows = mask(8)[:, 0, 0]
    assert mask(8).shape == (8, 1, 33, 33)
    assert len({tuple(row.tolist()) for row in rows}) == 8


def test_one_mask_serves_all_crops_when_nothing_is_random():
    assert mask(8, alpha=0.0).shape == (1, 1, 33, 33)
