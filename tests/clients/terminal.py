"""A person at a terminal: `reviewloop up` in one, the command line and the AWS CLI in another."""

import json
import os
import subprocess
import sys
from pathlib import Path

from conftest import PROGRAMS
from loop_user import PARAMETERS, Clients
from small_aws import SmallAws

# Where the AWS CLI is.
ENVIRONMENT = Path(sys.executable).parent


class Terminal:
    """A folder with the state of `up` where the command line looks for it."""

    def __init__(self, folder, program=PROGRAMS / "reviewloop"):
        self.folder, self.program, self.aws = folder, program, None
        self.state = folder / ".reviewloop/up"
        self.state.parent.mkdir(exist_ok=True)

    def up(self, **parameters):
        """Starts it with a small and quick loop, changed by these parameters."""
        self.aws = SmallAws(self.program, PROGRAMS, self.state, self.arguments(parameters))
        self.clients = Clients(self.aws)
        self.aws.session()

    def up_is_refused(self, **parameters):
        """What it says. A deletion takes more than a minute: provision-stack waits for the functions' last invocations."""
        command = [self.program, "up", "--port", "0", "--state", str(self.state), "--bin-dir", str(PROGRAMS)]
        command += self.arguments(parameters)
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=240)
        assert done.returncode == 1 and done.stdout == "", done.stdout + done.stderr
        return done.stderr

    def arguments(self, parameters):
        return [word for pair in (PARAMETERS | parameters).items() for word in ("--parameter", "=".join(pair))]

    def down(self):
        """Ctrl-C."""
        self.aws.stop()

    def told(self):
        """What `up` wrote while it ran."""
        return self.state.with_suffix(".stderr").read_text()

    def run(self, *arguments, program=None):
        path = f"{ENVIRONMENT}:{os.environ['PATH']}"
        environment = os.environ | self.aws.variables | {"PATH": path}
        command = [program or self.program, *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300
        )

    def json(self, *arguments):
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 1, done.stdout
        return done.stderr
