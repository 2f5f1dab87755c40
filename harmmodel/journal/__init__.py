"""What people decided, written once: an append-only SQLite file whose lines are chained by hashes.

Hash of a line: sha256 of the hash before it followed by the line's canonical JSON, in UTF-8. The hash of the last line
is the journal's *seal*. The chain shows any change inside it; a cut-off end shows only against a seal kept elsewhere,
which is why every export carries one.
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
from harmmodel.journal.record import Entry, Record, Style, columns
from harmmodel.journal.store import append, entries, every_entry, json_lines, last_seal, location, plan_notes, verify

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
    "Check",
    "Chosen",
    "Decision",
    "Entry",
    "Examination",
    "Fault",
    "PlanInForce",
    "PlanMade",
    "PlanRecord",
    "PlanStep",
    "Proposal",
    "Record",
    "Standings",
    "Style",
    "append",
    "canonical",
    "columns",
    "due",
    "entries",
    "every_entry",
    "in_force",
    "json_lines",
    "last_seal",
    "location",
    "plan_notes",
    "setting",
    "standing",
    "standing_plan",
    "standing_plans",
    "superseded_by",
    "verify",
]
