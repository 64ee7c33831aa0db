"""Keeps what a run found out: frames, manifest and the folder they stand in; it plays nothing."""
