"""local-aws as a child process, and clients of it."""

import json
import os
import pathlib
import subprocess

import boto3
import botocore.config

from _measure import FOLDER, TARGET

CONNECTIONS = 8


class LocalAws:
    """The programs are those of cargo's folder, with this SQL engine beside them where one is given."""

    def __init__(self, folder, engine=None):
        programs = folder / "programs"
        programs.mkdir(parents=True)
        built = (file for file in (TARGET / "debug").iterdir() if file.is_file() and os.access(file, os.X_OK))
        chosen = {program.name: program for program in built if not program.suffix}
        if engine:
            chosen["sql-engine"] = engine
        for name, program in chosen.items():
            (programs / name).symlink_to(program)
        command = [TARGET / "debug/reviewloop", "up", "--json", "--port", "0"]
        command += ["--state", folder / "state", "--bin-dir", programs]
        log = (FOLDER / f"{folder.name}.log").open("w")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        told = self.first_object()
        self.session = boto3.Session(
            aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
            region_name=told["AWS_REGION"],
        )
        self.url = told["AWS_ENDPOINT_URL"]

    def first_object(self):
        """It ends with a line of its own."""
        lines = ""
        for line in self.process.stdout:
            lines += line
            if line.startswith("}"):
                return json.loads(lines)
        raise SystemExit(f"local-aws said nothing; its log lies in {FOLDER}")

    def client(self, service):
        config = botocore.config.Config(max_pool_connections=CONNECTIONS, s3={"addressing_style": "path"})
        return self.session.client(service, endpoint_url=self.url, config=config)

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait()
