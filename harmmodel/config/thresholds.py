"""Types of ``config/thresholds/`` and ``config/threshold_lab.yaml``, loaded apart from places: no run needs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from harmmodel.config.reader import Model, Reader, yaml_nodes
from harmmodel.config.types import Identifier, Positive, Reason, Share, Strict, Text
from harmmodel.config.written_text import Label
from harmmodel.errors import ConfigError


@dataclass
class LinedReader(Reader):
    """Reads as ``Reader`` does and adds the line to what is wrong with a value."""

    _text: str = ""

    def text(self, path: Path) -> str | None:
        """Return the file as text and keep it, so that a fault can be led back to its line."""
        text = super().text(path)
        self._text = text or ""
        return text

    def _validated(self, name: str, content: dict[Any, Any], type_: type[Model]) -> Model | None:
        try:
            return type_.model_validate(content)
        except ValidationError as error:
            root = yaml_nodes(self._text)
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
                message = fault["msg"].removeprefix("Value error, ")
                line = line_of(root, fault["loc"])
                self.faults.append(f"{name} line {line}: {where + ': ' if where else ''}{message}")
        except RecursionError:
            self.faults.append(f"{name}: nested too deeply")
        return None


def line_of(root: Any, path: Sequence[int | str]) -> int:
    r"""Line of the value at *path* below *root*; of the nearest thing above it where there is no such value.

    Examples
    --------
    >>> line_of(yaml_nodes("a: 1\nb:\n  - c: 2\n"), ("b", 0, "c")), line_of(yaml_nodes("a: 1\nb: 2\n"), ("d",))
    (3, 1)
    """
    node, line = root, root.start_mark.line + 1 if root is not None else 1
    for part in path:
        child = None
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if getattr(pair[0], "value", None) == str(part)), None)
            if pair is not None:
                line, child = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line + 1
        if child is None:
            break
        node = child
    return line


FOLDER = "thresholds"
SETTINGS = "threshold_lab.yaml"
Substance = Literal[
    "heroin",
    "cocaine",
    "methamphetamine",
    "amphetamine",
    "mdma",
    "cannabis_herb",
    "cannabis_resin",
    "opium",
    "ketamine",
    "lsd",
    "psilocybin",
]


class QuantitySource(Strict):
    """Where the quantities stand, or for an unverified rule where they must be checked."""

    title: Text = Field(description="Work or page, and the part that is meant.")
    href: str = Field(pattern=r"^https?://[^\s<>\"']+$", description="Public address.")
    kind: Literal["law", "official", "secondary", "to check"] = Field(
        description="law: the text itself or its translation; official: a public body; to check: nobody read it yet."
    )


class QuantityRule(Strict):
    """Threshold quantities that share instrument, meaning, period, source and status."""

    instrument: Text = Field(description="Law, decree, directive or judgment that sets the quantities.")
    nature: Literal["decriminalised", "presumption", "guideline", "severity"] = Field(
        description="Up to it no crime; own use or supply presumed; a guide to discretion; beyond it a graver offence."
    )
    weight_basis: Literal["total", "pure", "unknown"] = Field(
        description="total: the substance as sold; pure: its active principle; unknown: not stated where we looked."
    )
    legal_level: Literal["law", "decree", "court", "prosecutor guideline", "exemption", "unknown"] = Field(
        description="At which level of law the quantities stand."
    )
    from_: dt.date | None = Field(alias="from", description="First day in force; empty only where unverified.")
    to: dt.date | None = Field(default=None, description="First day no longer in force; left out while in force.")
    limit: Literal["up to", "less than"] = Field(
        default="up to", description="Whether the quantity itself is still below the threshold."
    )
    together: bool = Field(default=False, description="True: one quantity for all substances of the rule together.")
    days: Positive | None = Field(default=None, description="How many days of use the quantity stands for, if said.")
    quantities: dict[Substance, Positive] = Field(min_length=1, description="Grams for each substance.")
    note: Text | None = Field(default=None, description="What the numbers alone do not tell.")
    source: QuantitySource = Field(description="Where the quantities stand.")
    status: Literal["verified", "unverified"] = Field(
        description="verified: read beside the source by someone. Unverified rows reach no official export."
    )
    checked_on: dt.date | None = Field(default=None, description="Day on which they were read beside the source.")
    checked_by: Text | None = Field(default=None, description="The role that did so, never a person's name.")
    review_due: dt.date = Field(description="Until then the check holds; later the rule counts as unverified.")
    consulted: tuple[Text, ...] = Field(description="Who was consulted, people who use drugs among them; [] = nobody.")

    @model_validator(mode="after")
    def _verified_means_checked(self) -> QuantityRule:
        if self.status == "verified":
            if self.checked_on is None or self.checked_by is None:
                raise ValueError("a verified rule needs checked_on and checked_by")
            if self.source.kind == "to check":
                raise ValueError("a verified rule needs a source that was read, and its kind is still 'to check'")
            if self.from_ is None:
                raise ValueError("a verified rule needs the day from which it holds")
            if self.review_due <= self.checked_on:
                raise ValueError("review_due must lie after checked_on")
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise ValueError(f"the period ends on {self.to}, which is not after its start on {self.from_}")
        return self


class Jurisdiction(Strict):
    """The threshold quantities of one jurisdiction. One file in ``config/thresholds/``."""

    id: Identifier = Field(description="Equals the file name: the lower-case English name.")
    label: Label = Field(min_length=3, max_length=60, description="Name shown to users.")
    # The least number is checked below: Field(min_length=1) would add a second, wrong fault to a rule that has one.
    rules: tuple[QuantityRule, ...] = Field(
        json_schema_extra={"minItems": 1}, description="Rules, past ones too; never edit an old one."
    )

    @field_validator("rules")
    @classmethod
    def _one_at_a_time(cls, rules: tuple[QuantityRule, ...]) -> tuple[QuantityRule, ...]:
        if not rules:
            raise ValueError("give at least one rule")
        for n, rule in enumerate(rules):
            for other in rules[n + 1 :]:
                both = sorted(rule.quantities.keys() & other.quantities.keys())
                if both and rule.nature == other.nature and _overlap(rule, other):
                    raise ValueError(
                        f"two rules of nature {rule.nature} hold for {both[0]} at one time; end one with 'to'"
                    )
        return rules


def _overlap(rule: QuantityRule, other: QuantityRule) -> bool:
    first, last = dt.date.min, dt.date.max
    return (rule.from_ or first) < (other.to or last) and (other.from_ or first) < (rule.to or last)


class Group(Strict):
    """People who hold more than others do for reasons that are not supply."""

    id: Identifier = Field(description="Name in files and addresses.")
    label: Label = Field(description="Name shown to users.")
    factor: tuple[Positive, Positive] = Field(description="How many times as much they hold, lowest and highest.")
    why: Reason = Field(description="Why they hold more, and where the factor comes from.")

    @field_validator("factor")
    @classmethod
    def _ordered(cls, factor: tuple[float, float]) -> tuple[float, float]:
        if factor[0] > factor[1]:
            raise ValueError("give the lowest factor first")
        return factor


class Spread(Strict):
    """Median and 90th percentile of what people hold, in grams."""

    median: Positive = Field(description="Half of the people hold more, in grams.")
    p90: Positive = Field(description="One person in ten holds more, in grams.")

    @model_validator(mode="after")
    def _ordered(self) -> Spread:
        if self.p90 <= self.median:
            raise ValueError("p90 must be above the median")
        return self


class LabSettings(Strict):
    """What the Threshold lab starts with: examples and assumptions, each to be replaced by the reader's own."""

    users: Spread = Field(description="What people hold for own use: an example, not a survey.")
    suppliers: Spread = Field(description="What people who supply hold: an example, not a survey.")
    supplier_share: tuple[Share, Share] = Field(description="Suppliers among those found with a substance, low, high.")
    why: Reason = Field(description="What these examples are and are not.")
    warn_above: Share = Field(description="Net widening is warned of where the misclassified-user rate may be above.")
    groups: tuple[Group, ...] = Field(min_length=1, description="Who holds more for reasons that are not supply.")

    @field_validator("supplier_share")
    @classmethod
    def _inside(cls, share: tuple[float, float]) -> tuple[float, float]:
        if not 0 < share[0] <= share[1] < 1:
            raise ValueError("give two shares between 0 and 1, the lower one first")
        return share


@dataclass(frozen=True)
class Laboratory:
    """Everything ``config/`` says about thresholds."""

    jurisdictions: dict[str, Jurisdiction]
    settings: LabSettings


def has_thresholds(project: Path) -> bool:
    """Whether this project describes thresholds at all; a project without them is whole."""
    return (project / "config" / FOLDER).is_dir()


def load_thresholds(project: Path) -> Laboratory:
    """Load and check every file about thresholds.

    Raises
    ------
    ConfigError
        With every fault of every file, each with its line, or when there is no such file.
    """
    config = project / "config"
    if not has_thresholds(project):
        raise ConfigError(f"{config / FOLDER} does not exist. Add one YAML file per jurisdiction, such as mexico.yaml")
    reader = LinedReader(project)
    jurisdictions: dict[str, Jurisdiction] = {}
    for path in sorted((config / FOLDER).glob("*.yaml")):
        item = reader.model(path, Jurisdiction)
        if item is not None and item.id != path.stem:
            reader.faults.append(f"{reader.name(path)}: id: must equal the file name, {path.stem!r}")
        elif item is not None:
            jurisdictions[item.id] = item
    settings = reader.model(config / SETTINGS, LabSettings)
    if not jurisdictions and not reader.faults:
        reader.faults.append(f"config/{FOLDER}: holds no YAML file")
    if reader.faults or settings is None:
        lines = "\n".join(f"  {fault}" for fault in reader.faults)
        n = len(reader.faults)
        raise ConfigError(f"config has {n} problem{'s' if n != 1 else ''}:\n{lines}")
    return Laboratory(jurisdictions, settings)
