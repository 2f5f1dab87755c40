"""What ``config/`` says, as frozen types."""

from harmmodel.config.config import Config
from harmmodel.config.groups import GroupIndicator, GroupScheme
from harmmodel.config.load import load_config, load_places
from harmmodel.config.passport import Passport
from harmmodel.config.place import Place
from harmmodel.config.rows.covers import Covers, Observed
from harmmodel.config.rows.crosswalk import CrosswalkRow
from harmmodel.config.simulator import Simulator, load_simulator
from harmmodel.config.types import Indicator, Policy, Scheme, WeightSet

__all__ = [
    "Config",
    "Covers",
    "CrosswalkRow",
    "GroupIndicator",
    "GroupScheme",
    "Indicator",
    "Observed",
    "Passport",
    "Place",
    "Policy",
    "Scheme",
    "Simulator",
    "WeightSet",
    "load_config",
    "load_places",
    "load_simulator",
]
