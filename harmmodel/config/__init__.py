"""What ``config/`` says, as frozen types."""

from harmmodel.config.load import Config, load_config, load_places
from harmmodel.config.place import Covers, CrosswalkRow, Passport, Place
from harmmodel.config.types import Indicator, Policy, Scheme, WeightSet

__all__ = [
    "Config",
    "Covers",
    "CrosswalkRow",
    "Indicator",
    "Passport",
    "Place",
    "Policy",
    "Scheme",
    "WeightSet",
    "load_config",
    "load_places",
]
