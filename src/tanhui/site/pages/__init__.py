"""Pages that look across all contexts: the front page, the desk, signing in."""
