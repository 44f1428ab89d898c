"""Land: the region, its counties and its development zones."""
