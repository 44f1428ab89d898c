"""Field data on its way in: read what people send, check it together with what is booked, say all that is wrong.

Nothing here writes to the database. Files come as bytes, what is booked comes as bytes, and everything ends in the
bytes of the survey format, with the way back from each line to the sheet and row it came from.
"""
