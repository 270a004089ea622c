from pathlib import Path

import numpy as np
import pytest
import skimage.data
import torch

from engine.networks.csiqa import CsiqaConfig
from engine.networks.model_file import build_network, open_model
from engine.networks.normalisation import Normalisation, normalise, renormalise
from engine.networks.portable import PortableConfig
from engine.networks.whole_frame import WholeFrameConfig
from trainer.frozen_teacher import FrozenTeacher
from trainer.teacher_scale import TeacherScale

CROP_PX = 48
TEACHER = Path(__file__).parents[2] / "resources/models/csiqa-vit-tiny-biq2021-teacher.safetensors"
CONFIGS = [
    CsiqaConfig(backbone="test_vit", crop_px=CROP_PX, has_quality_token=False),
    CsiqaConfig(backbone="test_vit", crop_px=CROP_PX),
    PortableConfig(backbone="resnet10t", crop_px=CROP_PX),
]


def network(config):
    torch.manual_seed(5)
    made = build_network(config)
    made.start_from_mean(50.0)
    with torch.no_grad():
        for parameter in made.parameters():
            if parameter.ndim == 2 and len(parameter) == 1:  # the head, so that crops differ
                parameter.normal_(std=0.1)
    return made


def crops(num_crops=24):
    return torch.randn(num_crops, 3, CROP_PX, CROP_PX, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("config", CONFIGS, ids=["teacher", "student", "portable"])
@pytest.mark.parametrize("is_mixed", [False, True])
def test_it_scores_as_the_network_does(config, is_mixed):
    plain = network(config).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_mixed):
        scores = FrozenTeacher(plain)(crops(), plain.normalisation)
        with torch.no_grad():
            expected = plain(crops())
    assert expected.std() > 0.1
    # In parts as in one piece, but for the order in which products are summed.
    assert scores == pytest.approx(expected, abs=0.05 * float(expected.std()) if is_mixed else 1e-3)
    assert not scores.requires_grad


@pytest.mark.parametrize("is_mixed", [False, True])
def test_a_teacher_of_whole_frames_keeps_its_head_in_full_precision(is_mixed):
    plain = network(WholeFrameConfig(backbone="test_efficientnet", long_px=96, short_px=64)).eval()
    photos = np.random.default_rng(0).integers(0, 256, (6, 50, 90, 3), np.uint8)
    prepared = plain.prepare(torch.stack([plain.sight.look(one) for one in photos]))
    with torch.no_grad():
        exact = plain(prepared)
        other = Normalisation(mean=(0.1, 0.2, 0.3), std=(0.5, 0.5, 0.5))
        shown = renormalise(prepared, plain.normalisation, other)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_mixed):
            scores = FrozenTeacher(plain)(shown, other)
    assert exact.std() > 0.1
    assert scores.dtype == torch.float32
    assert scores == pytest.approx(exact, abs=0.5 * float(exact.std()) if is_mixed else 1e-3)


def test_under_autocast_a_trained_teacher_is_hardly_coarser_than_autocast():
    teacher, _ = open_model(TEACHER)
    photo = np.ascontiguousarray(skimage.data.astronaut())
    corners = [(y, x) for y in range(0, 289, 72) for x in range(0, 289, 72)]
    pixels = np.stack([photo[y : y + 224, x : x + 224] for y, x in corners])
    batch = normalise(torch.from_numpy(pixels), teacher.normalisation)
    with torch.no_grad():
        exact = teacher.eval()(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            ordinary = teacher(batch)
            scores = FrozenTeacher(teacher)(batch, teacher.normalisation)
    assert (scores - exact).std() < 1.5 * (ordinary - exact).std()
    assert (scores - exact).std() < 0.1 * exact.std()


def test_the_network_itself_is_left_as_it_is():
    plain = network(CONFIGS[0]).train()
    before = {name: value.clone() for name, value in plain.state_dict().items()}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        FrozenTeacher(plain)(crops(), plain.normalisation)
    assert plain.training
    assert all(parameter.requires_grad for parameter in plain.parameters())
    for name, value in plain.state_dict().items():
        assert value.dtype == before[name].dtype
        assert torch.equal(value, before[name])


def test_crops_normalised_for_another_network_are_seen_as_they_were_meant():
    teacher = network(CONFIGS[0]).eval()
    other = Normalisation(mean=(0.2, 0.3, 0.4), std=(0.1, 0.2, 0.3))
    pixels = torch.randint(0, 256, (6, CROP_PX, CROP_PX, 3), dtype=torch.uint8)
    assert teacher.normalisation != other
    frozen = FrozenTeacher(teacher)
    expected = frozen(normalise(pixels, teacher.normalisation), teacher.normalisation)
    assert frozen(normalise(pixels, other), other) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("config", CONFIGS, ids=["teacher", "student", "portable"])
def test_under_autocast_crops_keep_scores_of_their_own(config):
    plain = network(config)
    frozen = FrozenTeacher(plain)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = frozen(crops(48), plain.normalisation)
    assert scores.dtype == torch.float32
    assert len(scores.unique()) >= 46  # features in bf16 may meet now and then


def test_a_foreign_teacher_is_heard_on_the_scale_of_the_labels():
    plain = network(CONFIGS[0])
    scores = FrozenTeacher(plain)(crops(6), plain.normalisation)
    scaled = FrozenTeacher(plain, TeacherScale(0.5, 20.0))(crops(6), plain.normalisation)
    assert scaled.tolist() == pytest.approx((0.5 * scores + 20.0).tolist(), abs=1e-4)
