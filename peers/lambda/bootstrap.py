"""The least that runs a Python handler on the Runtime API: less than Lambda's own runtime does, so no peer loses by it."""

import http.client
import importlib.util
import json
import os
import sys
import traceback

PREFIX = "/2018-06-01/runtime/invocation"


def main(path):
    spec = importlib.util.spec_from_file_location("handler", path)
    handler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(handler)
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        api.request("GET", f"{PREFIX}/next")
        event = api.getresponse()
        request = event.headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            answer, end = handler.handle(json.loads(event.read())), "response"
        except Exception as error:
            traceback.print_exc()
            answer, end = {"errorType": type(error).__name__, "errorMessage": str(error)}, "error"
        api.request("POST", f"{PREFIX}/{request}/{end}", json.dumps(answer))
        api.getresponse().read()


sys.path.insert(0, os.path.dirname(sys.argv[1]))
main(sys.argv[1])
