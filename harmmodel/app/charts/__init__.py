"""Charts: each function takes a frame with words already in it and returns an Altair chart."""
