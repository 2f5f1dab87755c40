"""Harm model: where harm is recorded, how sure we are, and what that asks of police priorities."""

__version__ = "0.1.0"
