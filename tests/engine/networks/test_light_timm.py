import subprocess
import sys
import textwrap

import pytest


def run(lines):
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(lines)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["engine.networks.csiqa", "engine.scorer"])
def test_a_network_is_loaded_without_the_compiler(module):
    lines = f"""
        import sys, {module}
        print(sorted({{"torch._dynamo", "torch._inductor", "sympy"}} & set(sys.modules)))
    """
    assert run(lines) == "[]"


def test_the_compiler_is_whole_for_who_wants_it_afterwards():
    lines = """
        import warnings
        warnings.simplefilter("ignore")
        import torch
        before = torch.compiler.disable
        from engine.networks.light_timm import timm
        assert torch.compiler.disable is before
        from torchvision.ops.roi_align import is_compile_supported
        import torch._dynamo.utils as part
        assert is_compile_supported("cpu") == part.is_compile_supported("cpu")
        plain = torch.nn.Linear(3, 2)
        compiled = torch.compile(plain, backend="eager")
        inputs = torch.ones(4, 3)
        print(torch.equal(compiled(inputs), plain(inputs)), part.__name__)
    """
    assert run(lines) == "True torch._dynamo.utils"


def test_a_compiler_that_is_there_already_stays():
    lines = """
        import warnings
        warnings.simplefilter("ignore")
        import sys, torch._dynamo
        compiler = sys.modules["torch._dynamo.utils"]
        from engine.networks.light_timm import timm
        print(sys.modules["torch._dynamo.utils"] is compiler, len(timm.list_models()) > 500)
    """
    assert run(lines) == "True True"
