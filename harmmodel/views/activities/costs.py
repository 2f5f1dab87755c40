"""What enforcement takes at a place, in words: what figures rest on and in which money, or that nothing is known."""

from __future__ import annotations

from itertools import takewhile

from harmmodel.config.activities import Activity, ActivityConfig, Costs, MoneyAmount, Quantity
from harmmodel.views import words
from harmmodel.warehouse.store.runs import AreaRun

FREED = {
    "officer_hours": "Officer hours",
    "custody_nights": "Nights in custody",
    "criminal_records": "Criminal records",
    "force_complaints": "Complaints of force",
}
MONEY = {"capacity": "Value of the time (capacity, not cash)", "cash": "Cash, at most"}
NO_COSTS = "This place gives no costs (config/places/{place}/costs.yaml), so what records take is not known"


def assumed(run: AreaRun) -> str:
    """Say how many values of what enforcement takes are assumptions."""
    costs = run.config.activities.costs if run.config.activities else None
    if costs is None:
        return NO_COSTS.format(place=run.place.id)
    few, many = costs.assumed
    return f"{few} of {many} values of config/places/{run.place.id}/costs.yaml are assumptions"


def has_costs(run: AreaRun) -> bool:
    """Say whether the place gives what enforcement takes."""
    return run.config.activities is not None and run.config.activities.costs is not None


def which_is_cash(config: ActivityConfig | None, activity: Activity | None) -> str:
    """Say what of the money is time that pays for nothing, and what is cash."""
    if config is None or config.costs is None or activity is None:
        return ""
    prices = _prices(config.costs, activity)
    time, cash = ([name for name, price in prices.items() if price.is_cash is wanted] for wanted in (False, True))
    said = f"Time of people is capacity and pays for no service: {words.listing(time)}. Cash: {words.listing(cash)}."
    return f"{said} Each service is what all of the cash would buy, not one after the other."


def _prices(costs: Costs, activity: Activity) -> dict[str, MoneyAmount]:
    """Give each price that the money of an activity is made of, by what is paid."""
    court = costs.families[costs.of(activity.family, "court_cost")[0]].court_cost
    prices = {"hours of officers": costs.officer_hour, "nights in custody": costs.custody_night}
    return prices | ({"court cases": court} if court else {})


def money_names(config: ActivityConfig | None) -> dict[str, str]:
    """Name what is freed in money with its currency: the words with which all units of money begin."""
    if config is None or config.costs is None:
        return MONEY
    costs = config.costs
    money = (costs.officer_hour, costs.custody_night, costs.of("default", "court_cost")[1])
    side_by_side = zip(*(entry.unit.split() for entry in money), strict=False)
    shared = [tokens[0] for tokens in takewhile(lambda tokens: len(set(tokens)) == 1, side_by_side)]
    while shared and shared[-1] in ("of", "per"):
        shared.pop()
    return {what: ", ".join([name, *([" ".join(shared)] if shared else [])]) for what, name in MONEY.items()}


def rests_on(config: ActivityConfig, activity: Activity) -> dict[str, str]:
    """What each figure rests on: the value, its range, and its source or that it is an assumption."""
    costs = config.costs
    if costs is None:
        return {}
    own = {name: costs.of(activity.family, name)[1] for name in FREED}
    prices = _prices(costs, activity)
    return {
        **{name: quantity(entry) for name, entry in own.items()},
        **{what: _paid(prices, is_cash=what == "cash") for what in MONEY},
        **{f"buys {s.id}": quantity(s.price) for s in config.services},
    }


def _paid(prices: dict[str, MoneyAmount], *, is_cash: bool) -> str:
    parts = [f"{name}: {quantity(entry)}" for name, entry in prices.items() if entry.is_cash is is_cash]
    return words.capital("; ".join(parts)) or words.MISSING


def quantity(entry: Quantity) -> str:
    """The value, its range, its unit and its source, or that it is an assumption."""
    low, high = entry.range
    origin = "an assumption" if entry.source is None else f"source: {entry.source.title}"
    return f"{words.exact(entry.value)} ({words.exact(low)} to {words.exact(high)}) {entry.unit}, {origin}"
