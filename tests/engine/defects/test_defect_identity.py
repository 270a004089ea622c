import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.defects.bundled import bundled_defect_network
from engine.defects.defect_file import open_defect_network
from engine.defects.defect_identity import bundled_identity, identify_defect_network
from engine.errors import ModelFileError
from engine.networks.model_finder import default_model


def test_the_file_says_what_the_opened_network_says():
    path = bundled_defect_network()
    _, card = open_defect_network(path)
    found = identify_defect_network(path)
    assert (found.name, found.kinds) == (card.name, card.network.kinds)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.look_id.startswith(f"{found.network_id}+")
    assert bundled_identity() == found


@pytest.mark.parametrize("card", [{}, {"name": "x"}, {"name": "x", "network": 7}])
def test_a_card_that_says_too_little_is_refused(tmp_path, card):
    path = tmp_path / "odd.safetensors"
    save_file({"x": np.zeros(1, np.float32)}, path, {"discern_defects": json.dumps(card)})
    with pytest.raises(ModelFileError, match="card can't be read"):
        identify_defect_network(path)


def test_a_model_that_rates_is_no_defect_network():
    with pytest.raises(ModelFileError, match="holds no defect network"):
        identify_defect_network(default_model())


def test_knowing_it_loads_no_torch():
    lines = (
        "import sys\n"
        "from engine.defects.defect_identity import bundled_identity\n"
        "bundled_identity()\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
