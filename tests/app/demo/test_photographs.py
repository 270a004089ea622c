import builtins
import importlib.util
import sys

import pytest

from app.demo.photographs import PHOTOGRAPHS, read_photographs
from app.errors import AppError


def test_every_named_photograph_is_there_in_colour():
    photos = read_photographs()
    assert list(photos) == list(PHOTOGRAPHS)
    for pixels_HW3 in photos.values():
        assert pixels_HW3.shape[2] == 3
        assert min(pixels_HW3.shape[:2]) >= 300
        assert (pixels_HW3[..., 0] != pixels_HW3[..., 2]).mean() > 0.5


def test_scikit_image_is_not_asked_because_it_might_download(monkeypatch):
    imported = []
    real_import = builtins.__import__

    def spying_import(name, *args, **kwargs):
        imported.append(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", spying_import)
    read_photographs()
    assert not [name for name in imported if name.startswith(("skimage", "pooch"))]


def test_a_missing_scikit_image_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AppError, match="pip install scikit-image"):
        read_photographs()


def test_a_scikit_image_without_its_data_is_named(monkeypatch, tmp_path):
    (tmp_path / "skimage").mkdir()
    (tmp_path / "skimage" / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "skimage", raising=False)
    importlib.invalidate_caches()
    with pytest.raises(AppError, match="Reinstall it"):
        read_photographs()
