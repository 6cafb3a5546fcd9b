"""cargo-lambda's own emulator in Lambda's place.

A function's process gets the environment file that `reviewloop up` wrote for it, as in
`cargo lambda watch --env-file`.
"""

import json
import os
import socket
import subprocess
import sys
import uuid
from pathlib import Path

from small_aws import wait_for

CARGO_LAMBDA = Path(sys.executable).parent / "cargo-lambda"


class Emulator:
    """cargo-lambda's Runtime and Invoke API, and the function processes that poll it."""

    def __init__(self, root, programs, environment_files, folder):
        self.programs, self.files, self.folder = programs, Path(environment_files), folder
        self.processes = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = ["--invoke-address", "127.0.0.1", "--invoke-port", str(self.port)]
        log = open(folder / "cargo-lambda.log", "w")
        command = [CARGO_LAMBDA, "lambda", "watch", "--only-lambda-apis", *self.address]
        self.server = subprocess.Popen(command, cwd=root, stdout=log, stderr=log)
        wait_for("cargo lambda watch", self.listens)

    def listens(self):
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def start(self, function):
        if function in self.processes:
            return
        lines = (self.files / f"{function}.env").read_text().splitlines()
        variables = {name: unquoted(value) for name, value in (line.split("=", 1) for line in lines if line)}
        variables |= {
            "AWS_LAMBDA_RUNTIME_API": f"http://127.0.0.1:{self.port}/.rt/{function}",
            "AWS_LAMBDA_FUNCTION_NAME": function,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "PATH": os.environ["PATH"],
        }
        log = open(self.folder / f"{function}.log", "w")
        self.processes[function] = subprocess.Popen([self.programs / function], env=variables, stdout=log, stderr=log)

    def invoke(self, function, data_file):
        self.start(function)
        command = [CARGO_LAMBDA, "lambda", "invoke", function, *self.address, "--data-file", str(data_file)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired as late:
            raise AssertionError((self.folder / f"{function}.log").read_text()) from late
        assert done.returncode == 0, done.stdout + done.stderr + (self.folder / f"{function}.log").read_text()
        return json.loads(done.stdout)

    def stop(self):
        for process in [*self.processes.values(), self.server]:
            process.kill()
            process.wait()


def unquoted(value):
    """A value of an env file: bare, or quoted as in JSON."""
    return json.loads(value) if value.startswith('"') else value


class Answers:
    """CloudFormation's end: a presigned URL of the small AWS, and what is put to it."""

    def __init__(self, s3):
        self.s3, self.place = s3, {"Bucket": f"answer-{uuid.uuid4()}", "Key": "answer.json"}
        s3.create_bucket(Bucket=self.place["Bucket"])
        self.url = s3.generate_presigned_url("put_object", Params=self.place)

    def received(self):
        return json.loads(self.s3.get_object(**self.place)["Body"].read())
