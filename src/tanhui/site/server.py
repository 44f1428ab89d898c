"""Serve the site in this process: a threaded WSGI server that needs nothing beside it, and a worker as its child."""

from waitress import create_server

from tanhui.kit.jobs.worker import Keeper
from tanhui.site.wsgi import application

THREADS = 8


def serve(*, host: str, port: int, with_worker: bool = True) -> int:
    """Serve until interrupted, with a worker beside it. Returns 1 when the address is taken, saying so."""
    try:
        # Headers of a proxy go through; only production believes the one that says HTTPS, and it stands behind a proxy.
        server = create_server(
            application, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=False
        )
    except OSError as problem:
        print(f"{host}:{port}: {problem.strerror}. Stop what runs there, or choose another: --port {port + 1}")  # noqa: T201 - said to whoever started it
        return 1
    worker = Keeper() if with_worker else None
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    finally:
        if worker is not None:
            worker.close()
    return 0
