"""What photographers do on purpose and cameras do anyway: the network must not call it a defect."""

# H W pixels, 3 red, green, blue

import cv2
import numpy as np

from trainer.defects.optics import disc, filtered
from trainer.defects.storage import jpeg
from trainer.distortion.defects import Pixels
from trainer.distortion.harmless import changed_harmlessly
from trainer.distortion.light import to_light, to_pixels
from trainer.distortion.planting import blend
from trainer.distortion.regions import irregular

_MOST_DOF_PX = 9.0


def changed_innocently(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """Stored with care, scaled, sharpened a little, toned, in black and white, or grained."""
    choice = rng.random()
    if choice < 0.4:
        return changed_harmlessly(pixels_HW3, rng)
    if choice < 0.5:
        soft = cv2.GaussianBlur(pixels_HW3, (0, 0), rng.uniform(0.6, 1.2))
        amount = rng.uniform(0.1, 0.4)
        return np.asarray(cv2.addWeighted(pixels_HW3, 1 + amount, soft, -amount, 0), np.uint8)
    if choice < 0.62:
        return _toned(pixels_HW3, rng)
    if choice < 0.72:
        return _vignetted(pixels_HW3, rng)
    if choice < 0.84:
        return jpeg(jpeg(pixels_HW3, int(rng.integers(75, 97))), int(rng.integers(75, 97)))
    return monochrome(pixels_HW3, rng)


def monochrome(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """Black and white, some of it warm or cold in tone or with the grain of film."""
    weights_3 = rng.dirichlet((3, 6, 2)).astype(np.float32)
    grey_HW1 = (pixels_HW3 @ weights_3)[..., None]
    if rng.random() < 0.4:
        grain_HW1 = rng.standard_normal(grey_HW1.shape, np.float32)
        grey_HW1 = grey_HW1 + rng.uniform(1, 4) * grain_HW1
    tone_3 = np.ones(3, np.float32)
    if rng.random() < 0.2:
        warmth = rng.uniform(-0.06, 0.1)
        tone_3 = np.array([1 + warmth, 1 + 0.3 * warmth, 1 - warmth], np.float32)
    toned_HW3: Pixels = np.clip(np.rint(grey_HW1 * tone_3), 0, 255).astype(np.uint8)
    return toned_HW3


def before_soft_ground(subject_HW3: Pixels, ground_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """A sharp subject before another photo out of focus, as a wide aperture draws it."""
    height, width = subject_HW3.shape[:2]
    weights_HW = irregular(height, width, share=rng.uniform(0.15, 0.5), rng=rng)
    is_subject_HW = (weights_HW > 0.5).astype(np.float32)
    soft_HW = cv2.GaussianBlur(is_subject_HW, (0, 0), rng.uniform(0.6, 1.4))
    radius_px = rng.uniform(2.5, _MOST_DOF_PX)
    far_HW3 = filtered(ground_HW3, disc(radius_px, rng), in_light=rng.random() < 0.7)
    if rng.random() < 0.5:  # sharper where it is nearer, as ground is
        near_HW3 = filtered(ground_HW3, disc(radius_px / 2.5, rng), in_light=True)
        slope_H1 = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        slope_HW = np.asarray(slope_H1.repeat(width, 1), np.float32)
        far_HW3 = blend(far_HW3, near_HW3, slope_HW)
    return blend(far_HW3, subject_HW3, np.asarray(soft_HW, np.float32))


def with_odd_thing(scene_HW3: Pixels, thing_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """A thing of another photo in the scene, black, white or of one colour: it is just so."""
    height, width = scene_HW3.shape[:2]
    weights_HW = irregular(height, width, share=rng.uniform(0.03, 0.3), rng=rng)
    soft_HW = cv2.GaussianBlur((weights_HW > 0.5).astype(np.float32), (0, 0), rng.uniform(0.5, 1.2))
    light_HW3 = to_light(thing_HW3)
    choice = rng.random()
    if choice < 0.5:
        light_HW3 = light_HW3 * np.float32(rng.uniform(0.01, 0.2))
    elif choice < 0.75:
        light_HW3 = light_HW3 * np.float32(rng.uniform(2.0, 8.0))
    else:
        light_HW3 = light_HW3 * rng.uniform(0.1, 1.5, 3).astype(np.float32)
    return blend(scene_HW3, to_pixels(light_HW3), np.asarray(soft_HW, np.float32))


def _toned(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """Contrast and colours a little more or less."""
    values_HW3 = pixels_HW3.astype(np.float32)
    middle = values_HW3.mean()
    values_HW3 = middle + (values_HW3 - middle) * np.float32(rng.uniform(0.85, 1.18))
    grey_HW1 = values_HW3.mean(2, keepdims=True)
    values_HW3 = grey_HW1 + (values_HW3 - grey_HW1) * np.float32(rng.uniform(0.6, 1.25))
    toned_HW3: Pixels = np.clip(np.rint(values_HW3), 0, 255).astype(np.uint8)
    return toned_HW3


def _vignetted(pixels_HW3: Pixels, rng: np.random.Generator) -> Pixels:
    """Darker towards the corners, as lenses are."""
    height, width = pixels_HW3.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    fall_HW1 = 1 - np.float32(rng.uniform(0.08, 0.3)) * ((across**2 + down**2) / 2)[..., None]
    darker_HW3: Pixels = np.rint(pixels_HW3 * fall_HW1).astype(np.uint8)
    return darker_HW3
