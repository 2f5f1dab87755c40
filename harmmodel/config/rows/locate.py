"""Where a row lies: by the id of a unit, by its point or by the cell of that; and what ids of no unit mean."""

from __future__ import annotations

from pydantic import Field, model_validator

from harmmodel.config.rows.columns import ColumnName
from harmmodel.config.rows.covers import UnitId
from harmmodel.config.types import Reason, Strict


class UnitIds(Strict):
    """Ids of units that are none of the place, and why."""

    values: tuple[UnitId, ...] = Field(
        min_length=1,
        description='The ids as the file writes them, as "99". Under outside, "E02*" is each that begins so.',
    )
    reason: Reason = Field(description="How it is known that they are no unit of the place.")


class Locate(Strict):
    """How a row gets its unit: by a column, by point where that is empty, or by the H3 cell of its point.

    An id that no outline has stops the load, unless one of *spellings*, *outside* and *by_point* has it.
    """

    unit: ColumnName | None = Field(default=None, description="Column that holds the unit's id.")
    spellings: dict[UnitId, UnitId] = Field(
        default_factory=dict, description="Ids as the file writes them, each with the id that the outlines have for it."
    )
    suggested: bool = Field(
        default=False, description="True: nobody has reviewed the spellings, which harmmodel add proposed."
    )
    outside: UnitIds | None = Field(default=None, description="Ids that mean a place outside; never placed by point.")
    by_point: UnitIds | None = Field(
        default=None,
        description="Ids that mean that no unit is known, as 99: such rows are placed by their point.",
    )
    longitude: ColumnName | None = Field(default=None, description="Column of degrees east.")
    latitude: ColumnName | None = Field(default=None, description="Column of degrees north.")
    h3: int | None = Field(default=None, ge=4, le=9, description="H3 resolution; the cell of the point is the unit.")

    @model_validator(mode="after")
    def _something(self) -> Locate:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("give longitude and latitude together, or leave out both")
        if self.unit is None and self.longitude is None:
            raise ValueError("name the column of the unit, or the columns of longitude and latitude")
        if self.h3 is not None and (self.unit is not None or self.longitude is None):
            raise ValueError("h3 needs longitude and latitude and no unit column")
        return self

    @model_validator(mode="after")
    def _listed_once(self) -> Locate:
        listed = [*self.spellings, *self.listed_outside, *self.listed_by_point]
        if listed and self.unit is None:
            raise ValueError("spellings, outside and by_point say what ids of a unit column mean. Name it under unit")
        if self.suggested and not self.spellings:
            raise ValueError("suggested is said of spellings, and there are none. Take it out")
        if twice := sorted({i for i in listed if listed.count(i) > 1}):
            raise ValueError(f"spellings, outside and by_point: {', '.join(twice)} stands twice. Keep one of the two")
        if self.by_point and self.longitude is None:
            raise ValueError("by_point needs longitude and latitude. Name their columns, or list the ids as outside")
        return self

    @property
    def listed_outside(self) -> tuple[str, ...]:
        """Ids that mean a place outside."""
        return self.outside.values if self.outside else ()

    @property
    def listed_by_point(self) -> tuple[str, ...]:
        """Ids that mean that the unit is not known."""
        return self.by_point.values if self.by_point else ()
