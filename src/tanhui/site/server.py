<<<<<<< HEAD
"""Serve the site in this process: a threaded WSGI server, with the worker and the ledger's writer as its children."""
=======
"""Serve the site in this process: a threaded WSGI server that needs nothing beside it. Children do the long work."""

import sys
>>>>>>> 6af3cbd (The log as tiles that any tlog client reads; a leaf fits into what their format gives it)

from waitress import create_server

from tanhui.kit.jobs.worker import Keeper
from tanhui.registry.log.settings import policy_file
from tanhui.site.wsgi import application

THREADS = 8
OFFER = (sys.executable, "-m", "tanhui.cli", "log", "offer", "--with-parent")
"""Who asks the witnesses, where there are any."""


def serve(*, host: str, port: int, with_worker: bool = True) -> int:
    """Serve until interrupted, with worker and writer beside it, or with neither where they run by themselves.

    Returns 1 when the address is taken, saying so.
    """
    try:
        # Headers of a proxy go through; only production believes the one that says HTTPS, and it stands behind a proxy.
        server = create_server(
            application, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=False
        )
    except OSError as problem:
        print(f"{host}:{port}: {problem.strerror}. Stop what runs there, or choose another: --port {port + 1}")  # noqa: T201 - said to whoever started it
        return 1
<<<<<<< HEAD
    children = [Keeper("work"), Keeper("ledger", "serve")] if with_worker else []
=======
    kept = [Keeper(), *([Keeper(OFFER)] if policy_file().exists() else [])] if with_worker else []
>>>>>>> 6af3cbd (The log as tiles that any tlog client reads; a leaf fits into what their format gives it)
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    finally:
<<<<<<< HEAD
        for child in children:
=======
        for child in kept:
>>>>>>> 6af3cbd (The log as tiles that any tlog client reads; a leaf fits into what their format gives it)
            child.close()
    return 0
