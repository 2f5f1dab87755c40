"""What a finished snapshot may hold: tables and columns by name, so that what is not named here is not kept.

Single records of offences, deaths, complaints, arrests and stops lie in the work folder and go with it. What is named
here is no finer than a count by month and area, or by month and H3 cell of resolution 9; the only points are those of
areas, cells and municipalities, and the only days those of a month or of a review.
"""

from __future__ import annotations

from pathlib import Path

from harmmodel.config import Config
from harmmodel.warehouse.store.connection import identifier, literal, loading

Columns = tuple[str, ...]
COUNTED = ("month", "class", "place_class", "events", "events_low", "events_high")
HARM: dict[str, Columns] = {
    "core_area": ("area_id", "label", "residents", "km2"),
    "core_population": ("unit_id", "persons"),
    "core_boundary": ("unit_id", "geometry"),
    "core_district": ("unit_id", "district"),
    "core_count": ("unit_id", *COUNTED),
    "core_count_beat": ("beat_id", *COUNTED),
    "core_beat_share": ("beat_id", "unit_id", "share"),
    "core_coverage": ("unit_id", "source", "month", "share"),
    "load_month": ("source", "month", "fate", "rows", "file"),
    "load_note": ("source", "kind", "subject", "rows", "other"),
    "load_uncounted": ("source", "unit_id", "month", "class", "rows"),
    "load_reconciliation": (
        "source", "file", "rows", "loaded", "enforcement", "outside_city", "outside_period", "rejected", "reasons",
        "reduced", "unread", "no_location", "copies", "contradictions", "alike", "again", "no_key", "repeats",
    ),
    "load_core": ("source", "class", "month", "counted", "listed", "events"),
    # Groups: nothing is finer than a month in a state, or a year in a municipality.
    "core_groups": (
        "group_id", "label", "kind", "parent_id", "size_band", "first_seen", "last_year", "review_due",
    ),
    "core_cells": (
        "dyad_id", "class", "year", "month", "is_precise", "events", "low", "best", "high", "civilians",
        "dead_a", "dead_b",
    ),
    "core_sides": ("dyad_id", "class", "side", "group_id"),
    "core_parties": ("dyad_id", "group_id", "year", "is_precise", "events"),
    "core_reached": ("group_id", "year", "state_id", "municipality"),
    "core_aliases": (
        "actor_id", "alias", "group_id", "label", "match", "members", "reviewed_on", "note", "events", "deaths",
    ),
    "core_ties": (
        "group_id", "other_id", "tie", "since", "until", "events", "deaths", "confidence", "label", "other_label",
    ),
    "core_attribution": ("group_id", "year", "class", "is_precise", "denominator", "numerator", "events"),
    "core_totals": ("year", "class", "is_precise", "events", "deaths"),
    "core_states": ("group_id", "year", "state_id", "is_precise", "deaths", "events"),
    "core_spots": ("group_id", "year", "state_id", "municipality", "deaths", "events"),
    "core_municipalities": ("state_id", "municipality", "longitude", "latitude"),
    "core_months": ("group_id", "month", "deaths", "events"),
    "core_placed": ("group_id", "state_id", "month", "events"),
}  # fmt: skip
RISK = ("place_risk", "place_risk_low", "place_risk_high")
ACT: dict[str, Columns] = {
    "act_class_arrest": ("source", "class", "records", "arrests"),
    "act_enforcement": ("unit_id", "month", "class", "measure", "code", "setting", "records", "arrests", "amount"),
    "act_stops": ("scheme", "ethnicity", "gender", "reason", "outcome", "stops"),
    "act_linked_activity": (
        "activity", "judged", "left_out", "occasions", "self_matches", "linked", "expected", "dispersion", "between",
        "p_alone", "p_family", "covered", *RISK,
    ),
    "act_linked_area": ("activity", "unit_id", "judged", "linked", "expected", "p_family"),
    "act_linked_variant": ("activity", "metres", "after", "before", "linked", "expected", "dispersion", "between"),
    "act_linked_week": ("activity", "week", "judged", "linked", "expected"),
    "act_linked_month": ("activity", "unit_id", "month", "class", "events"),
    "act_linked_class": ("class", "events"),
    "act_linked_like": ("activity", "cells", "matched", "ratio", "ratio_low", "ratio_high"),
    "act_linked_balance": ("activity", "setting", "before", "after"),
    "act_linked_cell": ("kind", "activity", "cell", "n"),
    "act_linked_whole": (
        "timed", "dated", "weeks", "events", "placed", "left_out", "pairs", "permutations", "settings",
    ),
    "act_placed": ("kind", "class", "month", "is_arrest", "level", "unit_id", "n"),
    "act_crowding": ("what", "unit", "places", "events", "harm"),
}  # fmt: skip


def allowed(config: Config) -> dict[str, Columns]:
    """Return the tables that the snapshot of a place may hold, with their columns; its outlines are among them."""
    boundaries = config.place.boundaries
    outlines = {f"raw_{boundaries.source}": (boundaries.id, "geometry")} if boundaries.source and boundaries.id else {}
    return HARM | ACT | outlines


def copy(work: Path, target: Path, config: Config) -> None:
    """Copy what may be kept of the database *work* into the new file *target*, row by row in their order.

    A table that is dropped leaves its rows in the blocks of its file; a new file has never held them.
    """
    with loading(target) as con:
        con.execute(f"attach {literal(work)} as work (read_only)")
        for table, columns in sorted(allowed(config).items()):
            present = con.execute(
                "select column_name from duckdb_columns() where database_name = 'work' and table_name = $table "
                "and list_contains($columns, column_name) order by column_index",
                {"table": table, "columns": list(columns)},
            ).fetchall()
            if present:
                listed = ", ".join(identifier(str(name)) for (name,) in present)
                con.execute(
                    f"create table {identifier(table)} as select {listed} from work.{identifier(table)} order by rowid"
                )
        con.execute("checkpoint")
