"""Those outside who keep the registry honest: witnesses co-sign its checkpoints, members replay its blocks."""
