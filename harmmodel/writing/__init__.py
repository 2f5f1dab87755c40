"""What may stand in text and in headers: letters that look alike, common words, and what points at a person."""
