"""Serve the site in this process: a threaded WSGI server that needs nothing beside it."""

from waitress import create_server

from tanhui.site.wsgi import application

THREADS = 8


def serve(*, host: str, port: int) -> int:
    """Serve until interrupted. Returns the exit code; 1 when the address is taken, saying so."""
    try:
        server = create_server(application, host=host, port=port, threads=THREADS, ident=None)
    except OSError as problem:
        print(f"{host}:{port}: {problem.strerror}. Stop what runs there, or choose another: --port {port + 1}")  # noqa: T201 - said to whoever started it
        return 1
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    return 0
