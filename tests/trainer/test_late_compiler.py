import json
import subprocess
import sys
import textwrap

SCRIPT = """
    import json, sys
    from pathlib import Path
    from types import SimpleNamespace
    from trainer.__main__ import _training_of
    _training_of(SimpleNamespace(path=Path("nowhere")))
    import torch
    from trainer.late_compiler import load_compiler_late
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        layer(torch.ones(3, 2)).sum().backward()
        optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    optimizer.step()
    schedule.step()
    is_loaded_before = "torch._dynamo.utils" in sys.modules
    compiled = torch.compile(layer, backend="eager")(torch.ones(3, 2))
    import torch._dynamo
    load_compiler_late()  # too late to change anything
    print(json.dumps({
        "is_loaded_before": is_loaded_before,
        "is_loaded": "torch._dynamo.utils" in sys.modules,
        "file": torch._dynamo.__file__,
        "is_the_same": bool((compiled == layer(torch.ones(3, 2))).all()),
        "is_kept": sys.modules["torch._dynamo"] is torch._dynamo,
        "compiled": torch._dynamo.utils.counters["frames"]["ok"],
    }))
"""


def test_a_training_loads_no_compiler_for_its_optimizer_and_compiling_still_does():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(SCRIPT)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert not found["is_loaded_before"]
    assert found["is_loaded"]
    assert found["file"].endswith("__init__.py")
    assert found["is_the_same"]
    assert found["is_kept"]
    assert found["compiled"] == 1
