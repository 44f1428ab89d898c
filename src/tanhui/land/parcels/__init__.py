"""From the features of a file to parcels: what was chosen, what was found, and the rows that would be written."""
