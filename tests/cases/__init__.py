"""Small inputs that others got wrong in public, each with what is right."""
