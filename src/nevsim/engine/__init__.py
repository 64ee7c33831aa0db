"""Plays a plan for settled draws; it knows no source, no file and no generator."""
