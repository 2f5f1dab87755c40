"""Files of places that do not exist, and empty projects to add them to."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from harmmodel import scaffold

AREAS = ("Norte", "Sul", "São João", "Açu")
OFFENCES = (("ROUBO", "N"), ("HOMICÍDIO DOLOSO", "N"), ("FURTO", "N"), ("TRÁFICO DE DROGAS", "S"), ("COISA NOVA", "N"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A project as `harmmodel init` writes it."""
    home = tmp_path / "project"
    scaffold.write(home)
    return home


def write_csv(path: Path, rows: list[list[object]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows as a CSV file."""
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return path


def outlines(path: Path, names: tuple[str, ...] = AREAS) -> Path:
    """Write square outlines, one beside the other, with residents."""
    features = []
    for place, name in enumerate(names):
        x, y = -46 + 0.1 * place, -23.0
        ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
        properties = {"bairro": name, "populacao": 10_000 + 1_000 * place}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return path


def records(path: Path, rows: int = 720, encoding: str = "cp1252") -> Path:
    """Write records as a Brazilian office does: semicolons, days first, a name, an area in capitals."""
    table: list[list[object]] = [["Número", "Data do Fato", "Bairro", "Natureza", "Nome da Vítima", "Prisão"]]
    for number in range(rows):
        day = dt.date(2023, 1, 1) + dt.timedelta(days=number % 360)
        offence, arrest = OFFENCES[number % len(OFFENCES)]
        area = AREAS[number % 4] if number % 50 else AREAS[number % 4].upper()
        table.append([1000 + number, day.strftime("%d/%m/%Y"), area, offence, "Maria da Silva", arrest])
    return write_csv(path, table, ";", encoding)
