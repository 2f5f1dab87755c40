"""Lenses apply the method to frames of counts and turn the result into priorities."""
