"""What a scenario file says: its shape, its meaning, its faults and its addresses; no chance and no play."""
