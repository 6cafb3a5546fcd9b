"""Measures Amazon S3 of local-aws beside moto's server, in turns, through the same boto3, and prints one table.

local-aws keeps what it acknowledges on disk, synced; moto keeps it in memory. The processor time is the server's own:
it says the same on a machine that has other things to do.
"""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import boto3
import botocore.config

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PROGRAMS = pathlib.Path(os.environ["PROGRAMS"])
BUCKET, MIB, CONNECTIONS, GETS = "benchmark", 64, 8, 100


class Server:
    def __init__(self, command, url=None):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.s3 = boto3.client(
            "s3",
            endpoint_url=url or json.JSONDecoder().raw_decode(self.first_lines())[0]["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="AKIAUNKNOWN",
            aws_secret_access_key="unknown",
            config=botocore.config.Config(max_pool_connections=CONNECTIONS, s3={"addressing_style": "path"}),
        )

    def first_lines(self):
        """One object of JSON, which ends with a line of its own."""
        lines = ""
        for line in self.process.stdout:
            lines += line
            if line.startswith("}"):
                return lines
        raise SystemExit(f"{self.process.args[0]} said nothing")

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def read(self, key):
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def ours(folder):
    command = [PROGRAMS / "reviewloop", "up", "--json", "--accept-any-credentials", "--port", "0"]
    return Server([*command, "--state", folder, "--bin-dir", PROGRAMS])


def moto():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server([pathlib.Path(sys.executable).parent / "moto_server", "-p", str(port)], f"http://127.0.0.1:{port}")
    end = time.monotonic() + 60
    while socket.socket().connect_ex(("127.0.0.1", port)):
        assert time.monotonic() < end, "moto_server does not listen"
        time.sleep(0.1)
    return server


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def p50(times, work):
    return 1000 * statistics.median(timed(lambda: work(number)) for number in range(times))


def at_once(work):
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def round_of(server):
    large, small = os.urandom(MIB << 20), os.urandom(4096)
    put = lambda key, body: server.s3.put_object(Bucket=BUCKET, Key=key, Body=body)  # noqa: E731
    figures, start = {}, server.processor_seconds()
    figures["PutObject 64 MiB, MiB/s"] = MIB / timed(lambda: put("large", large))
    figures["PutObject 64 MiB, processor s"] = server.processor_seconds() - start
    figures["GetObject 64 MiB, MiB/s"] = MIB / timed(lambda: server.read("large"))
    figures["PutObject 4 KiB, p50 ms"] = p50(40, lambda number: put(f"small/{number}", small))
    figures["GetObject 4 KiB, p50 ms"] = p50(200, lambda _: server.read("small/0"))
    figures["HeadObject, p50 ms"] = p50(100, lambda _: server.s3.head_object(Bucket=BUCKET, Key="small/0"))
    start = server.processor_seconds()
    seconds = timed(lambda: at_once(lambda: [server.read("small/0") for _ in range(GETS)]))
    figures[f"GetObject 4 KiB, {CONNECTIONS} connections, 1/s"] = CONNECTIONS * GETS / seconds
    used = server.processor_seconds() - start
    figures[f"GetObject 4 KiB, {CONNECTIONS} connections, processor ms"] = 1000 * used / (CONNECTIONS * GETS)
    return figures


def main():
    with tempfile.TemporaryDirectory() as folder:
        servers = {}
        try:
            servers["local-aws"] = ours(folder + "/state")
            servers["moto"] = moto()
            rounds = {name: [] for name in servers}
            for server in servers.values():
                server.s3.create_bucket(Bucket=BUCKET)
                server.s3.put_object(Bucket=BUCKET, Key="first", Body=b"warm")
            for _ in range(ROUNDS):
                for name, server in servers.items():
                    rounds[name].append(round_of(server))
        finally:
            for server in servers.values():
                server.process.terminate()
                server.process.wait()
    print(f"{'median of ' + str(ROUNDS) + ' rounds':48}" + "".join(f"{name:>12}" for name in rounds))
    for figure in rounds["moto"][0]:
        medians = [statistics.median(one[figure] for one in rounds[name]) for name in rounds]
        print(f"{figure:48}" + "".join(f"{median:12.2f}" for median in medians))
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
