import json
import subprocess
import sys
import textwrap

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
