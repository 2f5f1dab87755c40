"""All that ``config/`` says about one place, as one frozen value; the checks and the loader stand above it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from harmmodel.config.activities import ActivityConfig
from harmmodel.config.disparity import DisparityScheme
from harmmodel.config.groups import GroupIndicator, GroupScheme
from harmmodel.config.passport import Passport
from harmmodel.config.place import Place
from harmmodel.config.rows.crosswalk import CrosswalkRow, TextRow
from harmmodel.config.types import Goalposts, Indicator, Policy, Scheme, WeightSet
from harmmodel.config.validation import ValidationScheme
from harmmodel.errors import ConfigError


@dataclass(frozen=True)
class Config:
    """Everything ``config/`` says about one place.

    ``digest`` is of the files and of ``asked_as_of``, the day asked for instead of the config's, if one was.
    """

    scheme: Scheme
    policy: Policy
    place: Place
    passports: dict[str, Passport]
    crosswalk: tuple[CrosswalkRow, ...]
    core_sql: dict[str, str]
    reduce_sql: dict[str, str]
    digest: str
    place_digest: str
    files_digest: str = ""
    asked_as_of: dt.date | None = None
    texts: tuple[TextRow, ...] = ()
    weight_sets: dict[str, WeightSet] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    goalposts: dict[str, Goalposts] = field(default_factory=dict)
    activities: ActivityConfig | None = None
    groups: GroupScheme | None = None
    group_indicators: dict[str, GroupIndicator] = field(default_factory=dict)
    disparity: DisparityScheme | None = None
    validation: ValidationScheme | None = None

    @property
    def method_digest(self) -> str:
        """The hash of the files alone, whatever day was asked for."""
        return self.files_digest or self.digest

    @property
    def group_scheme(self) -> GroupScheme:
        """The method of the group lens; only places that feed it have one."""
        if self.groups is None:
            raise ConfigError(f"{self.place.id} feeds no groups, so it has no scheme for them")
        return self.groups

    @property
    def weight_set(self) -> WeightSet:
        """The offence weight set in force."""
        return self.weight_sets[self.scheme.weight_set]

    @property
    def listed_indicators(self) -> list[Indicator]:
        """The indicators of areas that the place lists and that exist, by id."""
        return [self.indicators[name] for name in sorted(self.place.indicators) if name in self.indicators]

    @property
    def listed_group_indicators(self) -> list[GroupIndicator]:
        """The group indicators that the place lists and that exist, in its order."""
        listed = self.place.groups.indicators if self.place.groups else ()
        return [self.group_indicators[n] for n in listed if n in self.group_indicators]

    @property
    def kinds(self) -> dict[str, str]:
        """What enforcement is about, by the code of the crosswalk; codes of no kind are left out."""
        return {row.code: row.kind for row in self.crosswalk if row.kind}
