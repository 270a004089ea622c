"""Each benchmark in a tiny setting: sane figures, whatever the machine."""

import math

import pytest
import torch

from bench import (
    decoding,
    end_to_end,
    memory,
    peak_memory,
    scorer_overhead,
    startup,
    training_steps,
)
from bench.heic_grid import heic_of
from bench.subjects import write_photos
from engine.photos.decode import read_photo
from trainer.config import MachineConfig


@pytest.fixture(autouse=True)
def one_thread():
    """On a busy machine threads wait for each other longer than they work."""
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(num_threads)


def assert_sane(figures):
    for figure in figures:
        assert figure.what
        assert math.isfinite(figure.value)
        assert figure.value > 0 or figure.unit == "MB"


def by_name(figures):
    return {figure.what.strip(): figure for figure in figures}


def test_the_scorer_is_compared_with_the_bare_network():
    figures = scorer_overhead.measure(num_rounds=1, num_crops=1)
    assert_sane(figures)
    assert [figure.at_most for figure in figures] == [None, None, 1.15, None, 1.15]
    bare, student, ratio, *_ = figures
    assert ratio.value == pytest.approx(student.value / bare.value)


def test_rating_is_compared_with_reading():
    figures = end_to_end.measure(
        num_rounds=1, num_photos=6, width_px=640, height_px=480, num_crops=1
    )
    assert_sane(figures)
    assert len(figures) == 5
    assert "1 view" in figures[0].what


def test_decoding_apart_is_compared_with_decoding_here():
    figures = decoding.measure(num_rounds=1, size_px=(700, 530))
    assert_sane(figures)
    assert [figure.at_most for figure in figures] == [None, None, 1.10] * 2


def test_a_photo_put_together_from_tiles_has_its_size(tmp_path):
    path = tmp_path / "grid.heic"
    path.write_bytes(heic_of(700, 530))
    pixels_HW3 = read_photo(path).pixels_HW3
    assert pixels_HW3.shape == (530, 700, 3)
    tile = pixels_HW3[:512, :512].astype(int)
    assert (pixels_HW3[512:, :512] == tile[:18]).all()
    assert tile.std() > 50


def test_peak_memory_is_watched_in_another_process():
    figures = by_name(memory.measure(num_photos=8, num_early=4, num_crops=1))
    assert_sane(figures.values())
    early, late = figures["peak memory after 4 photos"], figures["peak memory after 8 photos"]
    assert 100 < early.value <= late.value
    assert figures["growth in between"].value == pytest.approx(late.value - early.value)


def test_the_peak_of_this_process_covers_what_it_holds():
    held = bytearray(50_000_000)
    held[::4096] = b"x" * len(held[::4096])
    assert peak_memory.peak_bytes() > len(held)


def test_training_steps_are_compared_part_by_part():
    machine = MachineConfig(device="cpu", precision="fp32")
    figures = training_steps.measure(
        num_rounds=1, batch_size=8, backbone="test_vit", crop_px=48, machine=machine
    )
    assert_sane(figures)
    assert [figure.unit for figure in figures] == 4 * ["steps/s"] + 2 * ["x"]
    assert "test_vit, batch of 8, fp32, processor" in figures[0].what
    plain, one_loss, _, everything, losses, whole = figures
    assert losses.value == pytest.approx(everything.value / one_loss.value)  # one round
    assert losses.at_least == 0.8
    assert whole.value == pytest.approx(everything.value / plain.value)


def test_the_wait_for_the_first_words_is_timed():
    assert_sane(startup.measure(num_rounds=1))


def test_photos_to_measure_with_have_grain_and_are_repeated(tmp_path):
    paths = write_photos(tmp_path, num_photos=7, width_px=320, height_px=240)
    assert len({path.read_bytes() for path in paths}) == 5
    photo = read_photo(paths[0])
    assert (photo.width_px, photo.height_px) == (320, 240)
    plain = write_photos(tmp_path, num_photos=1, width_px=320, height_px=240, noise=0.0)
    assert plain[0].stat().st_size < paths[5].stat().st_size
