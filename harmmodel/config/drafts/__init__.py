"""Drafts of config: layouts that are known, what a draft leaves to a person, and how config is written."""
