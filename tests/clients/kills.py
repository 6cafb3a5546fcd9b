"""Kills the loop (-9, everything) at commits spread over its run; each time it must end in the same state.

    ./test --kills 200 --jobs 2

A run is `reviewloop up` on a fresh state and a person who turns the loop twice (`loop_user`). One run is left alone:
it counts the commits and its end state is what the others are compared with (`end_state`). In each other run `up`
stops itself (SIGSTOP) directly after commit N, before anything that follows from it; then it and every process below
it are killed, `up` starts again on the same state, and the person goes on. N is a place in time: the same number may
be another commit in another run.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import end_state
from loop_user import PARAMETERS, Clients, steps
from programs import PROGRAMS, ROOT
from small_aws import SmallAws



class Loop:
    """One run, killed once or never."""

    def __init__(self, folder, commit):
        self.state, self.commit = folder / "state", commit
        self.aws = self.killed_in = None
        # The sessions of its processes: one for each start.
        self.sessions = set()
        folder.mkdir()

    def run(self):
        """The end state."""
        ended = {}
        self.start("start")
        for name, step in steps():
            self.repeat(name, lambda step=step: step(self.clients))
        self.repeat("read", lambda: ended.update(end_state.read(self.clients, self.aws, PROGRAMS)))
        self.repeat("stop", self.aws_stops)
        return ended | end_state.left(self.state, self.sessions)

    def start(self, name):
        try:
            self.open()
        except AssertionError:
            if not self.kill_is_over(name):
                raise
            self.open()
        self.clients = Clients(self.aws)

    def open(self):
        arguments = [word for pair in PARAMETERS.items() for word in ("--parameter", "=".join(pair))]
        if self.commit and not self.killed_in:
            arguments += ["--stop-after-commit", str(self.commit)]
        self.killer = None
        self.aws = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, self.state, arguments, self.watch)

    def watch(self, aws):
        """Kills it as soon as it has stopped itself."""
        self.sessions.add(str(aws.process.pid))
        self.killed = False

        def kill():
            try:
                ended = os.waitid(os.P_PID, aws.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            except ChildProcessError:  # It has ended, and was waited for.
                return
            self.killed = ended.si_code == os.CLD_STOPPED
            if self.killed:
                aws.kill()

        self.killer = threading.Thread(target=kill)
        self.killer.start()

    def repeat(self, name, action):
        """Does it, and does it again on a new start where a kill left it without an answer."""
        try:
            action()
        except Exception:
            if not self.kill_is_over(name):
                raise
            self.start(name)
            action()

    def kill_is_over(self, name):
        if not self.killed:
            return False
        self.killer.join()
        self.killed_in = self.killed_in or name
        return True

    def aws_stops(self):
        self.aws.stop()
        self.killer.join()
        assert not self.killed, "killed while it stopped"


def one(folder, commit):
    """In a process of its own: (commit, where it was killed, end state or what was raised, seconds)."""
    started, loop = time.monotonic(), Loop(folder, commit)
    try:
        ended = loop.run()
    except Exception as error:
        ended = {"failed": f"{type(error).__name__}: {error}"}
        if loop.aws:
            loop.aws.stop()
    return commit, loop.killed_in, ended, time.monotonic() - started


def commits(folder):
    return int(re.findall(r"stopped commits=(\d+)", (folder / "state" / "local-aws.log").read_text())[-1])


def measure(kills, jobs):
    """(first differences by commit, number of kills)."""
    work = Path(tempfile.mkdtemp(prefix="kills-"))
    _, _, expected, seconds = one(work / "undisturbed", None)
    assert "failed" not in expected, expected["failed"]
    total = commits(work / "undisturbed")
    print(f"undisturbed: {total} commits, {seconds:.1f} s", flush=True)
    # The middles of equal parts; another run may have somewhat fewer commits.
    reach = total * 95 // 100
    chosen = [1 + (2 * number + 1) * reach // (2 * kills) for number in range(kills)]
    different, killed, outcomes = {}, 0, Counter()
    with ProcessPoolExecutor(jobs) as pool:
        runs = [pool.submit(one, work / f"{number}-{commit}", commit) for number, commit in enumerate(chosen)]
        for number, (commit, where, ended, seconds) in enumerate(run.result() for run in runs):
            said = ended.get("failed") or end_state.difference(expected, ended)
            outcome = "different" if said else "equal" if where else "not reached"
            outcomes[outcome] += 1
            killed += where is not None
            print(f"{number + 1:4} commit {commit:4} {where or '':12} {seconds:5.1f} s  {said or outcome}", flush=True)
            if said:
                different[commit] = said
            else:
                shutil.rmtree(work / f"{number}-{commit}")
    print("\n" + ", ".join(f"{name} {outcomes[name]}" for name in ("equal", "different", "not reached")))
    for commit, said in different.items():
        print(f"  commit {commit}: {said}")
    if different:
        print(f"their states: {work}")
    else:
        shutil.rmtree(work)
    return different, killed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    arguments = parser.parse_args()
    found, killed = measure(arguments.kills, arguments.jobs)
    sys.exit(bool(found) or killed < arguments.kills)
