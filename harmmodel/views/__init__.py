"""One module per question a reader asks; each hands back a frozen result with its words, frames and captions."""
