"""``python -m harmmodel.cli``."""

from harmmodel.cli import main

main()
