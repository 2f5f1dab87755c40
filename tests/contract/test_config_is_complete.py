"""Each indicator has its spec, and each passport its file."""

import hashlib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
INDICATORS = {path.stem for path in (ROOT / "config" / "indicators").rglob("*.yaml")}
SPECS = {path.stem for path in (ROOT / "tests" / "spec").glob("*.yaml")} | {
    path.stem for path in (ROOT / "tests" / "spec" / "group").glob("*.yaml")
}
SQL = {(path.parts[-3], path.stem) for path in (ROOT / "config" / "places").glob("*/*/*.sql")}
SQL_SPECS = {(path.parent.name, path.stem) for path in (ROOT / "tests" / "spec" / "core").glob("*/*.yaml")}
PASSPORTS = sorted((ROOT / "config" / "places").glob("*/sources/*.yaml"))


def files_of(path: Path) -> list[dict[str, str]]:
    """Every raw file that a passport names, with its hash."""
    passport = yaml.safe_load(path.read_text(encoding="utf-8"))
    return passport.get("files") or [passport]


def test_each_indicator_has_a_spec_and_no_spec_is_orphaned():
    assert INDICATORS
    assert SPECS == INDICATORS


def test_each_sql_of_a_place_has_a_spec_and_no_spec_is_orphaned():
    assert SQL_SPECS == SQL


def test_a_passport_describes_the_file_that_ships():
    declared = [
        (path, ROOT / "data" / path.parts[-3] / raw["file"], raw["sha256"])
        for path in PASSPORTS
        for raw in files_of(path)
    ]
    assert declared
    other = [
        f"{path.relative_to(ROOT)}: {shipped.name}"
        for path, shipped, digest in declared
        if not shipped.is_file() or hashlib.sha256(shipped.read_bytes()).hexdigest() != digest
    ]
    assert not other, "\n".join(other)


def test_each_shipped_file_has_a_passport():
    declared = {(path.parts[-3], raw["file"]) for path in PASSPORTS for raw in files_of(path)}
    homes = [ROOT / "data" / place.name for place in (ROOT / "config" / "places").iterdir() if place.is_dir()]
    shipped = {(home.name, f.relative_to(home).as_posix()) for home in homes for f in home.rglob("*") if f.is_file()}
    assert shipped == declared
