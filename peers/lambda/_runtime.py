"""Lambda's Runtime API for one process at a time, and the clock beside it."""

import http.server
import json
import os
import queue
import subprocess
import threading
import time


class Function:
    """A started process that polls for events: `init` is from its start to its first poll, as Lambda counts it."""

    def __init__(self, command, environment, log):
        self.events, self.answers, self.polls = queue.Queue(), queue.Queue(), queue.Queue()
        self.sent = 0.0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.function = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        environment = {
            **environment,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}",
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
        }
        started = time.perf_counter()
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.init = (self.await_in(self.polls) - started) * 1000

    def invoke(self, payload):
        """The answer, and how many milliseconds it took."""
        self.events.put(json.dumps(payload).encode())
        sent, received, ok, answer = self.await_in(self.answers)
        assert ok, answer
        self.await_in(self.polls)
        return json.loads(answer), (received - sent) * 1000

    def await_in(self, arrivals):
        for _ in range(60):
            try:
                return arrivals.get(timeout=1)
            except queue.Empty:
                assert self.process.poll() is None, "the function has ended: see its output"
        raise AssertionError("the function did nothing for a minute")

    def peak_mb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
        self.server.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self):
        function = self.server.function
        function.polls.put(time.perf_counter())
        event = function.events.get()
        self.send_response_only(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:f")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(event)))
        self.end_headers()
        self.wfile.write(event)
        function.sent = time.perf_counter()
        self.wfile.flush()

    def do_POST(self):
        received = time.perf_counter()
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        function = self.server.function
        function.answers.put((function.sent, received, self.path.endswith("/response"), body))
        self.send_response_only(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.wfile.flush()

    def log_message(self, *_):
        pass
