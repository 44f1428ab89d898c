"""Parts that more than one context needs: the database, the clock, problems, keys, papers."""

import warnings

# The database library asks for a runtime folder that servers without a desktop session do not have; it then takes /tmp.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
