"""The arithmetic of a plant: ramps, outages, limits, losses and the plan; pure functions that know no scenario."""
