"""Numbers of people's papers that tell themselves: by a shape that nothing else has, or by their check digits."""

from __future__ import annotations

import re

_CURP = re.compile(
    r"\b[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[HMX][A-Z]{5}[A-Z0-9]\d\b", re.IGNORECASE
)
_RFC = re.compile(r"\b[A-ZÑ&]{4}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[A-Z0-9]{3}\b", re.IGNORECASE)
_NINO = re.compile(
    r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b", re.IGNORECASE
)
_SSN = re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}\b")
_CPF = re.compile(r"\b(\d{3})\.(\d{3})\.(\d{3})-(\d\d)\b")
_DNI = re.compile(r"\b(\d{8})[ -]?([A-Z])\b", re.IGNORECASE)
_NIE = re.compile(r"\b([XYZ])[ -]?(\d{7})[ -]?([A-Z])\b", re.IGNORECASE)
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def holds_a_paper(text: str) -> bool:
    """Say whether a number of a paper stands in a text, of a shape that hardly anything else has.

    >>> [holds_a_paper(t) for t in ("CURP PEGJ870412HDFRMN09", "DNI 12345678Z", "beat 0111", "E01011949")]
    [True, True, False, False]
    """
    if any(shape.search(text) for shape in (_CURP, _RFC, _NINO, _SSN)):
        return True
    return (
        any(_is_cpf("".join(match.groups())) for match in _CPF.finditer(text))
        or any(_letter(int(match[1])) == match[2].upper() for match in _DNI.finditer(text))
        or any(_letter(int(f"{'XYZ'.index(m[1].upper())}{m[2]}")) == m[3].upper() for m in _NIE.finditer(text))
    )


def is_a_paper(text: str) -> bool:
    """Say whether bare digits carry the check digits of a paper; by chance one in ten and fewer do, so ask of many.

    >>> [is_a_paper(t) for t in ("52998224725", "86095742719", "17031839100")]
    [True, True, False]
    """
    digits = re.sub(r"[ .-]", "", text.strip())
    if not digits.isdigit() or not digits.isascii():
        return False
    if len(digits) == 11:
        return _is_cpf(digits) or _is_tax_id(digits)
    if len(digits) == 15:
        return 97 - int(digits[:13]) % 97 == int(digits[13:])
    return len(digits) == 16 and _luhn(digits)


def _letter(number: int) -> str:
    return _LETTERS[number % 23]


def _is_cpf(digits: str) -> bool:
    def check(length: int) -> int:
        total = sum(int(digit) * (length + 1 - at) for at, digit in enumerate(digits[:length]))
        return total * 10 % 11 % 10

    return len(set(digits)) > 1 and (check(9), check(10)) == (int(digits[9]), int(digits[10]))


def _is_tax_id(digits: str) -> bool:
    """Whether digits are a German tax number: one digit stands twice or three times, and the last one checks."""
    if digits[0] == "0" or len(set(digits[:10])) not in (8, 9):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(digits)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
