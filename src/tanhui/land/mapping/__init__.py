"""What the fields and codes of forestry and grassland surveys mean: tables with their sources, and their use."""
