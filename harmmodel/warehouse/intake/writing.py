"""Writing a drafted place: all of it or nothing, and nothing that is there already."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from harmmodel.errors import SourceError
from harmmodel.warehouse.intake.passports import Drafted
from harmmodel.warehouse.store.seal import sha256


def put(
    home: Path, name: str, texts: Mapping[str, str], others: Mapping[str, str], sources: Sequence[Drafted]
) -> list[str]:
    """Write the folder of a place in one move, after its data and what it needs outside of its folder.

    Parameters
    ----------
    texts : files below ``config/places/<name>``
    others : files below the project, none of which is there

    Raises
    ------
    SourceError
        When a file of the data is there already and holds something else.
    """
    target = home / "config" / "places" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    made: list[Path] = []
    try:
        for path, text in texts.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, "utf-8", newline="")
        work.chmod(0o755)
        for source in sources:
            _copy(home / "data" / name, source, made)
        for path, text in others.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            with (home / path).open("x", encoding="utf-8", newline="") as stream:
                made.append(home / path)
                stream.write(text)
        os.rename(work, target)  # fails where somebody has made the folder meanwhile
    except BaseException:
        for file in reversed(made):
            file.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return sorted(
        [*(f"config/places/{name}/{path}" for path in texts), *(p.relative_to(home).as_posix() for p in made)]
    )


def _copy(folder: Path, source: Drafted, made: list[Path]) -> None:
    """Copy the files of a source to where its passport says that they are; one that is there with these bytes stays."""
    told = source.passport.get("files") or [source.passport]
    for file, raw in zip(source.files, told, strict=True):
        path = folder / raw["file"]
        if path.exists():
            if sha256(path) != raw["sha256"]:
                raise SourceError(f"{path} is there already and holds other bytes. Move it away, or name the file anew")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        made.append(path)
        shutil.copyfile(file.given.path, path)
        if sha256(path) != raw["sha256"]:
            raise SourceError(f"{file.given.name} changed while it was read. Add the place again")
