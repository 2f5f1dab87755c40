"""The limits of the tiers of activities, part of ``policy.yaml``."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ActivityTiers(BaseModel):
    """Limits for activities, whose score is violence after a record against chance; 1 is chance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lower_priority: float = Field(default=1.10, gt=0, description="Lower priority: the upper end lies under this.")
    focus: float = Field(default=1.25, gt=0, allow_inf_nan=False, description="Focus: the lower end lies over this.")
    minimum_records: int = Field(default=200, ge=1, description="Fewer are not judged; one place and day count once.")
    family_error: float = Field(default=0.01, ge=0, le=1, description="Chance of one false finding among all of them.")

    @model_validator(mode="after")
    def _ordered(self) -> ActivityTiers:
        if not self.lower_priority < self.focus:
            raise ValueError("lower_priority must be below focus")
        return self
