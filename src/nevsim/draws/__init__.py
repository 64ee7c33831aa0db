"""Everything that is uncertain, settled under its address before anything is played; no engine owns a generator."""
