"""What in a text points at a person. Every pattern is linear and is asked of texts whose length was checked before."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from harmmodel.writing.given_names import is_given_name
from harmmodel.writing.letters import Readable, readable
from harmmodel.writing.vocabulary import is_known

MOST = 100  # pieces of one text
LONGEST = 20_000  # characters that are looked at; a type that takes more checks its length first
Style = str  # "text": sentences; "label": a name or a role, in which no number and no day stands


@dataclass(frozen=True)
class Finding:
    """A piece of a text that points at a person, by which rule, and what to write instead."""

    rule: str
    piece: str
    remedy: str

    @property
    def may_be_confirmed(self) -> bool:
        """Whether the writer may say that it is the name of a place or a group; nothing else can be confirmed."""
        return self.rule == LIKELY_NAME

    def __str__(self) -> str:
        """Say which rule it breaks, and the remedy."""
        return f"{self.piece!r} is {self.rule}. {self.remedy}"


TITLED = "a title before a name"
BORN = "a name with a date of birth"
ADDRESS = "an address"
LIKELY_NAME = "perhaps the name of a person"
CONFIRM = "Write a role, a place or the code of a group, or confirm that it names a place or a group"
ROLE = "Write a role, a body or the code of a group"
OF_A_FACTION = "Leave the year out, or write 'faction of' before the year of a group"
LEAVE = "Leave it out; name a role, a place or the code of a group"

# Years in which people who are written about may be born. The year of a split or a law stands after a word.
_YEAR = r"(?:19\d\d|200\d|201[0-5])"
_DAY = r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./-]\d{1,2}[./-]\d{1,2})"
_MONTH = (
    r"(?:jan|feb|fev|mar|apr|abr|avr|may|mai|jun|jul|aug|ago|aou|sep|set|oct|okt|out|nov|dec|dez|dic|ene|juin|juil)"
    r"[a-z]{0,7}"
)
_LONG_DAY = (
    rf"(?:\d{{1,2}}\.?(?:st|nd|rd|th|er)?\s{{1,2}}(?:(?i:de|of)\s)?(?i:{_MONTH})|(?i:{_MONTH})\s{{1,2}}\d{{1,2}})"
    r"(?:,?\s{1,2}(?:(?i:de)\s)?\d{4})?"
)
# Titles that stand before a name alone; those of the second list also before a place or an office.
_TITLE = re.compile(
    r"\b(?:(?:(?i:mr|mrs|mme|mlle|srta|sra)\.?\s{1,3}(?=[A-Za-z][a-z'-]))"
    r"|(?:(?i:ms|mx|miss|dr|dra|drs|prof|sr|don|dona|senor|senora|senorita|senhor|senhora|herrn?|frau|fraulein|"
    r"monsieur|madame|mademoiselle|maitre|sir|dame|rev|lic|ing)\.?\s{1,3}(?=[A-Z]))"
    r"|(?:M\.\s{0,3}(?=[A-Z][a-z])))([A-Za-z][\w.'-]{0,40}(?:\s[A-Z][\w.'-]{0,40}){0,2})"
)
_RANK = re.compile(
    r"\b(?i:officer|detective|sergeant|sgt|constable|inspector|lieutenant|captain|capt|agent|agente|oficial|"
    r"comandante|capitan|teniente|sargento|inspecteur|inspectrice|commissaire|brigadier|gendarme|kommissar|"
    r"kommissarin|polizist|polizistin|wachtmeister|delegado|soldado|inspetor|capitao|tenente)\.?\s{1,3}"
    r"([A-Z][a-z'-]{1,40}|[A-Z]{3,40})\b"
)
_ALIAS = re.compile(
    r"\b(?i:alias|a\.?k\.?a\b\.?|nicknamed|also known as|apodad[oa]|surnommee?|alcunha|spitzname)(?:\s{1,3}\S{1,40})?"
)
BIRTH = re.compile(
    r"\b(?i:date of birth|born (?:on|in \d)|d\.?o\.?b\b|fecha de nacimiento|date de naissance|geburtsdatum|"
    r"data de nascimento)(?:[^\w\n]{1,3}\w{1,20}){0,3}"
    r"|\b(?i:born|nacid[oa]|nacio|geboren|geb\.|nee?|nascid[oa]|nasceu|b\.)"
    r"(?:\s{1,3}(?i:on|in|el|en|am|im|le|em|the|de|a|um)){0,2}[\s:]{1,3}"
    rf"(?:{_DAY}|{_LONG_DAY}|{_YEAR}\b)"
    rf"|\*\s?(?:{_DAY}|{_YEAR}\b)"
)
_PAPERS = re.compile(
    r"\b(?:[A-Za-z]{4}\d{6}[HMXhmx][A-Za-z]{5}\w\d|[A-Za-z&]{3,4}\d{6}[A-Za-z0-9]{3}"  # CURP, RFC
    r"|\d{8}[ -]?[A-Za-z]|[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]"  # DNI, NIE
    r"|[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]"  # NINO
    r"|\d{3}-\d{2}-\d{4}|\d{3}\.\d{3}\.\d{3}-\d\d"  # SSN, CPF
    r"|[12] ?\d\d ?\d\d ?\d[\dABab] ?\d{3} ?\d{3}(?: ?\d\d)?)\b"  # NIR
)
_MIX = re.compile(r"(?<![\w-])[A-Za-z0-9]{8,40}(?![\w-])")
_BADGE = re.compile(
    r"\b(?i:badge|shield|(?:shoulder|collar|warrant|employee|payroll|passport|licence|license|plate)(?: card)?|placas?|"
    r"gafete|matricula|matricule|dienstnummer|dienstausweis|ausweis|personalnummer|cracha|distintivo|pasaporte|"
    r"passeport|reisepass|passaporte|numero de (?:empleado|agente)|cedula|dni|curp|rfc|cpf|nif|ssn)"
    r"(?i:\s{0,2}(?:no|nr|num|number|numero|nummer|n|id)\b)?[\s:.#°º]{0,4}(?:[A-Za-z]{1,3}\s)?(?=[A-Za-z-]{0,6}\d)[A-Za-z0-9-]{2,20}\b"
)
# Days and periods, which are no numbers of people.
_PERIOD = re.compile(
    r"(?<![\d./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|(?:19|20)\d\d\s?[-/]\s?(?:(?:19|20)\d\d|\d\d))(?![./-]?\d)"
)
_LONG = re.compile(r"\+?(?:\d[ ()./-]{0,2}){6,24}\d")
_MAIL = re.compile(r"\S{0,60}[^\s@]@[^\s@]\S{0,60}|\w{1,40}\s?[\[(](?i:at|arroba)[\])]\s?\w{1,40}|@[A-Za-z_]\w{1,40}")
_STREETS = (
    # 12 High Street; the words before the street begin with a capital, or are those of any town
    r"\b(?!(?:199\d|20[0-3]\d) )\d{1,5}[A-Za-z]?,? (?:(?:[A-Z][\w.'-]{0,30}|[NSEW]\.?|"
    r"(?i:high|main|church|station|old|new)) ){1,3}"
    r"(?:(?i:street|road|avenue|lane|boulevard|crescent|terrace)|St|ST|Rd|RD|Ave|AVE|Ln|Dr|DR|Ct|Pl|PL|Blvd|BLVD|Drive|"
    r"Close|Court|Place|Way|Square|Gardens|Row|Mews)\b\.?",
    r"\b(?i:calle|avenida|av\.|ave\.|callejon|paseo|camino|carretera|privada|calzada|rua|travessa|praca|largo|estrada|"
    r"alameda|rodovia|plaza) (?:(?:[A-Z][\w.'-]{0,30}|(?i:de|del|la|las|los|da|do|das|dos|e|y)) ){0,5}"
    r"[A-Z][\w.'-]{0,30},? (?:(?i:no|num|numero|n)\.?[°º]? ?|# ?)?(?!(?:19|20)\d\d\b)\d{1,5}\b",
    r"\b\d{1,4}(?: ?(?i:bis|ter))?,? (?i:rue|avenue|boulevard|chemin|allee|impasse|quai|cours|place|route) "
    r"(?:(?i:de|du|des|la|le|les) |(?i:d'|l')){0,2}[A-Z][\w'-]{1,30}",
    r"\b[A-Z][\w-]{1,40}(?:strasse|str\.|gasse|allee|weg|damm|ufer|platz) \d{1,4}[a-z]?\b(?! (?:Uhr|\d))",
    r"\b(?:[A-Z][\w-]{1,30} )(?:Strasse|Str\.|Gasse|Allee|Weg|Damm|Ufer|Platz) \d{1,4}[a-z]?\b(?! Uhr)",
)
_STREET = re.compile("|".join(_STREETS))
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'-]{0,60}\.?")
SHORTEST_IN_CAPITALS = 3  # letters of an acronym
_NUMBER = re.compile(r"\d{4,}")
_YEAR_OF_A_LABEL = re.compile(r"(?:19|20)\d\d")
_AFTER_NAME = re.compile(rf"[\s,;(*]{{1,4}}(?:(?i:b|geb|n)\.\s?)?(?:{_YEAR}\b(?![-/–]\d)|{_DAY}|{_LONG_DAY})")
# Small words inside names, and those before the name of a saint, after whom a place is called.
_SMALL_WORDS = "de del la las los da do das dos di du van von der den zu y e i le ter bin al el"
_BEFORE_SAINTS = "san santa santo sao saint sainte st ste sankt"
_PARTICLES = frozenset(_SMALL_WORDS.split())
_SAINTS = frozenset(_BEFORE_SAINTS.split())


def findings(source: str, style: Style = "text", known: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return what in a text points at a person, in the order of the rules.

    Parameters
    ----------
    style : "text" for sentences; "label" for a name or a role, where also numbers and days are refused
    known : labels that are known to be of places and groups, and names that the writer confirmed
    """
    text = readable(source[:LONGEST])
    found = [finding for rule in _RULES for finding in rule(text)]
    if style == "label":
        found += _numbers(text)
    found += _names(text, style, {_words(label) for label in known})
    kept: list[Finding] = []
    for one in found[:MOST]:  # what lies inside a piece that was told already is not told again
        if not any(one.piece in other.piece for other in kept):
            kept.append(one)
    return tuple(kept)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_bare(match.group()) for match in _TOKEN.finditer(readable(text).text))


def _matches(pattern: re.Pattern[str], rule: str, remedy: str) -> Callable[[Readable], Iterator[Finding]]:
    def ask(text: Readable) -> Iterator[Finding]:
        for match in pattern.finditer(text.text):
            yield Finding(rule, text.piece(*match.span()), remedy)

    return ask


def _titles(text: Readable) -> Iterator[Finding]:
    for pattern in (_TITLE, _RANK):
        for match in pattern.finditer(text.text):
            if not is_known(match.group(1).split()[0]):
                yield Finding(TITLED, text.piece(*match.span()), ROLE)


def _mixes(text: Readable) -> Iterator[Finding]:
    for match in _MIX.finditer(text.text):
        word = match.group()
        if sum(c.isdigit() for c in word) >= 4 and any(c.isalpha() for c in word):
            yield Finding("a number as papers of people have it", text.piece(*match.span()), LEAVE)


def _long_numbers(text: Readable) -> Iterator[Finding]:
    plain = _PERIOD.sub(lambda match: "x" * len(match.group()), text.text)  # the length stays, so that pieces are right
    for match in _LONG.finditer(plain):
        if sum(c.isdigit() for c in match.group()) >= 7:
            yield Finding("a number of a telephone, a paper or a point", text.piece(*match.span()), LEAVE)


def _numbers(text: Readable) -> Iterator[Finding]:
    for match in _NUMBER.finditer(text.text):
        if not _YEAR_OF_A_LABEL.fullmatch(match.group()):
            yield Finding(
                "a number as people have it", text.piece(*match.span()), "Leave it out; write a name in words"
            )
    for match in re.finditer(rf"\b{_DAY}\b", text.text):
        yield Finding("a day, as of a birth", text.piece(*match.span()), "Leave it out; a year is enough")


_RULES: tuple[Callable[[Readable], Iterator[Finding]], ...] = (
    _titles,
    _matches(_ALIAS, "another name of a person", ROLE),
    _matches(BIRTH, "a date of birth", "Leave it out; ages and births are of people"),
    _matches(_MAIL, "an address of e-mail or of an account", LEAVE),
    _matches(_PAPERS, "a number as papers of people have it", LEAVE),
    _mixes,
    _matches(_BADGE, "a number of a person or a vehicle", ROLE),
    _long_numbers,
    _matches(_STREET, ADDRESS, "Leave it out; name an area, a block or a kind of place"),
)


def _names(text: Readable, style: Style, known: Collection[tuple[str, ...]]) -> Iterator[Finding]:
    for start, end in _likely(text, style, known):
        if match := _AFTER_NAME.match(text.text, end):
            whole = text.piece(start, match.end())
            yield Finding(BORN, whole, OF_A_FACTION)
        else:
            yield Finding(LIKELY_NAME, text.piece(start, end), CONFIRM)


def _likely(text: Readable, style: Style, known: Collection[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Return where likely names start and end: two or more words with a capital, side by side, that are not known."""
    tokens = list(_TOKEN.finditer(text.text))
    covered = _covered([_bare(token.group()) for token in tokens], known)
    # A label without any capital, as a hurried writer types it, is a name only where a given name is in it.
    is_low = style == "label" and text.text == text.text.lower()
    is_high = text.text == text.text.upper()
    between = (" ", "  ", ", ") if style == "label" else (" ", "  ")
    part: list[re.Match[str]] = []
    for at, token in enumerate(tokens):
        follows = bool(part) and text.text[part[-1].end() : token.start()] in between
        if at not in covered and follows and token.group() in _PARTICLES:
            part.append(token)
            continue
        belongs = at not in covered and (is_low or _has_capital(token.group())) and _may_name(token.group(), part)
        if not (belongs and follows):
            yield from _judged(part, is_high=is_high)
            part = []
        if belongs and (part or not is_known(token.group()) or _bare(token.group()) in _SAINTS):
            part.append(token)
    yield from _judged(part, is_high=is_high)


def _covered(words: list[str], known: Collection[tuple[str, ...]]) -> set[int]:
    """Return the places of words that are part of a known label."""
    wanted = set(known)
    return {
        at + step
        for size in {len(label) for label in wanted if label}
        for at in range(len(words) - size + 1)
        if tuple(words[at : at + size]) in wanted
        for step in range(size)
    }


def _bare(word: str) -> str:
    return word.casefold().strip(".'-")


def _has_capital(word: str) -> bool:
    """Whether a word is written as names are: an initial, a capital and small letters, or three capitals and more."""
    bare = word.strip(".'-")
    if len(bare) < 2:
        return bare.isupper() and word.endswith(".")
    return bare[0].isupper() and (bare != bare.upper() or len(bare) >= 3)


def _may_name(word: str, before: list[re.Match[str]]) -> bool:
    """Whether a word may be part of a name: one that is not known, or any after a given name, as in Jane Hill."""
    last = next((token.group() for token in reversed(before) if token.group() not in _PARTICLES), "")
    is_after = is_given_name(last)
    return not is_known(word) or _bare(word) in _SAINTS or is_after


def _judged(part: list[re.Match[str]], *, is_high: bool) -> Iterator[tuple[int, int]]:
    while part and part[-1].group() in _PARTICLES:
        part = part[:-1]
    words = [token.group() for token in part if token.group() not in _PARTICLES]
    full = [word for word in words if len(_bare(word)) > 1]
    # Words in one case, where the text is not, are acronyms or common words unless a given name is among them.
    is_long = any(len(word) > SHORTEST_IN_CAPITALS for word in full)
    is_plain = any(map(_is_mixed, full)) or (is_high and is_long)
    if len(words) < 2 or _bare(words[0]) in _SAINTS or not (is_plain or any(map(is_given_name, full))):
        return
    yield part[0].start(), part[-1].end()


def _is_mixed(word: str) -> bool:
    return word != word.upper() and word != word.lower()


def has_title(plain: str) -> bool:
    """Say whether a title stands before a name in a plain text."""
    return next(_titles(Readable(plain, plain, range(len(plain)))), None) is not None


def has_birth(plain: str) -> bool:
    """Say whether a birth is told in a plain text, by its word or by a day or year right after a likely name."""
    if BIRTH.search(plain):
        return True
    text = Readable(plain, plain, range(len(plain)))
    has_digit = any(letter.isdigit() for letter in plain)
    return has_digit and any(_AFTER_NAME.match(plain, end) for _, end in _likely(text, "label", ()))


def has_address(plain: str) -> bool:
    """Say whether a street with a number stands in a plain text."""
    return _STREET.search(plain) is not None


def may_be_a_full_name(plain: str) -> bool:
    """Say whether a whole value in plain letters looks like the name of a person, by its capitals and words alone.

    >>> [may_be_a_full_name(v) for v in ("Oleksandra Kowalska", "North Lawndale", "ROBBERY")]
    [True, False, False]
    """
    text = Readable(plain, plain, range(len(plain)))
    return len(plain) <= LONGEST_NAME and any(plain[a:b] == plain for a, b in _likely(text, "label", ()))


LONGEST_NAME = 100
_NAME = re.compile(r"[A-Za-z][A-Za-z'-]*\.?(?:,? [A-Za-z][A-Za-z'-]*\.?){1,5}")


def is_a_full_name(plain: str) -> bool:
    """Say whether a whole value in plain letters is a name: two words or more, the first or last a given name.

    >>> [is_a_full_name(v) for v in ("JUAN PEREZ", "Doe, Jane", "doe jane", "Lincoln Park", "St. James")]
    [True, True, True, False, False]
    """
    if len(plain) > LONGEST_NAME or not _NAME.fullmatch(plain):
        return False
    words = [_bare(word.strip(",")) for word in plain.split() if word not in _PARTICLES]
    if len(words) < 2 or words[0] in _SAINTS:
        return False
    return is_given_name(words[0]) or is_given_name(words[-1]) or ("," in plain and is_given_name(words[1]))
