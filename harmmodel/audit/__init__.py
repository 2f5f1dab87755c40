"""Proof beside a run: whether a place is ready, and what another honest choice would change."""
