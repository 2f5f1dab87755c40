"""The errors a user can meet: one base class, one exit code per kind; a message says where, what, what next."""


class HarmModelError(Exception):
    """Base of every error shown to a user without a traceback."""

    exit_code = 1


class ConfigError(HarmModelError):
    """Files under ``config/`` are missing, wrong or contradict each other."""

    exit_code = 10


class SourceError(HarmModelError):
    """A raw file differs from its passport."""

    exit_code = 11


class RunMissing(HarmModelError):
    """There is no finished run to show."""

    exit_code = 12


class FirewallError(HarmModelError):
    """Enforcement data would reach a harm score."""

    exit_code = 13


class UnknownUnit(HarmModelError):
    """The run has no unit of that id."""

    exit_code = 14


class SnapshotError(HarmModelError):
    """A snapshot cannot be built or read."""

    exit_code = 15


class SealBroken(SnapshotError):
    """A finished run or snapshot was changed after it was sealed, or was never sealed."""

    exit_code = 16
    remedy = "Remove that folder and run again; keep a copy for whoever examines it"


class DiskFault(HarmModelError):
    """The disk is full, read-only or failing."""

    exit_code = 20
    remedy = "Free the disk or mend its permissions, then run again; the last published run is untouched"


class JournalError(HarmModelError):
    """The journal of decisions cannot be read or written."""

    exit_code = 30


class JournalBroken(HarmModelError):
    """Lines of the journal were altered, removed, reordered or inserted."""

    exit_code = 31


class DecisionError(HarmModelError):
    """A decision lacks something that every decision needs."""

    exit_code = 32


class UnknownKind(HarmModelError):
    """The journal holds a line of a kind, or of a version, that this program does not know yet."""

    exit_code = 33


class RunsNotComparable(HarmModelError):
    """Two runs cannot be set side by side."""

    exit_code = 40


class FolderInUse(HarmModelError):
    """A folder that should be new holds something already."""

    exit_code = 41


class PortTaken(HarmModelError):
    """Another program listens where the app should."""

    exit_code = 43


class AddressError(HarmModelError):
    """The address of a reverse proxy cannot be read."""

    exit_code = 44


class PastTheDoor(HarmModelError):
    """The app is served without its front door."""

    exit_code = 45


class ValidationImpossible(HarmModelError):
    """The place lacks what a comparison with later events needs."""

    exit_code = 42


class WrongLens(HarmModelError):
    """A place is scored by another lens than the one asked for."""

    exit_code = 50


class NoStops(HarmModelError):
    """A place holds no stops by ethnicity and gender."""

    exit_code = 54


class AssessmentError(HarmModelError):
    """What was entered about groups cannot be taken."""

    exit_code = 51


class SimulationImpossible(HarmModelError):
    """A setting of the deterrence simulator makes no sense."""

    exit_code = 60


class QuantityError(HarmModelError):
    """Quantities or settings for the Threshold lab are missing or cannot be read."""

    exit_code = 52


class PlanError(HarmModelError):
    """A plan of targeted deterrence, a step of it or an action lacks something or contradicts itself."""

    exit_code = 53
