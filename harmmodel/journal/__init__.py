"""What people decided, written once: an append-only SQLite file whose lines are chained by hashes.

Hash of a line: sha256 of the hash before it followed by the line's canonical JSON, in UTF-8. The hash of the last line
is the journal's *seal*. The chain shows any change inside it; a cut-off end shows only against a seal kept elsewhere,
which is why every export carries one.

A chain alone shows only that a line follows the one before it. So each examination also replays the rules: every line
is held against what :func:`append` asked of it on its day, under the version of the rules that it carries.
"""

from harmmodel.journal.chain import EMPTY_SEAL, Examination, Fault, canonical
from harmmodel.journal.decision import (
    CHOICES,
    LOWER_PRIORITY,
    NO_ONE,
    PEOPLE_AFFECTED,
    REASON_LENGTH,
    Decision,
    Proposal,
    Standings,
    due,
    in_force,
    setting,
    standing,
    superseded_by,
)
from harmmodel.journal.exact_use import ExactUse
from harmmodel.journal.kinds import KINDS
from harmmodel.journal.plan import (
    Check,
    Chosen,
    PlanInForce,
    PlanMade,
    PlanRecord,
    PlanStep,
    standing_plan,
    standing_plans,
)
from harmmodel.journal.plan_steps import STATES, STEPS
from harmmodel.journal.publication import PublishedRun, last_published
from harmmodel.journal.record import VERSION, Entry, Record, Style, columns, holding
from harmmodel.journal.store import (
    Reading,
    append,
    entries,
    every_entry,
    json_lines,
    location,
    plan_notes,
    published,
    reading,
    verify,
)
from harmmodel.journal.wording import names, of_model

__all__ = [
    "CHOICES",
    "EMPTY_SEAL",
    "KINDS",
    "LOWER_PRIORITY",
    "NO_ONE",
    "PEOPLE_AFFECTED",
    "REASON_LENGTH",
    "STATES",
    "STEPS",
    "VERSION",
    "Check",
    "Chosen",
    "Decision",
    "Entry",
    "ExactUse",
    "Examination",
    "Fault",
    "PlanInForce",
    "PlanMade",
    "PlanRecord",
    "PlanStep",
    "Proposal",
    "PublishedRun",
    "Reading",
    "Record",
    "Standings",
    "Style",
    "append",
    "canonical",
    "columns",
    "due",
    "entries",
    "every_entry",
    "holding",
    "in_force",
    "json_lines",
    "last_published",
    "location",
    "names",
    "of_model",
    "plan_notes",
    "published",
    "reading",
    "setting",
    "standing",
    "standing_plan",
    "standing_plans",
    "superseded_by",
    "verify",
]
