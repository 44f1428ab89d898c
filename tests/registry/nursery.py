"""A program that starts writers of the ledger in no time: it has all loaded, and forks one for each line it reads.

Each writer is the real one, `writer.serving.Writer`, in a process of its own that can be killed. The nursery never
connects to the database itself. It answers each line with the new process's number, and ends with its input.
"""

import os
import signal
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanhui.site.settings")
    import django

    django.setup()
    from tanhui.registry.services.follow_ups import left_behind
    from tanhui.registry.writer.serving import Writer

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            Writer(idle_work=left_behind).serve()
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
