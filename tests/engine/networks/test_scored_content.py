import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import ModelFileError
from engine.networks.scored_content import scored_content

CARD = {
    "name": "a",
    "architecture": "csiqa",
    "network": {"b": 1},
    "normalisation": {"mean": [0.5]},
    "resize_rule": {},
    "figures": {},
}


def write(path: Path, tensors, **changes) -> Path:
    save_file(tensors, path, {"discern": json.dumps({**CARD, **changes})})
    return path


@pytest.fixture
def tensors():
    return {"b": torch.arange(6.0).reshape(2, 3), "a": torch.ones(2, dtype=torch.float16)}


def test_the_hash_is_that_of_tensors_and_of_how_photos_are_shown(tmp_path, tensors):
    shown = {key: CARD[key] for key in ("architecture", "network", "normalisation", "resize_rule")}
    expected = hashlib.sha256(json.dumps(shown, sort_keys=True).encode())
    for name, kind, shape in (("a", "F16", [2]), ("b", "F32", [2, 3])):
        expected.update(json.dumps([name, kind, shape]).encode())
        expected.update(tensors[name].numpy().tobytes())
    assert scored_content(write(tmp_path / "a.safetensors", tensors)) == expected.hexdigest()


def test_name_figures_and_head_change_nothing(tmp_path, tensors):
    plain = scored_content(write(tmp_path / "a.safetensors", tensors))
    more = {**tensors, "distortion_head.x": torch.ones(3)}
    changed = write(tmp_path / "b.safetensors", more, name="b", figures={"srcc": 1}, distortions={})
    assert scored_content(changed) == plain


@pytest.mark.parametrize("part", ["architecture", "network", "normalisation", "resize_rule"])
def test_whatever_decides_a_score_changes_it(tmp_path, tensors, part):
    plain = scored_content(write(tmp_path / "a.safetensors", tensors))
    assert scored_content(write(tmp_path / "b.safetensors", tensors, **{part: "x"})) != plain


def test_one_bit_of_a_tensor_changes_it(tmp_path, tensors):
    plain = scored_content(write(tmp_path / "a.safetensors", tensors))
    tensors["b"][1, 2] = torch.nextafter(tensors["b"][1, 2], torch.tensor(9.0))
    assert scored_content(write(tmp_path / "b.safetensors", tensors)) != plain


@pytest.mark.parametrize("length", [0, 5, 8, 40, -1])
def test_a_file_cut_anywhere_is_refused(tmp_path, tensors, length):
    path = write(tmp_path / "a.safetensors", tensors)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ModelFileError, match="damaged or cut short"):
        scored_content(path)


def test_it_needs_no_torch(tmp_path, tensors):
    path = write(tmp_path / "a.safetensors", tensors)
    script = (
        "import sys; from pathlib import Path\n"
        "from engine.networks.scored_content import scored_content\n"
        "scored_content(Path(sys.argv[1])); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "False\n"
