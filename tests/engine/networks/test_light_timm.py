import subprocess
import sys
import textwrap


def run(lines):
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(lines)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_networks_load_without_the_compiler_which_is_whole_for_who_wants_it_afterwards():
    lines = """
        import sys, warnings
        warnings.simplefilter("ignore")
        import torch
        disable = torch.compiler.disable
        import engine.scorer
        print(sorted({"torch._dynamo", "torch._inductor", "sympy"} & set(sys.modules)))
        print(torch.compiler.disable is disable)
        from torchvision.ops.roi_align import is_compile_supported
        supported = is_compile_supported("cpu")  # loads the part that was left out
        part = sys.modules["torch._dynamo.utils"]
        print(supported == part.is_compile_supported("cpu"), part.__name__, part.__file__ is None)
    """
    assert run(lines) == ["[]", "True", "True torch._dynamo.utils False"]


def test_a_compiler_that_is_there_already_stays():
    lines = """
        import sys, types
        import torch
        disable = torch.compiler.disable
        there = sys.modules["torch._dynamo"] = types.ModuleType("torch._dynamo")
        there.disable = lambda function=None, recursive=True, **_: function
        part = sys.modules["torch._dynamo.utils"] = types.ModuleType("torch._dynamo.utils")
        part.is_compile_supported = lambda device_type: False
        from engine.networks.light_timm import timm
        from torchvision.ops import roi_align
        print(sys.modules["torch._dynamo.utils"] is part, torch.compiler.disable is disable)
        print(roi_align.__globals__["is_compile_supported"] is part.is_compile_supported)
        print(len(timm.list_models()) > 500)
    """
    assert run(lines) == ["True True", "True", "True"]
