"""Serve the site in this process: a threaded WSGI server, with the worker and the ledger's writer as its children."""

from waitress import create_server

from tanhui.kit.jobs.worker import Keeper
from tanhui.registry.log.settings import policy_file
from tanhui.site.wsgi import application

THREADS = 8


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
    children = [Keeper(*words) for words in (_children() if with_worker else ())]
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    finally:
        for child in children:
            child.close()
    return 0


def _children() -> list[tuple[str, ...]]:
    """What runs beside the site: worker, writer and, where there are witnesses, who asks them."""
    offering = [("log", "offer")] if policy_file().exists() else []
    return [("work",), ("ledger", "serve"), *offering]
