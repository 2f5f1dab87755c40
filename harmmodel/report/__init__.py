"""Printable reports: whole files that need nothing else, made of the words of the views."""
