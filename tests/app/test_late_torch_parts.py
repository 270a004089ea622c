import json
import subprocess
import sys
import textwrap

from app import late_torch_parts

SCRIPT = """
    import json, sys
    from app.late_torch_parts import put_off_registrations
    if sys.argv[1] == "late":
        put_off_registrations()
    import torch
    is_there = "torch._refs" in sys.modules
    torch.manual_seed(0)
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.GELU(), torch.nn.Flatten(),
        torch.nn.Linear(8 * 36, 1),
    ).eval()
    with torch.inference_mode():
        found = network(torch.rand(2, 3, 8, 8)).double().tolist()
    compiled = torch.compile(network, backend="eager")(torch.ones(1, 3, 8, 8))
    print(json.dumps({
        "is_there": is_there,
        "found": found,
        "is_there_at_last": "torch._refs" in sys.modules,
        "is_whole": sys.modules["torch._meta_registrations"].__file__ is not None,
        "meta": list(torch.nn.functional.grid_sample(
            torch.empty(1, 1, 4, 4, device="meta"), torch.empty(1, 2, 3, 2, device="meta"),
            align_corners=False).shape),
        "compiled": bool(torch.isfinite(compiled).all()),
    }))
"""


def run(how):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), how], capture_output=True, check=True
    )
    return json.loads(done.stdout)


def test_what_the_compiler_needs_is_put_off_until_it_is_loaded_and_nothing_differs():
    late, usual = run("late"), run("usual")
    assert (late.pop("is_there"), usual.pop("is_there")) == (False, True)
    assert late == usual
    assert late["meta"] == [1, 1, 2, 3]
    assert all(late[name] for name in ("is_there_at_last", "is_whole", "compiled"))


def test_the_registrations_come_before_the_first_module_that_asks(monkeypatch):
    name = "torch._meta_registrations"
    asked = []
    for known in ("torch", name):
        monkeypatch.delitem(sys.modules, known, raising=False)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(late_torch_parts.importlib, "import_module", asked.append)
    late_torch_parts.put_off_registrations()
    registrar = sys.meta_path[0]
    assert not hasattr(sys.modules[name], "__file__")
    assert registrar.find_spec("torch.nn", None) is None
    assert asked == []
    assert registrar.find_spec("torch._dynamo", None) is None
    assert asked == [name]
    assert registrar not in sys.meta_path
    assert name not in sys.modules


def test_pytorch_that_is_there_already_is_left_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", object())
    before = list(sys.meta_path)
    late_torch_parts.put_off_registrations()
    assert sys.meta_path == before
