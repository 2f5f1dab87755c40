"""Headings that point at persons, in the languages of the places: the file is refused, whether they are read or not."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases.case import Case
from tests.cases.home import Home

REFUSED = ("offences.csv", "columns look personal", "Remove them from the file")


def headed(*names: str, declared: tuple[str, ...] = ()) -> Callable[[Home], None]:
    """Return a change that adds columns to the offences, some declared and the others listed under ignore."""

    def change(home: Home) -> None:
        head, *body = home.read("offences.csv").splitlines()
        more = "," + ",".join("x" for _ in names)
        home.write("offences.csv", "\n".join([f"{head},{','.join(names)}", *(line + more for line in body)]) + "\n")
        columns = {name: {"type": "text", "means": "Made up."} for name in declared}
        home.passport("offences", columns=columns, ignore=[name for name in names if name not in declared])

    return change


def headings(language: str, *names: str, declared: tuple[str, ...] = ()) -> Case:
    """Return the case of headings in a language; every one of them is named."""
    return Case(f"11a headings are {language}", headed(*names, declared=declared), (*REFUSED, *names))


CASES = (
    headings(
        "Spanish",
        *("nombre", "apellido", "curp", "domicilio", "fecha_nacimiento", "telefono"),
        declared=("nombre", "apellido"),
    ),
    headings("Portuguese", "Nome da Vítima", "CPF", "Data de Nascimento", "Endereço"),
    headings("French", "Nom", "Prénom", "Date de naissance", "Adresse"),
    headings("German", "Nachname", "Geburtsdatum", "Straße"),
    headings("free text", "notas", "observaciones", "comentarios", "narrative"),
)
