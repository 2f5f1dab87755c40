"""Texts that classify stand in lists that are complete: what no line lists stops the load, what no row has is named."""

import re

import pytest

from harmmodel.config import load_config
from harmmodel.errors import ConfigError, SourceError
from harmmodel.warehouse.load.snapshot import build_snapshot
from harmmodel.warehouse.store import snapshots
from harmmodel.warehouse.store.connection import reading
from tests import tiny

ROWS = """id,when,lon,lat,offence,arrest,spot
1,2024-01-03 10:00,0.5,0.5,ROBBERY,false,SCHOOL
2,2024-01-04 11:00,0.5,0.5,ROBBERY,true,STREET
3,2024-02-05 12:00,1.5,0.5,ROBBERY,false,PARK 12
4,2024-03-06 13:00,0.5,1.5,SHOOTING,false,
5,2024-03-07 14:00,0.5,0.5,DRUGS,true,STREET
"""
TEXTS = """source,column,field,written,stands_for,from,to,note
offences,spot,place_class,SCHOOL,shared,,,
offences,spot,place_class,STREET,other,,,
offences,spot,place_class,PARK*,shared,,,
offences,spot,place_class,(empty),other,,,
offences,spot,setting,STREET,open,,,
offences,spot,setting,*,(nothing),,,
"""
COLUMNS = {**tiny.COLUMNS, "spot": {"type": "text", "tells": "harm", "means": "Kind of place."}}
COUNT = (
    "select unit_id, month, class, place_class, count(*) as events from raw_offences "
    "where setting is null or setting = 'open' group by all"
)


def project(home, offences=ROWS, texts=TEXTS, crosswalk=tiny.CROSSWALK):
    """Write the tiny place with kinds of place, which texts.csv classifies; core SQL holds no word of them."""
    tiny.tiny_project(home, offences, crosswalk)
    place = home / "config/places/tiny"
    (place / "texts.csv").write_text(texts, "utf-8")
    (place / "core/core_count.sql").write_text(COUNT, "utf-8")
    tiny.write_place(home, columns=COLUMNS)
    return home


def counts(home, said=None):
    """Load the place and return its cube by class and kind of place; *said* takes what a person is told meanwhile."""
    say = (lambda _: None) if said is None else said.append
    snapshot = build_snapshot(home, load_config(home, "tiny"), say)
    with reading(snapshot.path / snapshots.HARM) as con:
        rows = con.execute("select class, place_class, sum(events)::int from core_count group by all order by all")
        return rows.fetchall()


def refused(home):
    with pytest.raises((SourceError, ConfigError)) as error:
        counts(home)
    return str(error.value)


def test_lines_and_patterns_classify_and_the_sql_holds_no_word(tmp_path):
    assert counts(project(tmp_path)) == [("robbery", "other", 1), ("robbery", "shared", 2), ("shooting", "other", 1)]


def test_a_respelling_stops_the_load_with_its_rows_and_the_line_that_is_meant(tmp_path):
    told = refused(project(tmp_path, ROWS.replace("SCHOOL", "School ").replace(",STREET", ",STREETS")))
    assert (
        "offences.csv holds 2 values of column spot that texts.csv does not list (source offences, place_class)" in told
    )
    assert "'STREETS': 2 rows, nearest 'STREET'" in told
    assert "'School ': 1 row, like 'SCHOOL', written with other spaces and in other capitals" in told


def test_a_blank_value_is_listed_as_empty_or_named(tmp_path):
    told = refused(project(tmp_path, texts=TEXTS.replace("offences,spot,place_class,(empty),other,,,\n", "")))
    assert "a blank value, to be written (empty): 1 row" in told


def test_a_line_that_no_row_has_is_named_unless_its_period_lies_elsewhere(tmp_path):
    more = "offences,spot,place_class,LIBRARY,shared,,,\noffences,spot,place_class,DEPOT,shared,2025-01-01,,\n"
    said = []
    counts(project(tmp_path, texts=TEXTS + more), said)
    (note,) = [line for line in said if "LIBRARY" in line]
    assert note.startswith("texts.csv lists for place_class 1 value that no row of offences has: 'LIBRARY'")
    assert not [line for line in said if "DEPOT" in line]


def test_a_spelling_holds_in_its_period_and_is_named_outside_it(tmp_path):
    dated = TEXTS.replace(
        "PARK*,shared,,,", "PARK 12,shared,,2024-02-01,\noffences,spot,place_class,PARK 12,other,2024-02-01,,"
    )
    assert ("robbery", "other", 2) in counts(project(tmp_path / "a", texts=dated))
    told = refused(project(tmp_path / "b", texts=TEXTS.replace("PARK*,shared,,,", "PARK 12,shared,,2024-02-01,")))
    assert "'PARK 12': 1 row, 2024-02-05 to 2024-02-05, outside the period of its line (until 2024-02-01)" in told


def test_offences_have_periods_too(tmp_path):
    head, *lines = tiny.CROSSWALK.splitlines()
    walk = [f"{head},from,to", *(f"{line},," for line in lines)]
    walk[1] = "offences,ROBBERY,robbery,false,exact,,,2024-02-01"
    dated = "\n".join([*walk, "offences,ROBBERY,shooting,false,exact,,2024-02-01,", ""])
    assert counts(project(tmp_path / "a", crosswalk=dated))[-1] == ("shooting", "shared", 1)
    told = refused(project(tmp_path / "b", crosswalk="\n".join([*walk, ""])))
    assert "'ROBBERY': 1 row, 2024-02-05 to 2024-02-05, outside the period of its line (until 2024-02-01)" in told
    overlap = dated.replace("exact,,,2024-02-01", "exact,,,2024-02-02")
    assert "'ROBBERY' stands 2 times. Keep one row, or give each a period" in refused(
        project(tmp_path / "c", crosswalk=overlap)
    )


@pytest.mark.parametrize(("written", "blank"), [("(empty)", ""), ("", "")])
def test_a_blank_offence_can_have_a_line(tmp_path, written, blank):
    offences = ROWS.replace("SHOOTING", blank)
    told = refused(project(tmp_path / "a", offences))
    assert "a blank value, to be written (empty): 1 row" in told
    walk = tiny.CROSSWALK + f"offences,{written},shooting,false,closest,blank\n"
    assert counts(project(tmp_path / "b", offences, crosswalk=walk))[-1] == ("shooting", "other", 1)


FAULTS = {
    "a column that nobody declared": (TEXTS.replace(",spot,setting", ",spott,setting"), "declares no column spott"),
    "a source that is none": (TEXTS + "crimes,spot,x,A,b,,,\n", "there is no passport sources/crimes.yaml"),
    "a field called as a column": (TEXTS.replace("spot,setting", "spot,offence"), "has a column of that name"),
    "a field of two columns": (TEXTS + "offences,offence,setting,X,y,,,\n", "Give each column a field of its own"),
    "a value twice": (TEXTS + "offences,spot,setting,STREET,closed,,,\n", "'STREET' stands 2 times"),
    "two ways of writing one meaning": (
        TEXTS + "offences,spot,place_class,DEPOT,Shared,,,\n",
        "'Shared' and 'shared' differ in writing alone",
    ),
    "nothing said": (TEXTS + "offences,spot,setting,X,,,,\n", "texts.csv line 8: stands_for"),
    "a period that ends before it begins": (
        TEXTS + "offences,spot,setting,X,y,2024-02-01,2024-01-01,\n",
        "must be after from",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_contradictions_in_the_list_are_named_before_anything_is_loaded(tmp_path, name):
    texts, said = FAULTS[name]
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_config(project(tmp_path, texts=texts), "tiny")


KINDS = "source,code,class,enforcement,match,kind\n"


@pytest.mark.parametrize(
    ("walk", "said"),
    [
        (
            "offences,DRUGS,drug_possession,true,exact,heroine\n",
            "no rule of config/activities.yaml names kind 'heroine'",
        ),
        (
            "offences,DRUGS,drug_possession,true,exact,heroin\noffences,MORE DRUGS,drug_possession,true,exact,\n",
            "'MORE DRUGS' has no kind, and other rows of class drug_possession have heroin. Write one of them",
        ),
        ("offences,DRUGS,theft,false,exact,heroin\n", "kind tells activities of enforcement apart. Leave it empty"),
    ],
)
def test_what_enforcement_is_about_is_told_of_each_offence_of_a_class_or_of_none(tmp_path, walk, said):
    plain = "".join(f"{line.rsplit(',', 1)[0]},\n" for line in tiny.CROSSWALK.splitlines()[1:3])
    home = project(tmp_path, crosswalk=KINDS + plain + walk)
    (home / "config" / "activities.yaml").write_bytes((tiny.ROOT / "config" / "activities.yaml").read_bytes())
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_config(home, "tiny")


def test_the_shipped_lists_know_later_spellings_and_every_kind_that_a_rule_names():
    chicago = load_config(tiny.ROOT, "chicago")
    said = {(row.field, row.written): row.stands_for for row in chicago.texts}
    for old, new in (
        ("SCHOOL, PUBLIC, BUILDING", "SCHOOL - PUBLIC BUILDING"),
        ("VACANT LOT/LAND", "VACANT LOT / LAND"),
    ):
        assert all(said[field, old] == said[field, new] for field in ("place_class", "setting", "openness"))
    assert chicago.kinds["NARCOTICS | POSSESS - CANNABIS 30 GRAMS OR LESS"] == "cannabis_up_to_30_g"
    assert chicago.activities.typology.kinds <= set(chicago.kinds.values())
    listed = [sql for sql in (*chicago.core_sql.values(), *chicago.reduce_sql.values()) if "unnest(['" in sql]
    assert listed == []
