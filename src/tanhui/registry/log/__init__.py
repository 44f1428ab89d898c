"""The public log: tiles and checkpoints for everybody, co-signatures of witnesses, and which block is final."""
