"""What may go wrong before an action: warning signs with what the records say, score, what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harmmodel.config.deterrence import FILE, Backfire, Band, DeterrencePlan, Effect, PlannedAction
from harmmodel.errors import PlanError
from harmmodel.journal import Check, PlanInForce
from harmmodel.lenses.phrases import percent
from harmmodel.method.arrays import Floats
from harmmodel.method.deterrence import backfire as method
from harmmodel.method.deterrence.backfire import NO, UNKNOWN, YES, score_bounds
from harmmodel.method.random_streams import stream
from harmmodel.method.uncertainty import normal_ends
from harmmodel.views import source, words
from harmmodel.views.blocks import Picture
from harmmodel.views.deterrence.page import known_names
from harmmodel.warehouse.read.groups import GroupRun

DRAWS = 4000
ENDS = ("p_low", "p_high")
LEVELS = (ENDS[0], "p25", "p50", "p75", ENDS[1])
AFTERWARDS = 6  # months shown after the effect is taken to end
CONTESTED = {method.YES: (1.0, 1.0), method.NO: (0.0, 0.0), method.UNKNOWN: (0.0, 1.0)}
SPREADS = ("leader", "lieutenant")


@dataclass(frozen=True)
class Projection:
    """A fan of monthly events, or why there is none."""

    picture: Picture | None
    said: tuple[str, ...]  # Markdown
    neighbours: pd.DataFrame

    @property
    def plain(self) -> str:
        """The finding in one sentence, as the journal keeps it."""
        return self.picture.alt if self.picture else self.said[0]


def projection(run: GroupRun, assumed: Backfire, action: PlannedAction, *, contested: str) -> Projection:
    """Return the fan of an action in its area, and what is assumed next door."""
    effect = next((candidate for candidate in assumed.effects if candidate.id == action.kind), None)
    if effect is None:
        said = "No source gives a size for this kind of action, so no fan is drawn. That is no sign of no harm."
        return Projection(None, (said,), pd.DataFrame())
    before = recorded(run, (action.state,), assumed.monitoring.baseline_months)
    rng = stream(int(run.manifest["seed"]), "backfire", assumed.version, action.state, action.kind)
    drawn = method.target_effect(effect.centre, effect.spread, rng, DRAWS)
    ends = run.config.scheme.interval
    horizon = effect.months + AFTERWARDS
    fan = method.fan(_floats(before), drawn, rng, lasting=effect.months, horizon=horizon, interval=ends)
    neighbours = _next_door(run, assumed, action, contested) if action.kind in SPREADS else pd.DataFrame()
    return Projection(_picture(run, action, before, fan, effect), _said(run, assumed, effect, fan), neighbours)


def recorded(run: GroupRun, states: tuple[str, ...], months: int) -> pd.Series[float]:
    """Return events dated to a month and placed in these areas, for the last *months* of the data."""
    end = pd.Period(f"{run.facts['to_year']}-12", "M")
    return monthly(run, states).loc[end - months + 1 : end]


def monthly(run: GroupRun, states: tuple[str, ...]) -> pd.Series[float]:
    """Return the events of these areas month by month over all years of the data; a month without one is 0."""
    rows = run.placed[(run.placed["group_id"] == "") & run.placed["state_id"].isin(states)]
    when = pd.to_datetime(rows["month"]).dt.to_period("M")
    first = pd.Period(f"{run.facts['from_year']}-01", "M")
    span = pd.period_range(first, pd.Period(f"{run.facts['to_year']}-12", "M"), freq="M")
    return rows["events"].groupby(when.to_numpy()).sum().reindex(span).fillna(0.0).astype(float)


def label_of(run: GroupRun, state: str) -> str:
    """Return the name of an area."""
    return str(run.areas.set_index("unit_id")["label"].get(state, state))


def _floats(months: pd.Series[float]) -> Floats:
    return np.asarray(months, dtype=np.float64)


def _picture(
    run: GroupRun, action: PlannedAction, before: pd.Series[float], fan: method.Fan, effect: Effect
) -> Picture:
    ahead = pd.DataFrame(fan.months, columns=list(LEVELS)).assign(
        month=np.arange(1, len(fan.months) + 1), low=fan.records[:, 0], high=fan.records[:, 1]
    )
    past = pd.DataFrame({"month": np.arange(1 - len(before), 1), "events": before.to_numpy()})
    place, (low, _, middle, _, high) = label_of(run, action.state), fan.months[0]
    last, share = words.number(float(before.mean()), 1), source.interval_share(run)
    span = f"{month_words(before.index[0])} to {month_words(before.index[-1])}"
    return Picture(
        f"Events a month in {place}, if the action is taken",
        f"Dots: events of all groups recorded from {span}, dated to a "
        f"month and placed. Fan: middle half and {share} of draws of the expected number. "
        f"Dashed: {share} of what a single month may record. The effect is taken to last {effect.months} months.",
        pd.concat([past, ahead], ignore_index=True),
        f"{place}: {last} events a month of all groups, dated to a month and placed, were recorded from "
        f"{span}; with {effect.label} the assumptions give "
        f"{words.span(low, high, 1)} a month, half of draws above {words.number(middle, 1)}.",
        f"The level is the mean of the last {len(before)} months of the data, and no later one is known; whether they "
        "rose is in the dots and not in the fan.",
    )


def month_words(month: pd.Period) -> str:
    """Return a month in words."""
    return f"{words.MONTHS[month.month - 1]} {month.year}"


def _said(run: GroupRun, assumed: Backfire, effect: Effect, fan: method.Fan) -> tuple[str, ...]:
    low, high = fan.extra[0], fan.extra[-1]
    ends = np.exp(np.log(effect.centre) + effect.spread * np.array(normal_ends(run.config.scheme.interval)))
    ratio = words.span(float(ends[0]), float(ends[1]), 2)
    plain = words.plain_markdown
    return (
        f"Over {effect.months} months, against no action: {_signed(low)} to {_signed(high)} "
        f"({source.interval_share(run)} of draws). "
        f"There are more events than without it in {percent(fan.p_more)} of draws.",
        f"Assumptions file: `config/{FILE}`, version `{assumed.version}`. {words.capital(plain(effect.label))}: events "
        f"times {ratio} ({effect.status}). {plain(effect.why)}",
        plain(assumed.transfer),
    )


def _signed(value: float) -> str:
    return f"{words.number(abs(value))} {'more' if value >= 0 else 'fewer'}"


def _next_door(run: GroupRun, assumed: Backfire, action: PlannedAction, contested: str) -> pd.DataFrame:
    borders = run.borders[run.borders["unit_id"] == action.state]["neighbour_id"]
    rows = []
    for state in sorted(str(other) for other in borders):
        before = recorded(run, (state,), assumed.monitoring.baseline_months)
        rng = stream(int(run.manifest["seed"]), "backfire", assumed.version, action.state, action.kind, state)
        effect = method.neighbour_effect(assumed.spillover.reach, CONTESTED[contested], rng, DRAWS)
        fan = method.fan(_floats(before), effect, rng, lasting=1, horizon=1, interval=run.config.scheme.interval)
        rows.append(
            {
                "Next door": label_of(run, state),
                "Recorded a month": float(before.mean()),
                "With the action": words.interval(fan.months[0][0], fan.months[0][-1], 1),
            }
        )
    return pd.DataFrame(rows)


NOT_RECORDED = "not in the records"
ASKED = {
    "approver": "a second approver",
    "justification": "a written justification",
    "monitoring": "a plan for monitoring",
}
ACTIVE_YEARS = 2
CORRUPTION = ("infiltration", "corrupt_officials")


@dataclass(frozen=True)
class Fact:
    """What is known about a sign without asking: from the plan itself, or from the records."""

    answer: str | None
    said: str
    is_certain: bool = False  # the warning follows from the plan itself, so a 'no' contradicts it


@dataclass(frozen=True)
class Examined:
    """The check of one action."""

    score_low: int
    score_high: int
    band: Band
    answers: dict[str, str]
    facts: dict[str, Fact]
    lacking: tuple[str, ...]
    frame: pd.DataFrame
    verdict: str  # Markdown
    projection: Projection
    transfer: str


def examine(run: GroupRun, assumed: Backfire, plan: DeterrencePlan, action: PlannedAction) -> Examined:
    """Examine an action under a plan.

    Raises
    ------
    PlanError
        If the action names an area or a sign that does not exist, or contradicts the plan.
    """
    facts = {sign.id: fact(run, sign.id, plan, action) for sign in assumed.signs}
    if contradictions := [*_contradictions(run, assumed, facts, action)]:
        raise PlanError("\n".join(contradictions))
    answers = {sign: settled(sign, facts[sign], action) for sign in facts}
    low, high = score_bounds(answers, assumed.points)
    band = assumed.band(high)
    return Examined(
        score_low=low,
        score_high=high,
        band=band,
        answers=answers,
        facts=facts,
        lacking=tuple(_lacking(assumed, band, plan, action)),
        frame=_frame(assumed, facts, answers, action),
        verdict=_verdict(assumed, low, high),
        projection=projection(run, assumed, action, contested=answers.get("B3", UNKNOWN)),
        transfer=assumed.transfer,
    )


def _lacking(assumed: Backfire, band: Band, plan: DeterrencePlan, action: PlannedAction) -> Iterator[str]:
    """Yield what the journal will ask for and the action does not give."""
    for name in band.asks:
        if getattr(action, name) is None:
            yield ASKED[name]
    if action.approver is not None and action.approver.lower() == plan.role.lower():
        yield "an approver in another role than the one that made the plan"
    if silent := [sign.id for sign in assumed.signs if sign.id not in action.answers]:
        yield f"an answer to {words.listing(silent)}, and what is done about it"


def fact(run: GroupRun, sign: str, plan: DeterrencePlan, action: PlannedAction) -> Fact:
    """Return what plan and records say about a sign."""
    if sign == "B1":
        return _aimed(action)
    if sign == "B3":
        return _rivals(run, action)
    if sign == "B4":
        return Fact(None, "records tell of violence and not of shares of a market")
    if sign == "B7":
        many = len(action.groups) > 1
        said = f"the action names {words.how_many(len(action.groups), 'group', 'groups')}"
        return Fact(YES if many else NO, said, is_certain=many)
    if sign == "B8":
        offers = len(plan.services)
        said = f"the plan offers {words.how_many(offers, 'service', 'services')}"
        return Fact(NO if offers else YES, said, is_certain=not offers)
    return _corruption(run, action) if sign == "B9" else Fact(None, NOT_RECORDED)


def _aimed(action: PlannedAction) -> Fact:
    if action.kind == "leader":
        return Fact(YES, "the action is the removal of a leader", is_certain=True)
    return Fact(None, NOT_RECORDED) if action.kind == "other" else Fact(NO, "the action is aimed at no leader")


def _rivals(run: GroupRun, action: PlannedAction) -> Fact:
    since = int(run.facts["to_year"]) - ACTIVE_YEARS + 1
    ties = run.ties[(run.ties["tie"] == "rival") & (run.ties["until"] >= since)]
    own_ties = ties[ties["group_id"].isin(action.groups) | ties["other_id"].isin(action.groups)]
    names = {*own_ties["group_id"], *own_ties["other_id"]} - set(action.groups)
    said = f"{words.how_many(len(names), 'rival', 'rivals')} with recorded fights since {since}"
    return Fact(YES if len(names) > 1 else None, f"{said}; whether a boundary is contested is not recorded")


def _corruption(run: GroupRun, action: PlannedAction) -> Fact:
    rows = run.assessed[run.assessed["group_id"].isin(action.groups) & run.assessed["indicator"].isin(CORRUPTION)]
    known = rows[rows["level_high"] != UNKNOWN]
    if known.empty:
        return Fact(None, "nobody has assessed infiltration or corruption of officials")
    # Where raters disagree, the highest level warns: a sign that one of them saw is not outvoted.
    raised = known["level_high"].isin(("medium", "high")).any()
    ends = zip(known["level_low"], known["level_high"], strict=True)
    said = words.listing(low if low == high else f"{low} to {high}" for low, high in ends)
    return Fact(YES if raised else None, f"assessed by people: {said}")


def settled(sign: str, evidence: Fact, action: PlannedAction) -> str:
    """Return the answer that counts: a 'no' against the records counts as unknown, since one of the two is wrong."""
    given = action.answers[sign].answer if sign in action.answers else UNKNOWN
    if evidence.is_certain and evidence.answer:
        return evidence.answer
    if given == NO and evidence.answer == YES:
        return UNKNOWN
    return NO if given == UNKNOWN and evidence.answer == NO else given


def _contradictions(run: GroupRun, assumed: Backfire, facts: dict[str, Fact], action: PlannedAction) -> Iterator[str]:
    if action.state not in set(run.areas["unit_id"]):
        yield f"action: {action.state} is no area of {run.place.label}. Use an id of its table of areas."
    if strange := sorted(set(action.answers) - set(facts)):
        yield f"action: answers: {', '.join(strange)} is no sign of {assumed.version}."
    for sign, evidence in facts.items():
        answer = action.answers.get(sign)
        if answer is None or answer.answer != NO or evidence.answer != YES:
            continue
        if evidence.is_certain:
            yield f"action: answers: {sign}: no, but {evidence.said}."
        elif len(answer.response) < 20:
            yield f"action: answers: {sign}: no, but the records show {evidence.said}. Say why in response."


def _frame(assumed: Backfire, facts: dict[str, Fact], answers: dict[str, str], action: PlannedAction) -> pd.DataFrame:
    rows = [
        {
            "Sign": f"{sign.id} {sign.label}",
            "Points": sign.points,
            "Counts as": answers[sign.id],
            "Plan and records": facts[sign.id].said,
            "What is done about it": action.answers[sign.id].response if sign.id in action.answers else "",
            "Why": f"{sign.why} ({sign.status})",
            "Sources": "; ".join(f"{reference.title}, {reference.href}" for reference in sign.references),
        }
        for sign in assumed.signs
    ]
    return pd.DataFrame(rows)


def _verdict(assumed: Backfire, low: int, high: int) -> str:
    band = assumed.band(high)
    label = words.plain_markdown(band.label.lower())
    if low == high:
        start = f"**Score {low}: {label}.**"
    else:
        from_ = assumed.band(low)
        name = label if from_ == band else f"{words.plain_markdown(from_.label.lower())} to {label}"
        start = (
            f"**Score {low} to {high}: {name}**, since some signs are unknown. The upper end decides what is asked for."
        )
    asks = words.listing(ASKED[name] for name in band.asks) if band.asks else "nothing more"
    return f"{start} This asks for {asks}."


def check(
    run: GroupRun, assumed: tuple[Backfire, str], standing: PlanInForce, action: PlannedAction, role: str
) -> Check:
    """Return the check as the journal keeps it.

    Raises
    ------
    PlanError
        If the action contradicts the plan, or what its score asks for is not given.
    """
    scheme, digest = assumed
    examined = examine(run, scheme, standing.made.plan, action)
    if examined.lacking:
        raise PlanError(f"Before this action, give {words.listing(examined.lacking)}.")
    return Check(
        place=standing.made.place,
        plan_id=standing.made.plan_id,
        plan_entry=standing.note.seq,
        run_id=run.run_id,
        action=action,
        score_low=examined.score_low,
        score_high=examined.score_high,
        band=examined.band.id,
        asks=examined.band.asks,
        records={sign: evidence.said for sign, evidence in examined.facts.items()},
        projection=examined.projection.plain,
        assumptions=scheme.version,
        assumptions_hash=digest,
        role=role,
        known=known_names(run, action),
    )
