"""What share of each package's lines the tests run, against floors that only rise.

    python -m bench.coverage_floors          after a run of the tests: fails below a floor
    python -m bench.coverage_floors --raise  writes higher floors where the tests now reach more

Lines that run in a process of their own (the trainer, a command started by a test) do not count, so
a floor is no judgement of a package; falling below it is one of a change.
"""

import argparse
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import coverage

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "coverage_floors.toml"
_HEAD = """\
# Percent of lines that the tests run, per package. They only rise:
# python -m bench.coverage_floors --raise
"""
_SLACK_PERCENT = 2.0  # which lines of a thread or a deadline run differs a little from run to run


def package_of(path: Path) -> str:
    """The package that a source file counts for: the rooms of the application each for itself."""
    parts = path.parts
    return "/".join(parts[:2]) if parts[0] == "app" and len(parts) > 2 else parts[0]


def percentages(counts: Mapping[Path, tuple[int, int]]) -> dict[str, float]:
    """Percent of lines run per package, from (lines run, lines there are) per source file."""
    totals: dict[str, tuple[int, int]] = {}
    for path, (num_run, num_lines) in counts.items():
        run_before, lines_before = totals.get(package_of(path), (0, 0))
        totals[package_of(path)] = (run_before + num_run, lines_before + num_lines)
    return {name: 100 * run / lines for name, (run, lines) in sorted(totals.items()) if lines}


def fallen(found: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """A sentence for every package below its floor, or that has none, or is gone."""
    said = []
    for name in sorted({*found, *floors}):
        if name not in floors:
            said.append(f"{name} has no floor yet: run python -m bench.coverage_floors --raise")
        elif name not in found:
            said.append(f"{name} has a floor but no lines were run: take it out, or test it")
        elif found[name] < floors[name]:
            said.append(
                f"the tests run {found[name]:.1f} % of {name}, below its floor of {floors[name]} %"
            )
    return said


def raised(found: Mapping[str, float], floors: Mapping[str, float]) -> dict[str, float]:
    """The floors that hold from now on: none lower than before."""
    reached = {name: float(int(percent - _SLACK_PERCENT)) for name, percent in found.items()}
    return {name: max(floor, floors.get(name, 0.0)) for name, floor in reached.items()}


def main(arguments: list[str]) -> int:
    """Compare the last run of the tests with the floors; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--raise", dest="is_raised", action="store_true")
    is_raised = parser.parse_args(arguments).is_raised
    found = percentages(_measured())
    floors: dict[str, float] = tomllib.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    if is_raised:
        lines = [f'"{name}" = {floor}\n' for name, floor in raised(found, floors).items()]
        FLOORS.write_text(_HEAD + "".join(lines))
        return 0
    problems = fallen(found, floors)
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


def _is_python(name: str) -> bool:
    return name.endswith(".py")


def _measured() -> dict[Path, tuple[int, int]]:
    measured = coverage.Coverage(data_file=str(ROOT / ".coverage"))
    measured.load()
    counts = {}
    # Templates of reports are traced too, but are no Python.
    for name in filter(_is_python, measured.get_data().measured_files()):
        _, lines, _, missing, _ = measured.analysis2(name)
        counts[Path(name).relative_to(ROOT)] = (len(lines) - len(missing), len(lines))
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
