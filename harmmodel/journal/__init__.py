"""What people decided, written once: an append-only SQLite file whose lines are chained by hashes.

Hash of a line: sha256 of the hash before it followed by the line's canonical JSON, in UTF-8. The hash of the last line
is the journal's *seal*. The chain shows any change inside it; a cut-off end shows only against a seal kept elsewhere,
which is why every export carries one.
"""

from harmmodel.journal.chain import EMPTY_SEAL, Fault, Verdict, canonical
from harmmodel.journal.entry import (
    CHOICES,
    LOWER_PRIORITY,
    NO_ONE,
    PEOPLE_AFFECTED,
    REASON_LENGTH,
    Decision,
    Entry,
    Outcome,
    Proposal,
    faults,
    standing,
    superseded_by,
)
from harmmodel.journal.notes import Check, Chosen, Note, PlanMade, Step
from harmmodel.journal.plans import Standing, standing_plan, standing_plans
from harmmodel.journal.store import add, append, due, entries, json_lines, last_seal, location, plan_notes, verify

__all__ = [
    "CHOICES",
    "EMPTY_SEAL",
    "LOWER_PRIORITY",
    "NO_ONE",
    "PEOPLE_AFFECTED",
    "REASON_LENGTH",
    "Check",
    "Chosen",
    "Decision",
    "Entry",
    "Fault",
    "Note",
    "Outcome",
    "PlanMade",
    "Proposal",
    "Standing",
    "Step",
    "Verdict",
    "add",
    "append",
    "canonical",
    "due",
    "entries",
    "faults",
    "json_lines",
    "last_seal",
    "location",
    "plan_notes",
    "standing",
    "standing_plan",
    "standing_plans",
    "superseded_by",
    "verify",
]
