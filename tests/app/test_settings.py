"""Whatever scheme and policy set, the pages say: no word of the shipped value stays where another one holds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from harmmodel import journal, pipeline
from harmmodel.cli import app
from harmmodel.config.types import Policy, Reference, Scheme
from harmmodel.method.uncertainty import top_size
from harmmodel.views.deterrence import page as deterrence_page
from harmmodel.warehouse.read import groups
from harmmodel.warehouse.store import editions, results, runs
from tests import town
from tests.app.conftest import PAGES
from tests.app.test_validation import made_up
from tests.conftest import ROOT, Project
from tests.reading import visited
from tests.unit.test_deterrence import plan

GROUPS, STOPS = ("groups", "assessments", "deterrence"), ("disparity",)
AREAS = tuple(name for name in PAGES if name not in (*GROUPS, *STOPS))
ADDRESSES: dict[str, list[dict[str, str]]] = {
    "deterrence": [{}, {"part": "Before an action"}, {"part": "After an action"}],
    "indicators": [{"indicator": "Deaths by overdose"}],
}
UNKNOWN = ("A1", "C1")  # areas without residents: they have no rank
TOWN = {"as_of": "2025-01-01", "draws": 400, "weight_set": "example", "screen": {"own_share": 0.3, "events": 200}}
COMMANDS = "commands"
REASON = "Another reason than the one that is shipped."


@dataclass(frozen=True)
class Case:
    """Another allowed value of a setting.

    Attributes
    ----------
    gone : what some page says of the shipped value and none may say of the other
    said : what some page says of the other value and none of the shipped one
    where : the pages that are read
    """

    other: Any
    gone: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    where: tuple[str, ...] = (*PAGES, COMMANDS)


SCHEME = {
    "as_of": Case("2024-12-01", ("31 Dec 2024", "nothing from 1 Jan 2025"), ("30 Nov 2024", "nothing from 1 Dec 2024")),
    "seed": Case(99),
    "draws": Case(300, (r"\b400 draws",), (r"\b300 draws",)),
    "interval": Case(
        [0.025, 0.975],
        ("90% interval", r"\(90% of draws\)", "and 90% of draws", "90% of what a single month", "one in ten of them"),
        ("95% interval", r"\(95% of draws\)", "and 95% of draws", "95% of what a single month", "one in 20 of them"),
    ),
    "minimum_observed": Case(
        0.6,
        ("two thirds are needed", "when two thirds of its weight are"),
        ("60% is needed", "when 60% of its weight is"),
    ),
    "top_share": Case(0.2, ("In top tenth", "the (top|highest) tenth"), ("In top 20%", "the (top|highest) 20%")),
    "aggregation.across_p": Case(
        3, ("with exponent 2:", "their quadratic mean"), ("with exponent 3:", "their mean with exponent 3")
    ),
    "weight_set": Case("other"),
    "high_range": Case(0.2),
    "screen.own_share": Case(0.25),
    "screen.events": Case(190, (), ("fewer than 190",)),
    "pillars.id": Case("violence"),  # nothing else is allowed than the three
    "pillars.label": Case("Bent rules", ("abuse of power",), ("[Bb]ent rules",)),
    "pillars.short": Case("Rules", (r",Corruption,",), (r",Rules,",)),
    "pillars.weights.from": Case("2026-12-01"),
    "pillars.weights.value": Case(0.3),
    "pillars.weights.range": Case([0.125, 0.45], ("0.20–0.50",), ("0.125–0.45",)),
    "pillars.weights.decided_by": Case("somebody else"),
    "pillars.weights.why": Case(REASON),
    "pillars.weights.references": Case([]),
    "indicator_weights.from": Case("2026-12-01"),
    "indicator_weights.value": Case(2, ("agreed 0.5–1.5",), ("agreed 1.5–2.5",)),
    "indicator_weights.spread": Case(0.25, ("take 50 to 150% of",), ("take 75 to 125% of",)),
    "indicator_weights.decided_by": Case("somebody else"),
    "indicator_weights.why": Case(REASON),
    "indicator_weights.references": Case([]),
}
POLICY = {
    "tiers.focus": Case(0.705, ("at least 80%", "(asks for|the) 80%"), ("at least 70.5%", "(asks for|the) 70.5%")),
    "tiers.baseline": Case(0.125, ("Baseline: at most 10%", "10% of baseline"), ("Baseline: at most 12.5%",)),
    "tiers.lead": Case(0.55, ("under 60% nobody leads",), ("under 55% nobody leads",)),
    "tiers.burden": Case(0.75, ("in 80% of draws or more",), ("in 75% of draws or more",)),
    "leads": Case({"violence": "another body"}, ("targeted deterrence",), ("another body",), AREAS),
    "disclosure.public": Case(12),
    # No area of the town comes near these; what is said below them stands in tests/warehouse/test_denominators.py.
    "least_exposure.residents": Case(450),
    "least_exposure.km2": Case(0.02),
    "least_exposure.odd_rate": Case(0.2),
    "least_exposure.why": Case(REASON),
    # Nothing of the town's files is lost; what is said over these limits stands in tests/warehouse/test_account.py.
    **{f"losses.{kind}": Case(0.06) for kind in ("rejected", "outside", "no_location", "repeats", "core")},
    "losses.least_rows": Case(11),
    "losses.why": Case(REASON),
    # The town reports every month; what is said where one does not stands in tests/warehouse/test_coverage.py.
    "completeness.fraction": Case(0.2),
    "completeness.chance": Case(0.001),
    "completeness.silent": Case(0.01),
    "completeness.share": Case(0.6),
    "completeness.why": Case(REASON),
    "disclosure.internal": Case(7, ("from 1 to 4 ", "fewer than 5 "), ("from 1 to 6 ", "fewer than 7 ")),
    "activities.lower_priority": Case(0.85, (r"under 1\.10", "within 10% of"), (r"nor under 0\.85", "within 15% of")),
    "activities.focus": Case(1.455, (), (r"above 1\.455",)),
    "activities.minimum_records": Case(100, ("under 200 records", "200 are needed"), ("under 100 records",)),
    "activities.family_error": Case(0.05),
    "activities.like_places.high": Case(1.2),  # no activity of the example town comes near this limit
    "activities.like_places.cells": Case(31, ("from 30 matched cells",), ("from 31 matched cells",)),
    "activities.like_places.share": Case(0.45, ("50% of all on",), ("45% of all on",)),
    "activities.like_places.balance": Case(0.12, (r"over 0\.10 left",), (r"over 0\.12 left",)),
}
CASES = {**{f"scheme.{name}": case for name, case in SCHEME.items()},
         **{f"policy.{name}": case for name, case in POLICY.items()}}  # fmt: skip
Said = Mapping[str, str]


def settings(model: type[BaseModel], before: str) -> Iterator[str]:
    """Name every setting of a type, by the keys that lead to it in its file."""
    for name, field in model.model_fields.items():
        key = f"{before}.{field.alias or name}"
        inner = [t for t in (field.annotation, *get_args(field.annotation)) if isinstance(t, type)]
        parts = [t for t in inner if issubclass(t, BaseModel) and t is not Reference]
        yield from settings(parts[0], key) if parts else [key]


def other(content: dict[str, Any], file: str) -> dict[str, Any]:
    """Set every setting of a file otherwise."""
    for path, case in CASES.items():
        of, _, key = path.partition(".")
        if of == file and key in ("pillars.label", "pillars.short"):
            town.put(content["pillars"][1], key.rpartition(".")[2], case.other)
        elif of == file and key != "pillars.id":
            town.put(content, key, case.other | content[key] | case.other if key == "leads" else case.other)
    return content


def areas_place(home: Path, *, is_other: bool) -> Path:
    """Run the town under the shipped settings or under others; two of its twelve areas have no residents."""
    config = town.town(home) / "config"
    scheme = town.read(ROOT / "config" / "scheme.yaml") | TOWN
    policy = town.read(ROOT / "config" / "policy.yaml")
    town.write(config / "scheme.yaml", other(scheme, "scheme") if is_other else scheme)
    town.write(config / "policy.yaml", other(policy, "policy") if is_other else policy)
    town.rows(home, "residents", lambda rows: [r | {"residents": ""} if r["area"] in UNKNOWN else r for r in rows])
    document = made_up("Ordering by violence finds more.") | {
        "stability": [
            {"resolution": "9", "candidate": "all_crime", "origins": 2, "top": 3, "jaccard": 0.5, "in_all": 2}
        ]
    }
    results.write(runs.home(home) / pipeline.run(home, town.PLACE), "validation", "0123456789ab", document)
    return home


def copied(project: Project, home: Path, *, is_other: bool) -> Path:
    """Copy a finished project and, where asked, score its snapshot again under other settings."""
    shutil.copytree(project.path, home)
    if is_other:
        config = home / "config"
        for file in ("scheme", "policy"):
            content = town.read(config / f"{file}.yaml")
            # What decides a load stays, so that the snapshot does: London's counts were merged for its own limit.
            kept = {name: deepcopy(content[name]) for name in ("weight_set", "completeness") if name in content}
            town.write(config / f"{file}.yaml", other(content, file) | kept)
        pipeline.run(home, project.place)
    return home


def read(home: Path, names: tuple[str, ...], place: str) -> dict[str, str]:
    """Everything that pages say, by name; what a page says at several addresses stands together."""
    visits = [(name, {"place": place, **address}) for name in names for address in ADDRESSES.get(name, [{}])]
    texts: dict[str, str] = dict.fromkeys(names, "")
    with pytest.MonkeyPatch.context() as patch:
        for name, text in visited(patch, home, visits):
            texts[name] += f"\n{text}"
    return texts


def printed(home: Path, people: Path, stops: Path) -> str:
    """All that the commands print of the same runs."""
    asked = [
        (home, "show", town.PLACE),
        (home, "show", town.PLACE, "--lens", "activity"),
        (home, "explain", town.PLACE, "A3"),
        (home, "explain", town.PLACE, "possession"),
        (home, "report", town.PLACE),
        (people, "show", "mexico"),
        (people, "explain", "mexico", "cjng"),
        (stops, "disparity", "london_stops"),
    ]
    results = [CliRunner().invoke(app, [*words, "--project", str(folder)]) for folder, *words in asked]
    assert [result.exit_code for result in results] == [0] * len(asked)
    return " ".join(" ".join(result.output for result in results).split())


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    folder = tmp_path_factory.mktemp("settings")
    return {is_other: areas_place(folder / f"town-{is_other}", is_other=is_other) for is_other in (False, True)}


@pytest.fixture(scope="module")
def said(
    homes: dict[bool, Path], mexico: Project, london: Project, tmp_path_factory: pytest.TempPathFactory
) -> dict[bool, Said]:
    """Everything that all pages of the three lenses say under the shipped settings and under others, by page."""
    folder, both = tmp_path_factory.mktemp("copies"), {}
    for is_other, home in homes.items():
        people = copied(mexico, folder / f"mexico-{is_other}", is_other=is_other)
        record = deterrence_page.made(groups.published(people, "mexico"), plan(), None)
        journal.append(journal.location(people), record)
        stops = copied(london, folder / f"london-{is_other}", is_other=is_other)
        texts = read(home, AREAS, town.PLACE) | read(people, GROUPS, mexico.place) | read(stops, STOPS, london.place)
        both[is_other] = texts | {COMMANDS: printed(home, people, stops)}
    return both


def places(said: Said, pattern: str, where: tuple[str, ...]) -> list[str]:
    """Name the pages that say it."""
    plain = {name: said[name].replace("\\", "") for name in where}
    return [name for name, text in plain.items() if re.search(pattern, text)]


def test_every_setting_has_a_case():
    known = {*settings(Scheme, "scheme"), *settings(Policy, "policy")}
    assert known == set(CASES), "give a new setting another value here, and say what pages call it"


def test_every_case_is_another_value_than_the_shipped_one():
    shipped = {name: town.read(ROOT / "config" / f"{name}.yaml") for name in ("scheme", "policy")}
    for path, case in CASES.items():
        content: Any = shipped
        for key in path.split("."):
            content = content[0][key] if isinstance(content, list) else content[key]
        assert content != case.other or path == "scheme.pillars.id", path


@pytest.mark.parametrize("path", [path for path, case in CASES.items() if case.gone or case.said])
def test_no_page_says_the_shipped_value_where_another_holds(said: dict[bool, Said], path: str):
    case = CASES[path]
    for pattern in case.gone:
        assert places(said[False], pattern, case.where), f"no page says {pattern!r}, so its absence shows nothing"
        assert places(said[True], pattern, case.where) == [], pattern
    for pattern in case.said:
        assert places(said[True], pattern, case.where), pattern
        assert places(said[False], pattern, case.where) == [], pattern


@pytest.mark.parametrize("name", ["areas", "whatif"])
def test_the_column_of_the_top_is_named_by_its_share(said: dict[bool, Said], name: str):
    assert (",In top tenth," in said[False][name], ",In top 20%," in said[True][name]) == (True, True)


@pytest.mark.parametrize("is_other", [False, True])
def test_overview_tells_the_size_of_the_top_that_the_lens_took(homes: dict[bool, Path], said: dict, is_other: bool):
    run = editions.published(homes[is_other], town.PLACE)
    ranked = int(run.scores["rank"].notna().sum())
    taken = top_size(ranked, run.config.scheme.top_share)
    assert ranked == len(run.units) - len(UNKNOWN)
    assert run.scores["p_top"].sum() == pytest.approx(taken)
    told = {1: "the area with the highest score", 2: "the two areas with the highest score"}[taken]
    assert told in said[is_other]["overview"]
    assert top_size(len(run.units), run.config.scheme.top_share) != taken, "else counting all areas would do as well"


@pytest.mark.parametrize("name", ["areas", "decisions"])
def test_a_rank_is_one_of_those_that_have_one(said: dict[bool, Said], name: str):
    assert re.search(r"rank \d+( to \d+)? of 10\b", said[False][name])
    assert not re.search(r"rank \d+( to \d+)? of 12\b", said[False][name])
