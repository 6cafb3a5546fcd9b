"""`reviewloop up` as a child process, and boto3 pointed at it the way any user would."""

import json
import os
import select
import signal
import subprocess
import time

import boto3
import botocore.session

import service_model


class SmallAws:
    def __init__(self, binary, programs, state, arguments=(), watch=lambda aws: None):
        self.log = state / "local-aws.log"
        self.state = state
        command = [binary, "up", "--json", "--port", "0", "--state", str(state), "--bin-dir", str(programs), *arguments]
        self.errors = open(state.with_suffix(".stderr"), "w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True, start_new_session=True)
        watch(self)
        told = self._first_object(seconds=60)
        self.url = told["AWS_ENDPOINT_URL"]
        self.portal, self.decisions = told["portal"], told["decisions"]
        self.environment_files = told["environment"]
        self.variables = {name: told[name] for name in told if name.startswith("AWS_")}
        self.region = told["AWS_REGION"]
        # Operations that the suite has called, to be looked at in the end.
        self.seen = set()

    def _first_object(self, seconds):
        told, end, pipe = "", time.monotonic() + seconds, self.process.stdout.fileno()
        while time.monotonic() < end and self.process.poll() is None:
            if select.select([pipe], [], [], 0.2)[0]:
                told += os.read(pipe, 65536).decode()
                try:
                    return json.loads(told)
                except json.JSONDecodeError:
                    continue
        self.stop()
        self.errors.seek(0)
        raise AssertionError(f"reviewloop up said nothing within {seconds} s: {told}{self.errors.read()}")

    def session(self, region=None):
        """A boto3 session as in the README: environment variables, nothing else."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(self.variables)
        # A library that is given no session takes the default one, which keeps the credentials of its first use.
        boto3.DEFAULT_SESSION = None
        core = botocore.session.get_session()
        service_model.watch(core, self.seen)
        return boto3.Session(botocore_session=core, region_name=region or self.region)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self):
        """SIGKILL to it and to every process it started, however deep: to it first, so that it records no end of the others."""
        for process in [self.process.pid, *descendants(self.process.pid)]:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


def descendants(process):
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.stdout.splitlines())}
    found = [process]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


def wait_for(what, look, seconds=120):
    """The first truthy answer of `look`."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(0.3)
