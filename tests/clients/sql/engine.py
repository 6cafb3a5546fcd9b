"""The SQL engine as local-aws starts it: a program with a key, a port and S3."""

import json
import os
import subprocess
import urllib.error
import urllib.request


class Refused(Exception):
    """What the engine answers a statement that it does not run."""


class Engine:
    def __init__(self, program, variables):
        environment = {**os.environ, **variables, "PORT": "0"}
        self.process = subprocess.Popen([program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def run(self, statement):
        """A statement's answer; Refused has Athena's message."""
        body = json.dumps(statement).encode()
        request = urllib.request.Request(f"{self.url}/statements", body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)["message"]) from None

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
