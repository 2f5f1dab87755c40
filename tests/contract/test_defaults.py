"""What is in force stands in config alone: neither lenses nor method have values of their own to fall back on."""

from dataclasses import MISSING, fields

import pytest

from harmmodel.lenses.activities.spec import ActivityScheme
from harmmodel.lenses.areas.contrast import ContrastInputs
from harmmodel.lenses.areas.spec import AreaScheme, IndicatorSpec
from harmmodel.lenses.groups.spec import GroupIndicatorSpec, GroupMethod
from harmmodel.method.deterrence.draws import Thresholds
from harmmodel.method.deterrence.game import Experiment, GameRules

# Of these config says nothing: whether a variant is scored, the pillar of a guard, how many draws are kept or taken, or
# how unlike areas record in a case of robustness.
OWN = {
    AreaScheme: {"include_contact", "guarded_pillar", "kept_draws", "recording_sd"},
    GroupMethod: {"sensitivity_draws"},
    ActivityScheme: {"draws"},
}
JUDGED = (*OWN, IndicatorSpec, GroupIndicatorSpec, ContrastInputs, GameRules, Thresholds, Experiment)


@pytest.mark.parametrize("spec", JUDGED, ids=lambda spec: spec.__name__)
def test_a_judgement_has_no_default_outside_config(spec):
    fallen_back = {f.name for f in fields(spec) if f.default is not MISSING or f.default_factory is not MISSING}
    assert fallen_back == OWN.get(spec, set())
