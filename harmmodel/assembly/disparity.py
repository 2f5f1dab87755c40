"""From a snapshot and the config to what the lens disparity is given, and back to the frames of a run."""

from __future__ import annotations

from harmmodel.assembly import release
from harmmodel.config import Config
from harmmodel.config.disparity import DisparityScheme
from harmmodel.errors import ConfigError
from harmmodel.lenses.disparity import Benchmark, DescriptionSpec, DisparityMethod, compare
from harmmodel.warehouse.read import areas, disparity
from harmmodel.warehouse.store.runs import INTERNAL, RunContent
from harmmodel.warehouse.store.snapshots import OpenSnapshot


def judge(snapshot: OpenSnapshot, config: Config, audience: str = INTERNAL) -> RunContent:
    """Compare the stops of a snapshot; nothing is drawn and nothing is scored."""
    how = disparity_method(config)
    with snapshot.with_enforcement() as act:
        counted = disparity.counts(act)
    frames = {
        "stops": counted,
        **compare(counted, how),
        "reconciliation": release.told_rows(areas.reconciliation(snapshot.harm, config.scheme.as_of), config),
    }
    observed = config.passports[how_named(config).source].observed
    if observed is None:
        raise ConfigError(f"sources/{how_named(config).source}.yaml: covers: say which days the file covers")
    sums = counted.groupby("scheme")["stops"].sum()
    facts = {"from": observed.first.isoformat(), "to": observed.end.isoformat(), "stops": int(sums.max())}
    return RunContent(frames, {}, {"manifest": {"draws": 0}, "facts": facts, "boundaries": {}, "sql": {}})


def how_named(config: Config) -> DisparityScheme:
    """Return how the place says that its stops are compared."""
    if config.disparity is None:
        raise ConfigError(f"config/places/{config.place.id}/disparity.yaml: missing")
    return config.disparity


def disparity_method(config: Config) -> DisparityMethod:
    """Return how stops are compared."""
    scheme = how_named(config)
    low, high = config.scheme.interval
    return DisparityMethod(
        ethnicities=tuple(e.id for e in scheme.ethnicities),
        genders=(scheme.genders[0].id, scheme.genders[1].id),
        descriptions=tuple(DescriptionSpec(d.id, d.lacks, d.counted_in) for d in scheme.descriptions),
        reasons=tuple(r.id for r in scheme.reasons),
        without_suspicion=scheme.without_suspicion,
        references={
            "ethnicity": scheme.reference.ethnicity,
            "gender": scheme.reference.gender,
            "both": "|".join(scheme.reference.both),
        },
        benchmarks=tuple(
            Benchmark(
                b.id,
                dict(b.people),
                (b.female_share, *b.female_range) if b.female_share and b.female_range else None,
            )
            for b in scheme.benchmarks
        ),
        level=high - low,
    )
