"""`import discern`: quick, quiet, and with every name where people and type checkers look."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import discern

ROOT = Path(__file__).parents[2]
QUIET = """\
import warnings
warnings.simplefilter("always")
import discern, numpy, sys, torch
rater = discern.Rater(sys.argv[1])
pictures = [*sys.argv[2:], b"", numpy.zeros((90, 90, 3))]
results = list(rater.rate_many(pictures))
assert [result.error is None for result in results] == [True, False, False, True], results
rater.explain(sys.argv[2])
rater.defects(sys.argv[2])
next(rater.rate_many(pictures))
metric = discern.QualityMetric(sys.argv[1])
metric(torch.zeros(1, 3, 90, 90, requires_grad=True)).sum().backward()
"""


def test_every_name_is_there_and_no_other():
    for name in discern.__all__:
        assert getattr(discern, name).__name__ == name
    assert dir(discern) == sorted(discern.__all__, key=str)
    with pytest.raises(AttributeError, match="module 'discern' has no attribute 'rate'"):
        _ = discern.rate


def test_type_checkers_see_what_is_loaded_later():
    tree = ast.parse((ROOT / "discern" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {name: getattr(discern, name).__module__ for name in discern.__all__}
    assert (ROOT / "discern" / "py.typed").is_file()


@pytest.mark.parametrize(
    ("lines", "is_loaded"),
    [
        ("import discern; dir(discern); discern.__all__; discern.UnreadablePhoto", False),
        ("from discern import Rating, Unrated", False),
        ("import discern; discern.Rater", True),
    ],
)
def test_torch_is_loaded_when_a_name_needs_it_and_not_before(lines, is_loaded):
    command = [sys.executable, "-c", f"{lines}\nimport sys; sys.exit('torch' in sys.modules)"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert bool(done.returncode) == is_loaded


def test_a_notebook_prints_nothing_by_surprise(tiny_model, photo_and_letter):
    command = [sys.executable, "-c", QUIET, str(tiny_model), *map(str, photo_and_letter)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def photo_and_letter(tmp_path, odd_files):
    return odd_files.good_jpeg(tmp_path), odd_files.text_named_jpg(tmp_path)
