"""Drafting the config of files that no passport describes yet: what is found is proposed, and a person decides."""
