import pytest
import torch

from engine.losses.contrast import block_contrasts
from engine.networks.csiqa import CSIQA, CsiqaConfig
from engine.pairs.easy_hard import choose_pairs
from trainer.config import StudentConfig
from trainer.objectives import StudentObjective

CROP_PX = 48
NUM_CROPS = 12


@pytest.mark.parametrize("has_quality_token", [True, False])
def test_the_mean_patch_is_the_mean_of_all_patches_and_of_nothing_else(has_quality_token):
    torch.manual_seed(2)
    config = CsiqaConfig(
        backbone="test_vit",
        crop_px=CROP_PX,
        has_quality_token=has_quality_token,
        mask_probability=0.0,
    )
    network = CSIQA(config)
    crops = torch.randn(NUM_CROPS, 3, CROP_PX, CROP_PX)
    rated_B = torch.rand(NUM_CROPS) * 100
    settings = StudentConfig(
        quality_token=has_quality_token,
        mask=False,
        distillation=False,
        contrast="easy",
        embedding="mean_patch",
    )
    loss = StudentObjective(settings, None)(network, crops, rated_B, torch.Generator())

    _, sequences = network(crops, return_sequences=True)
    num_patches = (CROP_PX // 16) ** 2
    patches = [tokens[:, -num_patches:].mean(dim=1) for tokens in sequences]
    pairs = choose_pairs(rated_B, None, strategy="easy")
    expected = block_contrasts(patches, *pairs, settings.temperature).mean()
    assert loss.parts["contrast"].item() == pytest.approx(expected.item(), rel=1e-6)
