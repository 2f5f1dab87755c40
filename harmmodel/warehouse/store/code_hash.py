"""The code and the libraries behind a figure, so that results name what made them."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

import harmmodel
from harmmodel.errors import SnapshotError

# The package's own files on which the figures of a run depend.
SCORING_SOURCES = ("config", "method", "lenses", "assembly", "registry.py", "pipeline.py", "warehouse", "nullable.py")
# The libraries whose version can move a figure: those that load the records, and those that also judge them.
LOADING_LIBRARIES = ("duckdb", "h3", "shapely")
SCORING_LIBRARIES = (*LOADING_LIBRARIES, "numpy", "pandas", "scikit-learn", "scipy")


def numeric_stack(*libraries: str) -> dict[str, str]:
    """Return the installed version of each library: other ones may draw other numbers from the same seed."""
    return {name: metadata.version(name) for name in libraries}


def source_hash(*parts: str) -> str:
    """Hash the package's own files below *parts* (folders or modules), so that results name the code behind them."""
    home = Path(harmmodel.__file__).parent
    digest = hashlib.sha256()
    for path in (path for part in parts for path in _sources(home / part)):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(part: Path) -> list[Path]:
    """Return the code of a module or folder; a part that is gone would hash to nothing, in silence."""
    below = [part] if part.is_file() else sorted(part.rglob("*"))
    code = [path for path in below if path.suffix in (".py", ".sql")]
    if not code:
        raise SnapshotError(f"{part} is named as a source of figures and holds no code. Install the package again")
    return code
