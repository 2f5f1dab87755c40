"""Pure statistics on arrays: no config, no files, no frames."""
