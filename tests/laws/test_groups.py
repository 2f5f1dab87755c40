"""The five traps of the shipped events, the exact sum of deaths, and what a record may not be used for."""

import re
from fractions import Fraction

import duckdb
import pytest

from harmmodel import pipeline
from harmmodel.audit import seals
from harmmodel.errors import SnapshotError
from harmmodel.rebuild import rebuilt
from harmmodel.warehouse.read import groups
from harmmodel.warehouse.read.groups import GroupRun
from harmmodel.warehouse.store import snapshots
from tests.conftest import ROOT, Project
from tests.groups import PLACE, fewer_draws, group_project
from tests.work import keep_work

FILE = ROOT / "data" / PLACE / "ucdp_ged_mexico_1989_2021.parquet"
COARSE = "(date_prec = 5 or where_prec >= 4)"


@pytest.fixture(scope="module")
def run(mexico: Project) -> GroupRun:
    return groups.published(mexico.path, mexico.place)


@pytest.fixture(scope="module")
def tables(mexico: Project, run: GroupRun, tmp_path_factory: pytest.TempPathFactory):
    """Return the raw file, the finished snapshot as s, and as w what the loader held while it made it."""
    work = tmp_path_factory.mktemp("work") / "work.duckdb"
    keep_work(mexico.path, PLACE, work)
    with duckdb.connect() as con:
        snapshot = snapshots.folder(mexico.path, run.manifest["snapshot_id"]) / snapshots.HARM
        con.execute(f"attach '{snapshot}' as s (read_only)")
        con.execute(f"attach '{work}' as w (read_only)")
        con.execute(f"create view raw as select * from read_parquet('{FILE}')")
        yield con


def one(con: duckdb.DuckDBPyConnection, sql: str):
    return con.execute(sql).fetchall()[0]


def test_no_coarse_event_contributes_to_a_month_or_a_municipality(tables):
    coarse, deaths = one(tables, f"select count(*), sum(best) from raw where {COARSE}")
    assert (coarse, deaths) == (1122, 84000)
    placed = f"""select count(*) from w.core_event as e join raw as r on r.id = e.event_id where {COARSE}
        and (e.is_precise or e.month is not null or e.municipality is not null or e.longitude is not null)"""
    assert one(tables, placed) == (0,)


def test_what_pages_show_by_month_or_municipality_adds_up_to_the_precise_events_alone(run: GroupRun, tables):
    (dated,) = one(
        tables,
        "select sum(best) from raw where date_prec <= 4 and where_prec <= 3 "
        "and date_trunc('month', date_start) = date_trunc('month', date_end)",
    )
    assert run.months["deaths"].sum() == pytest.approx(dated)
    (placed,) = one(tables, "select sum(best) from raw where date_prec <= 4 and where_prec <= 3 and adm_2 is not null")
    assert run.spots["deaths"].sum() == pytest.approx(placed)


def test_coarse_events_stay_in_the_totals_of_states_and_country(run: GroupRun, tables):
    (state,) = one(tables, "select sum(best) from raw where adm_1 is not null and where_prec <= 4")
    assert run.states.loc[run.states["state_id"].notna(), "deaths"].sum() == pytest.approx(state)
    assert run.states["deaths"].sum() == pytest.approx(112482)


def test_shared_deaths_of_groups_and_what_is_not_attributed_are_the_total_exactly(run: GroupRun, tables):
    (total,) = one(tables, "select sum(best) from raw")
    shares = run.attribution
    shared = sum(Fraction(int(n), int(d)) for n, d in zip(shares["numerator"], shares["denominator"], strict=True))
    unattributed = int(run.totals["deaths"].sum()) - shared
    assert shared + unattributed == total == 112482
    assert unattributed == 0  # every side of this file is known to the alias table


def test_the_ranked_groups_hold_their_part_of_the_window_and_no_more(run: GroupRun):
    shares = run.attribution[run.attribution["year"].between(2012, 2021)]
    own = shares[shares["group_id"].isin(set(run.scores["group_id"]))]
    exact = sum(Fraction(int(n), int(d)) for n, d in zip(own["numerator"], own["denominator"], strict=True))
    assert run.orders["deaths"].sum() == pytest.approx(float(exact))
    assert float(exact) <= run.facts["deaths"] == 88446


def test_low_best_and_high_that_are_not_in_order_are_put_in_order(tables):
    assert one(tables, "select count(*) filter (low > best), count(*) filter (best > high) from raw") == (14, 72)
    assert one(tables, "select count(*) from w.core_event where not (low <= best and best <= high)") == (0,)


def test_deaths_of_one_sided_events_go_to_the_attacker_and_civilians_have_none(run: GroupRun, tables):
    attackers = run.attribution[run.attribution["class"] == "one_sided"]
    assert (attackers["denominator"] == 1).all()
    assert attackers["numerator"].sum() == one(tables, "select sum(best) from raw where type_of_violence = 3")[0]
    assert "civilians" not in set(run.attribution["group_id"])


def test_composite_names_are_divided_and_the_table_shows_it(run: GroupRun):
    composite = run.aliases[run.aliases["match"] == "composite"].groupby("alias")["group_id"].apply(list).to_dict()
    assert composite == {
        "Caborca Cartel, Sinaloa Cartel - Los Mayos": ["caborca", "sinaloa-mayos"],
        "Gulf Cartel, La Familia, Sinaloa Cartel": ["familia", "gulf", "sinaloa"],
        "Gulf Cartel, Los Zetas": ["gulf", "zetas"],
    }


def test_the_four_ways_to_count_rank_differently_and_the_run_says_for_whom(run: GroupRun):
    order = run.orders.set_index("group_id")
    firsts = {
        way: order[f"rank_{way}"].idxmin() for way in ("events", "deaths", "civilian_deaths", "deaths_per_municipality")
    }
    assert firsts == {
        "events": "cjng",
        "deaths": "cjng",
        "civilian_deaths": "sinaloa",
        "deaths_per_municipality": "acapulco",
    }
    assert order.loc["zetas", "rank_deaths"] < order.loc["santa-rosa", "rank_deaths"]
    assert order.loc["zetas", "rank_events"] > order.loc["santa-rosa", "rank_events"]
    assert order.loc["cjng", "depends_on_choice"]
    assert not order.loc["juarez", "depends_on_choice"]


def test_the_figures_of_the_ten_with_most_deaths(run: GroupRun):
    top = run.orders.sort_values("deaths", ascending=False).head(5).set_index("group_id")["deaths"].to_dict()
    assert top == {"cjng": 28424, "sinaloa": 19671.5, "zetas": 8389.25, "juarez": 6576, "santa-rosa": 5853.5}


def test_a_record_past_its_review_date_is_not_used_but_its_deaths_stay_in_the_total(run: GroupRun):
    stale = set(run.groups.loc[~run.groups["in_use"], "group_id"])
    assert {"ezln", "tijuana-f2008", "hells-angels"} <= stale
    assert not stale & set(run.scores["group_id"])
    assert stale & set(run.attribution["group_id"])


def test_a_later_clock_stops_the_use_of_more_records(run: GroupRun, tmp_path):
    home = fewer_draws(group_project(tmp_path, clock="2031-06-01"))
    pipeline.run(home, PLACE)
    later = groups.published(home, PLACE)
    gone = set(run.scores["group_id"]) - set(later.scores["group_id"])
    assert {"familia", "nueva-familia", "templarios"} <= gone
    assert "cjng" in set(later.scores["group_id"])


def test_what_is_not_assessed_is_an_interval_and_violence_is_the_named_sort_key(run: GroupRun):
    assert run.scores["score"].isna().all()
    assert (run.scores["pillars_scored"] == 1).all()
    assert (run.scores["weight_unknown"] == 0.75).all()
    assert (run.scores["bound_low"] <= run.scores["score_low"]).all()
    assert (run.scores["score_high"] <= run.scores["bound_high"]).all()
    assert run.scores["reason"].str.startswith("On violence alone").all()
    assert set(run.scores["capability"]) == {"unknown"}


def test_no_name_of_a_person_reaches_the_snapshot(tables):
    names = [
        row[0]
        for row in tables.execute("select column_name from duckdb_columns() where database_name = 's'").fetchall()
    ]
    assert not {"side_a", "side_b", "dyad_name", "conflict_name", "where_coordinates"} & set(names)
    (told,) = one(tables, "select string_agg(label, '; ') from s.core_groups where kind = 'criminal_group'")
    factions = one(
        tables, "select string_agg(distinct side_a || '; ' || side_b, '; ') from raw where side_b like '%faction'"
    )
    hidden = set(re.findall(r"(?:Zetas|Leyva Cartel) - ((?!C)[^;]+) faction", factions[0]))
    assert len(hidden) >= 4
    assert not [name for name in hidden if name in told]


def test_a_side_that_the_alias_table_does_not_know_stops_the_load_with_its_number(tmp_path):
    home = group_project(tmp_path)
    table = home / "data" / PLACE / "group_alias.csv"
    kept = [line for line in table.read_text("utf-8").splitlines() if not line.startswith("7187,")]
    table.write_text("\n".join(kept) + "\n", "utf-8")
    _sign(home, "group_alias", table)
    with pytest.raises(SnapshotError, match="7187"):
        pipeline.run(home, PLACE)


def _sign(home, source, table):
    import hashlib

    passport = home / "config" / "places" / PLACE / "sources" / f"{source}.yaml"
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    passport.write_text(re.sub(r"sha256: \w+", f"sha256: {digest}", passport.read_text("utf-8")), "utf-8")


def test_the_same_inputs_give_the_same_run_whose_seal_is_found_among_those_shown(mexico: Project):
    run_id = groups.published(mexico.path, PLACE).run_id
    assert rebuilt(mexico.path, run_id) > len(groups.GroupRun.frames())
    assert seals.verify(mexico.path, f"{PLACE}:group").published == PLACE
