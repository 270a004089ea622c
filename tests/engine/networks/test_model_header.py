"""Who a model is, from its header alone: the same as the opened model says, and without torch."""

import json
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import ModelFileError
from engine.networks.model_finder import default_model
from engine.networks.model_header import identify_model
from engine.networks.scored_content import scored_content
from engine.scorer import Scorer


def _file_with_card(path, card):
    save_file({"x": np.zeros(1, np.float32)}, path, {"discern": json.dumps(card)})
    return path


def test_a_header_names_the_model_by_its_card_and_the_content_of_its_file(tiny_model):
    digest = scored_content(tiny_model)

    found = identify_model(tiny_model)

    assert (found.name, found.scored_as, found.num_crops) == ("tiny", digest, 3)
    assert found.model_id == f"tiny@{digest[:12]}"


def test_the_header_says_what_the_opened_model_says():
    scorer = Scorer.open(device="cpu", precision="fp32")
    found = identify_model(default_model())

    assert found.model_id == scorer.model_id
    assert found.name == scorer.model_name
    assert found.num_crops == scorer.num_crops
    assert found.may_be_bf16


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ({"num_crops": 3}, "'name' is missing"),
        ({"name": "x", "num_crops": "many"}, "invalid literal"),
        ({"name": "x", "num_crops": float("inf")}, "infinity"),
        ([], "the card is not a table"),
    ],
)
def test_a_card_that_says_too_little_is_refused(tmp_path, card, reason):
    with pytest.raises(ModelFileError, match=reason):
        identify_model(_file_with_card(tmp_path / "odd.safetensors", card))


def test_a_file_that_is_no_model_is_refused(tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\x08\0\0\0\0\0\0\0no json!")
    with pytest.raises(ModelFileError, match="damaged or cut short"):
        identify_model(broken)
    with pytest.raises(ModelFileError, match="There is no model file at"):
        identify_model(tmp_path / "gone.safetensors")
    with pytest.raises(ModelFileError, match=r"not a .safetensors file"):
        identify_model(_text(tmp_path / "model.pth"))


def _text(path):
    path.write_text("no model")
    return path


def test_finding_and_identifying_a_model_loads_no_torch():
    lines = (
        "import sys\n"
        "from engine.networks.model_finder import default_model, find_model\n"
        "from engine.networks.model_header import identify_model\n"
        "identify_model(find_model(default_model().stem))\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
