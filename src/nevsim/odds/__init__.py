"""Judges a play by targets and counts the judgements, with their error; no engine and no report."""
