"""An AWS of a few answers, held in memory, on a port of its own.

It knows nothing of states and signatures: S3 is a dictionary under conditional writes, and every other operation
answers what `functions.py` has written down for it. It is the same for all contenders and takes some tenths of a
millisecond, so that the functions are measured and not an emulator. An operation without an answer is refused.
"""

import email.utils
import hashlib
import http.server
import io
import json
import re
import threading
import time
import urllib.parse
import xml.sax.saxutils

# REST operations by method and path; all others name themselves in a header or are S3's.
REST = [
    ("POST", r"/endpoints/[^/]+/invocations", "InvokeEndpoint"),
    ("POST", r"/BatchGetRecord", "BatchGetRecord"),
    ("POST", r"/BatchWriteRecord", "BatchWriteRecord"),
    ("POST", r"/FeatureGroup/[^/]+/ListRecords", "ListRecords"),
    ("POST", r"/2015-03-31/functions/[^/]+/invocations", "Invoke"),
    ("POST", r"/human-loops", "StartHumanLoop"),
    ("GET", r"/human-loops", "ListHumanLoops"),
    ("GET", r"/human-loops/[^/]+", "DescribeHumanLoop"),
    ("PUT", r"/answer-to-cloudformation", "AnswerCloudFormation"),
]


class Refused(Exception):
    """`raise Refused(code, message)` in an answer becomes the protocol's error."""


class Aws(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls, self.objects, self.answers = [], {}, {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def reset(self, objects, answers):
        """The state that an event meets. Every event of a function meets the same."""
        self.calls, self.answers = [], answers
        self.objects = {key: value.encode() for key, value in objects.items()}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self):
        body = self.read_body()
        url = urllib.parse.urlsplit(self.path)
        path, query = urllib.parse.unquote(url.path), dict(urllib.parse.parse_qsl(url.query))
        operation = self.operation(path)
        if operation:
            self.server.calls.append(operation)
            self.named(operation, body)
        else:
            self.s3(path, query, body)

    def handle_expect_100(self):
        self.send_response_only(100)
        self.end_headers()
        # boto3 waits a second for it.
        self.wfile.flush()
        return True

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

    def operation(self, path):
        target = self.headers.get("X-Amz-Target")
        if target:
            return target.split(".")[-1]
        return next((name for method, pattern, name in REST if method == self.command and re.fullmatch(pattern, path)), None)

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            raw = self.chunks(self.rfile)
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "aws-chunked" in self.headers.get("Content-Encoding", "") or self.headers.get("x-amz-trailer"):
            return self.chunks(io.BytesIO(raw))
        return raw

    @staticmethod
    def chunks(stream):
        """The content of HTTP's and S3's chunks, without extensions and trailers."""
        whole = b""
        while size := int(stream.readline().split(b";")[0], 16):
            whole += stream.read(size)
            stream.readline()
        while stream.readline().strip():
            pass
        return whole

    def named(self, operation, body):
        kind = {"Content-Type": "application/x-amz-json-1.1"}
        try:
            answer = self.server.answers[operation]
            answer = answer(body) if callable(answer) else answer
        except KeyError:
            refusal = {"__type": "NotAnsweredHere", "message": f"functions.py has no answer for {operation}"}
            return self.reply(400, json.dumps(refusal).encode(), kind)
        except Refused as refused:
            code, message = refused.args
            return self.reply(400, json.dumps({"__type": code, "message": message}).encode(), kind)
        status = {"Invoke": 202, "StartHumanLoop": 201}.get(operation, 200)
        self.reply(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), kind)

    def s3(self, path, query, body):
        objects = self.server.objects
        key = path.lstrip("/").partition("/")[2]
        if self.command == "GET" and not key:
            self.server.calls.append("ListObjectsV2")
            return self.reply(200, listing(objects, query.get("prefix", "")), {"Content-Type": "application/xml"})
        self.server.calls.append({"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}[self.command])
        found = objects.get(key)
        if self.command == "PUT":
            if self.headers.get("If-None-Match") == "*" and found is not None:
                return self.s3_error(412, "PreconditionFailed")
            if (tag := self.headers.get("If-Match")) and (found is None or tag != etag(found)):
                return self.s3_error(412, "PreconditionFailed")
            objects[key] = body
            return self.reply(200, b"", {"ETag": etag(body)})
        if self.command == "DELETE":
            objects.pop(key, None)
            return self.reply(204, b"", {})
        if found is None:
            return self.s3_error(404, "NoSuchKey")
        self.reply(200, found, {"ETag": etag(found), "Last-Modified": email.utils.formatdate(time.time(), usegmt=True)})

    def s3_error(self, status, code):
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self.reply(status, body, {"Content-Type": "application/xml"})

    def reply(self, status, body, headers):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_):
        pass


def etag(content):
    return f'"{hashlib.md5(content).hexdigest()}"'


def listing(objects, prefix):
    moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    contents = "".join(
        f"<Contents><Key>{xml.sax.saxutils.escape(key)}</Key><LastModified>{moment}</LastModified>"
        f"<ETag>{etag(objects[key])}</ETag><Size>{len(objects[key])}</Size></Contents>"
        for key in sorted(objects)
        if key.startswith(prefix)
    )
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>".encode()
