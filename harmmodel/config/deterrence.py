"""What a plan of targeted deterrence must say: one YAML file, read as untrusted input; no person is named in it."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from operator import not_
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from harmmodel.config import characters
from harmmodel.config.reader import Reader
from harmmodel.config.types import Identifier, Positive, Reason, Reference, Share, Strict, Text
from harmmodel.config.written_text import Label
from harmmodel.errors import ConfigError, PlanError

MAIL = re.compile(r"[^\s@]@[^\s@]")  # one letter on each side tells as much as all, and takes no longer on a long text
NUMBER = re.compile(r"\d{4,}")  # of a person, where a role should stand
LONG_NUMBER = re.compile(r"(?:\d[ ()./-]?){7,}")
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
PERSON = re.compile(
    r"\b(?:(?i:mr|mrs|ms|miss|sr|sra|dr|don|doña|señor|señora)\.?\s+[^\W\d_a-z]|(?i:alias|a\.?k\.?a\b|nicknamed|"
    r"born on|date of birth|passport (?:no|number)|also known as))"
)
ROLE_LENGTH = (3, 100)
REVIEW_MONTHS = (12, 36)
LONGEST_DAYS = 731


def _tidy(text: object) -> object:
    """Take stray spaces out before anything is counted, so that what is stored passes again when it is read."""
    if not isinstance(text, str):
        return text
    return " ".join(text.split()) if "\n" not in text else text.strip()


def no_person(plain: str) -> str:
    """Refuse what points at a person: mail, long numbers, a title before a name, an alias."""
    if (hidden := characters.fault(plain)) is not None:
        raise ValueError(hidden)
    if MAIL.search(plain):
        raise ValueError("leave out e-mail addresses; a plan names groups and roles, never a person")
    if LONG_NUMBER.search(DAY.sub("", plain)):
        raise ValueError("leave out numbers of people, telephones and papers; a plan names groups and roles")
    if match := PERSON.search(plain):
        raise ValueError(f"{match.group().strip()!r} points at a person; a plan names groups and roles, never a person")
    return plain


def _identifies(text: str) -> str:
    if NUMBER.search(text):
        raise ValueError("give a role, not a number of a person")
    return no_person(text)


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")]
Role = Annotated[
    str,
    Field(min_length=ROLE_LENGTH[0], max_length=ROLE_LENGTH[1]),
    BeforeValidator(_tidy),
    AfterValidator(_identifies),
]
Words = Annotated[str, Field(min_length=20, max_length=4000), BeforeValidator(_tidy), AfterValidator(no_person)]
Short = Annotated[str, Field(min_length=3, max_length=300), BeforeValidator(_tidy), AfterValidator(no_person)]
# What a reader takes for names of people; whoever writes them confirms that they are of places or groups.
Names = Annotated[tuple[Annotated[str, Field(min_length=3, max_length=100)], ...], Field(max_length=50)]
Level = Literal["low", "medium", "high"]
Kind = Literal["notice", "leader", "lieutenant", "other"]


class Audit(Strict):
    """What a panel of practitioners knows about a group; no roster."""

    group: Code = Field(description="Code of the group in the published run.")
    territory: Short = Field(description="Where it acts, in names of places.")
    violence: Words = Field(description="What violence it uses, against whom, and how that is known.")
    rivals: tuple[Code, ...] = Field(default=(), description="Codes of groups with which it has a feud.")
    allies: tuple[Code, ...] = Field(default=(), description="Codes of groups with which it stands.")
    confidence: Level = Field(description="How sure the panel is.")
    panel: Role = Field(description="The roles in the panel.")
    audited_on: dt.date = Field(description="Day of the audit.")


class IncidentReview(Strict):
    """The review of recent killings and shootings: how many involve groups."""

    from_: dt.date = Field(alias="from", description="First day of the period; 12 to 36 months are reviewed.")
    to: dt.date = Field(description="Last day of the period.")
    incidents: int = Field(ge=0, description="Killings and shootings that were reviewed.")
    group_involved: int = Field(ge=0, description="Those in which a group was involved.")
    unknown: int = Field(ge=0, description="Those of which that is not known.")
    finding: Words = Field(description="Which groups, over what, and how sure that is.")
    reviewers: Role = Field(description="The roles that reviewed.")

    @model_validator(mode="after")
    def _adds_up(self) -> IncidentReview:
        months = (self.to - self.from_).days / 30.4375
        least, most = REVIEW_MONTHS
        if not least - 0.1 <= months <= most + 0.1:
            raise ValueError(f"from, to: the review spans {months:.0f} months; choose {least} to {most} months")
        if self.group_involved + self.unknown > self.incidents:
            raise ValueError(
                "group_involved and unknown together are more than the incidents reviewed. Correct the counts"
            )
        return self


class Partnership(Strict):
    """Who stands behind the plan: three voices, none of which stands for another."""

    enforcement: Role = Field(description="The body that leads enforcement.")
    services: Role = Field(description="The body that leads services.")
    community_voice: Role = Field(description="The body that speaks for the community.")

    @model_validator(mode="after")
    def _three(self) -> Partnership:
        bodies = {self.enforcement.lower(), self.services.lower(), self.community_voice.lower()}
        if len(bodies) < 3:
            raise ValueError("enforcement, services and community_voice must be three different bodies")
        return self


class Promise(Strict):
    """A promise that can be kept: what, by when, with what means, and who controls these has agreed."""

    id: str = Field(pattern=r"^P[1-9][0-9]?$", description="P1, P2 and so on.")
    text: Words = Field(description="What is promised, so that anyone can tell whether it was kept.")
    to: Literal["group", "community"] = Field(description="To whom.")
    due: dt.date = Field(description="Day by which it is to be kept.")
    means: Words = Field(description="With what it can be kept: staff, money, a court, places that exist.")
    agreed_by: Role = Field(description="The body that controls these means and has agreed.")


class OfferedService(Strict):
    """A service that is offered, with places that exist."""

    id: str = Field(pattern=r"^S[1-9][0-9]?$", description="S1, S2 and so on.")
    offer: Words = Field(description="What is offered.")
    places: int = Field(ge=1, le=100_000, description="Places that are funded.")
    provider: Role = Field(description="The body that provides it.")


class Response(Strict):
    """What follows the first violent act after notice."""

    act: Words = Field(description="What counts as a violent act of the group, and who establishes that.")
    answer: Words = Field(description="What follows, within the law, against whom as a group.")
    within_days: int = Field(ge=1, le=90, description="Days within which it follows.")
    lead: Role = Field(description="The body that leads.")
    safeguards: Words = Field(description="What keeps it from falling on families, neighbours and bystanders.")


class Answer(Strict):
    """The answer to a warning sign, and what is done about it."""

    answer: Literal["yes", "no", "unknown"] = Field(description="yes is the warning.")
    response: Annotated[str, Field(max_length=4000), BeforeValidator(_tidy), AfterValidator(no_person)] = Field(
        default="", description="What is done about it; needed for yes and for unknown."
    )

    @field_validator("answer", mode="before")
    @classmethod
    def _as_yaml_reads_it(cls, said: object) -> object:
        """YAML takes a bare yes or no for true or false."""
        return {True: "yes", False: "no"}.get(said, said) if isinstance(said, bool) else said

    @model_validator(mode="after")
    def _responds(self) -> Answer:
        if self.answer != "no" and len(self.response) < 20:
            raise ValueError(f"response: say in at least 20 characters what is done about this {self.answer}")
        return self


class PlannedAction(Strict):
    """An action that is examined before it is taken."""

    kind: Kind = Field(description="notice, leader (removal of a leader), lieutenant (of the second rank), or other.")
    state: str = Field(pattern=r"^[A-Za-z0-9_-]{1,20}$", description="Id of the area where it takes place.")
    groups: tuple[Code, ...] = Field(min_length=1, description="Groups it is aimed at, at the same time.")
    begins: dt.date = Field(description="First day.")
    answers: dict[str, Answer] = Field(description="Answer by warning sign; one that is left out is unknown.")
    approver: Role | None = Field(default=None, description="The second role that approves.")
    justification: Words | None = Field(default=None, description="Why it is done in spite of the warning.")
    monitoring: Words | None = Field(default=None, description="Who watches what afterwards, and when it is stopped.")
    confirmed: Names = Field(
        default=(), description="Names in these texts that are of places or groups, not of people.", exclude_if=not_
    )


class DeterrencePlan(Strict):
    """A plan of targeted deterrence, from the problem to its end."""

    id: Code = Field(description="Code of the plan.")
    place: Code = Field(description="The place whose groups it is about.")
    capacity: int = Field(ge=1, le=20, description="Groups to which promises can be kept at the same time.")
    groups: tuple[Code, ...] = Field(min_length=1, description="The groups chosen, in their order.")
    departure: Words | None = Field(default=None, description="Why other groups than those first by violence.")
    problem: Words = Field(description="The violence that is to fall; never the volume of a market.")
    audits: tuple[Audit, ...] = Field(min_length=1, description="One audit for each group chosen.")
    incident_review: IncidentReview = Field(description="The review of incidents.")
    partnership: Partnership = Field(description="The three partners.")
    message: Words = Field(description="What the groups are told: what will follow violence, and what help there is.")
    promises: tuple[Promise, ...] = Field(min_length=1, max_length=20, description="The ledger of promises.")
    services: tuple[OfferedService, ...] = Field(default=(), max_length=20, description="The offer of services.")
    response: Response = Field(description="The answer to the first violent act after notice.")
    legal: Words = Field(description="The legal basis, and the body that checked it.")
    reviews: tuple[dt.date, ...] = Field(min_length=1, description="Days on which the plan is reviewed.")
    sunset: dt.date = Field(description="Day on which it ends unless a new plan is made; at most two years away.")
    role: Role = Field(description="The role that records the plan.")
    consulted: tuple[Role, ...] = Field(min_length=1, description="Who was consulted.")
    reason: Words = Field(description="Why this plan.")
    confirmed: Names = Field(
        default=(), description="Names in these texts that are of places or groups, not of people.", exclude_if=not_
    )
    action: PlannedAction | None = Field(default=None, description="The action that the backfire check examines.")

    @field_validator("groups", "consulted")
    @classmethod
    def _once(cls, said: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(said)) != len(said):
            raise ValueError("one entry is named twice. Keep one of the two")
        return said

    @model_validator(mode="after")
    def _consistent(self) -> DeterrencePlan:
        if len(self.groups) > self.capacity:
            raise ValueError(
                f"groups: {len(self.groups)} are chosen, and the capacity is {self.capacity}. Choose fewer groups"
            )
        if sorted(audit.group for audit in self.audits) != sorted(self.groups):
            raise ValueError("audits: give one for each group chosen, and for no other")
        for name, items in (("promises", self.promises), ("services", self.services)):
            if len({item.id for item in items}) != len(items):
                raise ValueError(f"{name}: an id is given twice. Give each entry an id of its own")
        late = [promise.id for promise in self.promises if promise.due > self.sunset]
        if late:
            raise ValueError(
                f"promises: {', '.join(late)} would fall due after the sunset, when nobody answers for promises. "
                "Choose an earlier day or a later sunset"
            )
        if max(self.reviews) > self.sunset:
            raise ValueError("reviews: the last one lies after the sunset. Choose an earlier day or a later sunset")
        if self.action and not set(self.action.groups) <= set(self.groups):
            raise ValueError(
                "action: it is aimed at a group that the plan does not choose. Aim it at a group of the plan"
            )
        return self


def read_plan(path: Path) -> DeterrencePlan:
    """Read a plan from a YAML file.

    Raises
    ------
    PlanError
        With every fault of the file.
    """
    reader = Reader(path.parent)
    plan = reader.model(path, DeterrencePlan)
    if plan is None:
        listed = "\n".join(f"  {fault}" for fault in reader.faults)
        raise PlanError(f"The plan in {path.name} has faults. Correct them and try again:\n{listed}")
    return plan


FILE = "backfire.yaml"
Status = Literal["published", "read", "judgement"]
SignId = Annotated[str, Field(pattern=r"^B[1-9][0-9]?$")]
Asked = Literal["approver", "justification", "monitoring"]
EffectId = Literal["leader", "lieutenant", "notice"]


class Sourced(Strict):
    """What every assumption says about itself."""

    status: Status = Field(
        description="published: the size is in the source. read: its direction is. judgement: neither."
    )
    why: Reason = Field(description="The reason, for those who will ask.")
    references: tuple[Reference, ...] = Field(min_length=1, description="Where it can be checked.")


class Sign(Sourced):
    """A warning sign and the points it adds."""

    id: SignId = Field(description="B1, B2 and so on; stands in plans and in the journal, so it is never reused.")
    label: Label = Field(description="Shown to users, in a few words.")
    question: str = Field(pattern=r"\?$", max_length=300, description="What is asked; yes is the warning.")
    points: int = Field(ge=1, le=10, description="Added to the score when the answer is yes.")


class Band(Strict):
    """A range of scores and what it asks for before the action."""

    id: Identifier = Field(description="Name in files and in the journal.")
    label: Label = Field(description="Name shown to users.")
    least: int = Field(ge=0, description="Smallest score of the band.")
    approver: bool = Field(description="True: a second role must approve.")
    justification: bool = Field(description="True: a written justification is needed.")
    monitoring: bool = Field(description="True: a plan for monitoring is needed.")

    @property
    def asks(self) -> tuple[Asked, ...]:
        """What the band asks for."""
        given: dict[Asked, bool] = {
            "approver": self.approver,
            "justification": self.justification,
            "monitoring": self.monitoring,
        }
        return tuple(name for name, is_asked in given.items() if is_asked)


class Effect(Sourced):
    """By what ratio events change after a kind of action."""

    id: EffectId = Field(description="The kind of action.")
    label: Label = Field(description="Name shown to users.")
    centre: Positive = Field(description="Middle of the ratio of events; 1 is no change.")
    spread: Positive = Field(description="Standard deviation of the ratio's logarithm.")
    months: int = Field(ge=1, le=60, description="How long it is taken to last.")


class Spillover(Sourced):
    """How far a change reaches adjacent places."""

    reach: tuple[Share, Share] = Field(description="Log of the ratio next door where the boundary is contested.")

    @model_validator(mode="after")
    def _rising(self) -> Spillover:
        if not self.reach[0] <= self.reach[1]:
            raise ValueError("reach: the first value must not be above the second")
        return self


class Monitoring(Sourced):
    """What counts as a change after the action."""

    ratio: float = Field(gt=1, le=10, description="The rise to be found quickly.")
    limit: float = Field(gt=0, le=50, description="Sum of evidence at which an alarm is given.")
    baseline_months: int = Field(ge=6, le=240, description="Months before the action that say what is usual.")


class Backfire(Strict):
    """Everything the backfire check assumes. ``config/backfire.yaml``."""

    version: Text = Field(description="Name and number of these assumptions; raise it when a value changes.")
    transfer: Reason = Field(description="How far the findings carry to another setting; stands beside every fan.")
    signs: tuple[Sign, ...] = Field(min_length=1, description="The warning signs, in order.")
    bands: tuple[Band, ...] = Field(min_length=2, description="From the least score up.")
    effects: tuple[Effect, ...] = Field(min_length=1, description="One for each kind of action that has a source.")
    spillover: Spillover = Field(description="Adjacent places.")
    monitoring: Monitoring = Field(description="The watch that is kept afterwards.")

    @model_validator(mode="after")
    def _consistent(self) -> Backfire:
        for name, items in (("signs", self.signs), ("bands", self.bands), ("effects", self.effects)):
            if len({item.id for item in items}) != len(items):
                raise ValueError(f"{name}: an id is given twice. Give each entry an id of its own")
        least = [band.least for band in self.bands]
        if least[0] != 0 or least != sorted(set(least)):
            raise ValueError("bands: they must start at 0 and rise. Correct the least score of each band")
        asks = [set(band.asks) for band in self.bands]
        if any(not lower <= higher for lower, higher in pairwise(asks)):
            raise ValueError("bands: a higher band must ask for all that a lower one asks for")
        return self

    @property
    def points(self) -> dict[str, int]:
        """Points by sign."""
        return {sign.id: sign.points for sign in self.signs}

    def band(self, score: int) -> Band:
        """Return the band in which a score lies."""
        return next(band for band in reversed(self.bands) if band.least <= score)


def load_backfire(project: Path) -> tuple[Backfire, str]:
    """Read the assumptions and the hash of their file.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    reader = Reader(project)
    path = project / "config" / FILE
    backfire = reader.model(path, Backfire)
    if backfire is None:
        raise ConfigError("\n".join(reader.faults))
    return backfire, reader.hashes[reader.name(path)]
