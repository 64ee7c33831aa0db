"""What a run found out, shown: figures, tables and pages; nothing is computed here."""
