"""Ids that are written otherwise: what is proposed for a unit, and that nothing proposed counts unreviewed."""

from pathlib import Path

import pytest

from harmmodel.config.rows.locate import Locate
from harmmodel.errors import ConfigError
from harmmodel.warehouse.intake import reviewing
from harmmodel.warehouse.intake.columns.ids import Ids


@pytest.mark.parametrize(
    ("known", "written", "meant"),
    [
        (["Guerrero"], "Guerrero state", "Guerrero"),
        (["Allegany County"], "Allegany", "Allegany County"),
        (["4"], "Ward 4", "4"),
        (["Ward 4"], "4", "Ward 4"),
        (["Ward 4"], "District 4", None),
        (["Ward 4"], "WARD 04", "Ward 4"),
        (["Ward 1", "District 1"], "1", None),
        (["Baltimore County", "Baltimore City"], "Baltimore", None),
        (["México"], "Estado de México", "México"),
        (["Ward"], "District", None),
    ],
)
def test_a_word_for_the_kind_of_unit_is_left_out_on_one_side_alone(known: list[str], written: str, meant: str | None):
    assert Ids(known).same(written) == meant


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("id: o\nlocate:\n  unit: area\n  spellings: {'4': '04'}\n  suggested: true\ntime: [day]\n", "\ntime: [day]\n"),
        ("id: o\nlocate: {unit: area, spellings: {'4': '04'}, suggested: true}\n", "'04'}}\n"),
    ],
)
def test_suggested_ids_are_listed_and_accepted_and_the_rest_of_the_passport_stays(tmp_path: Path, text: str, left: str):
    place = tmp_path / "config" / "places" / "p"
    (place / "sources").mkdir(parents=True)
    (place / "crosswalk.csv").write_text("source,code,class,enforcement,match,kind,note\n")
    (place / "sources" / "o.yaml").write_text(text)
    assert reviewing.suggested_ids(tmp_path, "p") == {"o": {"4": "04"}}
    assert reviewing.accept_ids(tmp_path, "p", "o") == {"4": "04"}
    after = (place / "sources" / "o.yaml").read_text()
    assert after.endswith(left)
    assert "suggested" not in after
    assert reviewing.suggested_ids(tmp_path, "p") == {}
    with pytest.raises(ConfigError, match="Sources with such ids: none"):
        reviewing.accept_ids(tmp_path, "p", "o")


def test_nothing_is_suggested_where_no_id_is_proposed():
    with pytest.raises(ValueError, match="there are none"):
        Locate(unit="area", suggested=True)
