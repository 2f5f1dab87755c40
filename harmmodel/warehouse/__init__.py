"""The only rooms that know DuckDB and files: raw files in, immutable snapshots and runs out."""
