"""Headings that point at persons, in the languages of the places: the file is refused until they are not read."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases.case import Case, Loaded
from tests.cases.home import Home

REFUSED = ("offences.csv", "columns look personal", "List them under ignore, so that they are not read")


def headed(*names: str) -> Callable[[Home], None]:
    """Return a change that adds columns to the offences and declares them."""

    def change(home: Home) -> None:
        head, *body = home.read("offences.csv").splitlines()
        more = "," + ",".join("x" for _ in names)
        home.write("offences.csv", "\n".join([f"{head},{','.join(names)}", *(line + more for line in body)]) + "\n")
        home.passport("offences", columns={name: {"type": "text", "means": "Made up."} for name in names})

    return change


def headings(language: str, *names: str) -> Case:
    """Return the case of headings in a language: each is named, and under ignore none is read."""

    def ignored(home: Home) -> None:
        home.passport("offences", columns=dict.fromkeys(names), ignore=list(names))

    def not_read(found: Loaded, sound: Loaded) -> None:
        held = set(found.query("select column_name from duckdb_columns()")["column_name"])
        assert not held & set(names)
        assert len(found.query("from core_count")) == len(sound.query("from core_count"))

    return Case(f"11a headings are {language}", headed(*names), (*REFUSED, *names), declared=ignored, right=not_read)


CASES = (
    headings(
        "Spanish",
        *("nombre", "apellido", "curp", "domicilio", "fecha_nacimiento", "telefono"),
    ),
    headings("Portuguese", "Nome da Vítima", "CPF", "Data de Nascimento", "Endereço"),
    headings("French", "Nom", "Prénom", "Date de naissance", "Adresse"),
    headings("German", "Nachname", "Geburtsdatum", "Straße"),
    headings("free text", "notas", "observaciones", "comentarios", "narrative"),
)
