"""How columns are called whose meaning a draft proposes: in the languages in which publishers write them."""

from __future__ import annotations

import re

TIME = re.compile(
    r"occur|incident|offen[cs]e|start|from|date|month|time|fecha|datum|data|mes|jour|year|day", re.IGNORECASE
)
LATER = re.compile(r"update|report|clos|arrest|convert|enter|publi|end|until|regist|modif|creat", re.IGNORECASE)
LONGITUDE = re.compile(
    r"^(?:(?:.*[\W_])?(?:lon|lng|long|longitude|longitud|l(?:ä|ae)ngengrad)(?:[\W_].*)?|x|x_?coord.*)$", re.IGNORECASE
)
LATITUDE = re.compile(r"^(?:(?:.*[\W_])?(?:lat|latitude|latitud|breitengrad)(?:[\W_].*)?|y|y_?coord.*)$", re.IGNORECASE)
OFFENCE = re.compile(
    r"offen[cs]e|crime|delito|crimen|straftat|type|tipo|category|categor|class|descri|primary|ucr|nibrs|iucr|code|natureza",
    re.IGNORECASE,
)
ARREST = re.compile(r"arrest|detain|detention|apprehend|detenid", re.IGNORECASE)
COUNTED = re.compile(
    r"^(?:count|n|number|total|records|events|incidents|deaths|offences|casos|conteo|qtd|quantidade|anzahl|nombre|"
    r"(?:anzahl )?(?:erfasste )?f(?:ä|ae)lle)$",
    re.IGNORECASE,
)
# Headings that may name a count: n_incidents, Anzahl Straftaten, number of crimes, incident_count, total thefts.
NAMES_COUNT = re.compile(
    r"^(?:n|nr|num|number|no|count|total|sum|anzahl|cantidad|numero|número|nombre|qtd|quantidade)(?:[\W_]+(?:of|de|der))?"
    r"[\W_]+\w|[\W_](?:counts?|total|n|anzahl|incidents|crimes|offen[cs]es|cases|f(?:ä|ae)lle)$|"
    r"^(?:counts|crimes|cases|incidencia|thefts|robberies|assaults|homicides)$",
    re.IGNORECASE,
)
# A number of what is no record of an offence, or of the record itself, is no count of records.
NO_COUNT = re.compile(
    r"victim|offender|suspect|person|officer|vehicle|value|amount|loss|cost|age|rate|percent|clear|solved|arrest|"
    r"case[\W_]*(?:no|num)|(?:number|num|no|id|code)$|street|block|house|phone|report",
    re.IGNORECASE,
)
KEY = re.compile(r"id\b|number|num\b|no\b|case|key|folio", re.IGNORECASE)
# Numbers of what is no record, and of rows, which are new in each copy of one.
NO_RECORD = re.compile(
    r"locat|street|grid|addr|place|area|beat|distr|zone|code|house|block|geo|officer|person|offender|victim|suspect|badge|"
    r"phone|postal",
    re.IGNORECASE,
)
# Numbers made of residents, which are none: density, rates, shares, growth, and those who live elsewhere.
NO_RESIDENTS = re.compile(
    r"densit|dichte|(?<![a-z])(?:rate|ratio|sq|per(?![a-z]))|percent|pct|%|share|growth|change|non.?resident|km2",
    re.IGNORECASE,
)
ROW = re.compile(r"^_?(?:object_?id|fid|ogc_fid|gid|index|id|row_?(?:id|no|num|number))_?$", re.IGNORECASE)
