"""The verb simulate: what a capacity to sanction does under a policy, and where policies tip."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from harmmodel.cli import tables
from harmmodel.cli.base import Project, app, root, say
from harmmodel.cli.tables import TERMINAL, Part, TerminalLine, TerminalTable, format_option
from harmmodel.config import Simulator, load_simulator
from harmmodel.errors import ConfigError, SimulationImpossible
from harmmodel.method.deterrence.game import Experiment, simulate
from harmmodel.views import words
from harmmodel.views.export import Export
from harmmodel.views.simulator import results
from harmmodel.views.simulator import sentences as simulator_words


class PolicyName(StrEnum):
    """Whom sanctions reach."""

    random = "random"
    concentration = "concentration"
    concentration_warning = "concentration_warning"


class Switch(StrEnum):
    """What can be switched on."""

    surge = "surge"
    retaliation = "retaliation"
    removal = "removal"
    misidentified = "misidentified"
    escalation = "escalation"


@app.command(name="simulate")
def simulate_(  # noqa: PLR0913 - one per option
    project: Project = Path(),
    capacity: Annotated[int | None, typer.Option(help="The number of sanctions that are possible in a round.")] = None,
    policy: Annotated[PolicyName | None, typer.Option(help="Which groups the sanctions reach.")] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Find where each policy tips, over the capacities that the config lists.")
    ] = False,
    others: Annotated[
        bool, typer.Option("--others", help="With --sweep, change one assumption at a time and say what depends on it.")
    ] = False,
    switched: Annotated[
        list[Switch] | None, typer.Option("--with", help="Switch this on. The option may be given several times.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The seed of random numbers. Without it, the config's.")] = None,
    runs: Annotated[int | None, typer.Option(help="The number of runs. Without it, the config's.")] = None,
    format_: Annotated[
        str, format_option("table prints words, json a flat object (with --sweep every row), csv rows.")
    ] = TERMINAL,
) -> None:
    """Compare random with concentrated enforcement among made-up groups. It is a teaching model and no forecast."""
    assumed = _assumed(root(project))
    on = sorted({switch.value for switch in switched or ()})
    setting = results.experiment(assumed, on, seed=seed, runs=runs)
    assumptions = results.parameters(assumed, on, setting)
    if sweep:
        if capacity is not None or policy is not None:
            raise SimulationImpossible(
                "--sweep tries every policy at every capacity. Leave out --capacity and --policy"
            )
        _others(assumed, on, setting, format_) if others else _sweep(assumed, setting, assumptions, format_)
        return
    if others:
        raise SimulationImpossible("--others changes the assumptions of a sweep. Add --sweep")
    if capacity is None or policy is None:
        raise SimulationImpossible(
            "Say which setting to try: give --capacity K and --policy NAME, or --sweep for all of them"
        )
    outcome = simulate(policy.value, [results.checked(assumed, capacity)], setting)
    row = results.row(outcome, 0) | assumptions
    tables.answer(format_, Export(pd.DataFrame([row]), document=row), _said([simulator_words.one(row)], assumed))


def _assumed(home: Path) -> Simulator:
    assumed = load_simulator(home)
    if assumed is None:
        raise ConfigError(
            f"{home / 'config' / 'simulator.yaml'} does not exist. Point --project at a folder that has it"
        )
    return assumed


def _sweep(assumed: Simulator, setting: Experiment, assumptions: dict[str, Any], format_: str) -> None:
    say(f"trying {len(assumed.capacities)} capacities under three policies, {setting.seeds:,} runs each")
    swept = results.sweep(assumed, setting)
    tipping = [results.tipping_row(tip) for tip in swept.tips.values()]
    rows = swept.rows.assign(seed=setting.seed, runs=setting.seeds)
    document = {**assumptions, "tipping": tipping, "rows": swept.rows.to_dict("records")}
    table = _table("Where policies tip", simulator_words.tipping_table(swept))
    terminal = (table, *_said(simulator_words.findings(swept), assumed))
    tables.answer(format_, Export(rows, document=document), terminal)


def _others(assumed: Simulator, on: list[str], setting: Experiment, format_: str) -> None:
    say(f"sweeping {len(assumed.variations) + 1} times")
    variations = simulator_words.varied(assumed, on, setting.seed)
    frame = simulator_words.rows(variations, results.sweep(assumed, setting))
    table = _table("Where policies tip under other assumptions", frame)
    terminal = (table, *_said(simulator_words.sentences(variations), assumed))
    tables.answer(format_, Export(frame, document=frame.to_dict("records")), terminal)


def _table(title: str, frame: pd.DataFrame) -> TerminalTable:
    names = [str(name) for name in frame.columns]
    return TerminalTable(names, frame.itertuples(index=False), title=title, right=names[1:])


def _said(sentences: list[str], assumed: Simulator) -> Iterator[Part]:
    yield from (TerminalLine(words.capital(sentence)) for sentence in sentences)
    yield TerminalLine(f"Limits: {assumed.limits}")
