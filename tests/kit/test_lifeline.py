"""A program that is told to end while it waits, at any moment of its waiting, ends."""

import subprocess
import sys

WAITING = """
import os, subprocess, sys
from threading import Event
from tanhui.kit.lifeline import when_ended

TELLING = '''
import os
for _ in range(20_000):
    os.kill(os.getppid(), 15)
    os.sched_yield()
'''
over = Event()
when_ended(over.set)
telling = subprocess.Popen([sys.executable, "-c", TELLING])
while telling.poll() is None:
    over.clear()
    while not over.wait(1e-6) and telling.poll() is None:
        pass
print("ended")
"""
"""Told 20,000 times. A handler that sets the event itself stands still after some of them."""


def test_a_program_that_waits_is_ended_at_any_moment():
    done = subprocess.run([sys.executable, "-c", WAITING], capture_output=True, text=True, timeout=120, check=True)
    assert (done.stdout, done.stderr) == ("ended\n", "")
