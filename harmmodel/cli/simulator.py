"""The verb simulate: what a capacity to sanction does under a policy, and where policies tip."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table
from rich.text import Text

from harmmodel.cli.base import Format, Project, app, output, root, say
from harmmodel.config import Simulator, load_simulator
from harmmodel.errors import ConfigError, SimulationImpossible
from harmmodel.method.deterrence.game import Experiment, simulate
from harmmodel.views import export, words
from harmmodel.views.simulator import results
from harmmodel.views.simulator import words as simulator_words


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


@app.command(name="simulate")
def simulate_(  # noqa: PLR0913 - one per option
    project: Project = Path(),
    capacity: Annotated[int | None, typer.Option(help="Sanctions possible in a round.")] = None,
    policy: Annotated[PolicyName | None, typer.Option(help="Whom sanctions reach.")] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Find where each policy tips, over the capacities of the config.")
    ] = False,
    others: Annotated[
        bool, typer.Option("--others", help="With --sweep: change one assumption at a time, and say what hangs on it.")
    ] = False,
    switched: Annotated[
        list[Switch] | None, typer.Option("--with", help="Switch something on; may be given several times.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of all random numbers; the config's when left out.")] = None,
    runs: Annotated[int | None, typer.Option(help="How many runs; the config's when left out.")] = None,
    format_: Annotated[
        Format,
        typer.Option("--format", help="table: in words; json: a flat object, with --sweep every row; csv: rows."),
    ] = Format.table,
) -> None:
    """Play random against concentrated enforcement with made-up groups: a teaching model, no forecast."""
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
        raise SimulationImpossible("say which setting: --capacity K and --policy NAME, or --sweep for all of them")
    found = simulate(policy.value, [results.checked(assumed, capacity)], setting)
    row = results.row(found, 0) | assumptions
    if format_ is Format.json:
        typer.echo(json.dumps(row, indent=1))
    elif format_ is Format.csv:
        _csv(pd.DataFrame([row]))
    else:
        _say([simulator_words.one(row)], assumed)


def _assumed(home: Path) -> Simulator:
    found = load_simulator(home)
    if found is None:
        raise ConfigError(
            f"{home / 'config' / 'simulator.yaml'} does not exist. Point --project at a folder that has it"
        )
    return found


def _sweep(assumed: Simulator, setting: Experiment, assumptions: dict[str, Any], format_: Format) -> None:
    say(f"trying {len(assumed.capacities)} capacities under three policies, {setting.seeds:,} runs each")
    swept = results.sweep(assumed, setting)
    if format_ is Format.csv:
        _csv(swept.rows.assign(seed=setting.seed, runs=setting.seeds))
    elif format_ is Format.json:
        found = [results.tipping_row(tip) for tip in swept.tips.values()]
        typer.echo(json.dumps({**assumptions, "tipping": found, "rows": swept.rows.to_dict("records")}, indent=1))
    else:
        _print("Where policies tip", simulator_words.tipping_table(swept))
        _say(simulator_words.findings(swept), assumed)


def _others(assumed: Simulator, on: list[str], setting: Experiment, format_: Format) -> None:
    say(f"sweeping {len(assumed.variations) + 1} times")
    found = simulator_words.varied(assumed, on, setting.seed)
    frame = simulator_words.rows(found, results.sweep(assumed, setting))
    if format_ is Format.csv:
        _csv(frame)
    elif format_ is Format.json:
        typer.echo(json.dumps(frame.to_dict("records"), indent=1, ensure_ascii=False))
    else:
        _print("Where policies tip under other assumptions", frame)
        _say(simulator_words.sentences(found), assumed)


def _print(title: str, frame: pd.DataFrame) -> None:
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(frame.columns):
        table.add_column(str(name), justify="right" if place else "left")
    for cells in frame.itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in cells))
    output().print(table)


def _csv(frame: pd.DataFrame) -> None:
    typer.echo(export.csv_bytes(frame).decode("utf-8"), nl=False)


def _say(sentences: list[str], assumed: Simulator) -> None:
    console = output()
    for sentence in sentences:
        console.print(Text(words.capital(sentence)), soft_wrap=True)
    console.print(Text(f"Limits: {assumed.limits}"), soft_wrap=True)
