"""A module of the method that is named on the command line runs its examples, and nothing in it is taken for a test."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "harmmodel").glob("method/**/*.py"))


def test_pytest_runs_a_module_of_the_method_by_its_name():
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q"]
    told = subprocess.run([*pytest, *MODULES], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout[-2000:]
    collected = re.findall(r"^(harmmodel/\S+)::(\S+)$", told.stdout, flags=re.MULTILINE)
    assert len(collected) > 20
    assert [f"{file}: {name}" for file, name in collected if not name.startswith("harmmodel.")] == []
