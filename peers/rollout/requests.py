"""See `requests`."""

import collections
import contextlib
import http.client
import itertools
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path[:0] = [str(pathlib.Path(__file__).parents[2] / "tests/clients")]

from botocore.auth import SigV4Auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402
from loop_user import STACK, served, until, upload  # noqa: E402
from terminal import Terminal  # noqa: E402

NUMBER, CALLERS = int(sys.argv[1]), 4
# Beside the loop's endpoint, which deploy-model would bring back to where it should be.
ENDPOINT = "measured"
BODY = b'{"features": ["this dress is lovely"]}\n'
HEADERS = {"Content-Type": "application/jsonlines", "Accept": "application/jsonlines"}


class Requests:
    """One signature, which holds for minutes, for many equal requests over kept connections."""

    def __init__(self, aws):
        self.aws, self.counts, self.lost, self.lock = aws, collections.Counter(), [], threading.Lock()
        address = urllib.parse.urlsplit(aws.url)
        self.host, self.path = address.netloc, f"/endpoints/{ENDPOINT}/invocations"
        self.over, self.threads = threading.Event(), []

    def signed(self):
        keys = Credentials(self.aws.variables["AWS_ACCESS_KEY_ID"], self.aws.variables["AWS_SECRET_ACCESS_KEY"])
        request = AWSRequest("POST", f"http://{self.host}{self.path}", HEADERS, BODY)
        SigV4Auth(keys, "sagemaker", self.aws.region).add_auth(request)
        return dict(request.headers)

    def call(self):
        connection, headers, signed_at = http.client.HTTPConnection(self.host), {}, 0
        while not self.over.is_set():
            if time.monotonic() - signed_at > 120:
                headers, signed_at = self.signed(), time.monotonic()
            try:
                connection.request("POST", self.path, BODY, headers)
                answer = connection.getresponse()
                body, variant = answer.read(), answer.getheader("x-amzn-invoked-production-variant")
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                answer, body, variant = None, repr(error), None
            with self.lock:
                if answer is None or answer.status != 200:
                    self.lost.append(body)
                else:
                    self.counts[variant] += 1

    def start(self):
        self.threads = [threading.Thread(target=self.call, daemon=True) for _ in range(CALLERS)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def settled(sagemaker):
    """The endpoint, once it is in service."""

    def look():
        endpoint = sagemaker.describe_endpoint(EndpointName=ENDPOINT)
        return endpoint["EndpointStatus"] == "InService" and endpoint

    return until("the endpoint", look)


def changes(sagemaker):
    """One after another: a variant beside it, its weights, its instances, the variant away, another fleet at once and in steps."""
    [variant] = sagemaker.describe_endpoint_config(EndpointConfigName="alone")["ProductionVariants"]
    challenger = variant | {"VariantName": "challenger", "InitialVariantWeight": 0.0}
    sagemaker.create_endpoint_config(EndpointConfigName="pair", ProductionVariants=[variant, challenger])
    sagemaker.create_endpoint_config(EndpointConfigName="again", ProductionVariants=[variant])

    def weights(challenger, instances=1):
        sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=ENDPOINT,
            DesiredWeightsAndCapacities=[
                {"VariantName": "champion", "DesiredWeight": 1 - challenger, "DesiredInstanceCount": instances},
                {"VariantName": "challenger", "DesiredWeight": challenger, "DesiredInstanceCount": 1},
            ],
        )

    def config(name, **deployment):
        sagemaker.update_endpoint(EndpointName=ENDPOINT, EndpointConfigName=name, **deployment)

    def steps(kind, size):
        routing = {"Type": kind, "WaitIntervalInSeconds": 1, size: {"Type": "CAPACITY_PERCENT", "Value": 50}}
        return {"DeploymentConfig": {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}}

    yield "variant added", lambda: config("pair")
    yield "weights changed", lambda: weights(0.5)
    yield "weights changed", lambda: weights(1.0)
    yield "instances added", lambda: weights(0.5, instances=2)
    yield "instances removed", lambda: weights(0.0)
    yield "variant removed", lambda: config("alone")
    yield "fleet replaced", lambda: config("again")
    yield "fleet replaced", lambda: config("alone")
    yield "fleet replaced by a canary", lambda: config("again", **steps("CANARY", "CanarySize"))
    yield "fleet replaced in linear steps", lambda: config("alone", **steps("LINEAR", "LinearStepSize"))


def median_milliseconds(host, path, headers):
    """Of requests one after another, over one connection."""
    connection, times = http.client.HTTPConnection(host), []
    for _ in range(3000):
        started = time.perf_counter()
        connection.request("POST", path, BODY, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[500:])


def container_port():
    """Where the endpoint's process listens: its environment says it."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (process / "environ").read_bytes().split(b"\0")
            [command] = [(process / "cmdline").read_bytes().split(b"\0")]
            if command[1:2] == [b"serve"]:
                ports = [entry.split(b"=")[1] for entry in environment if entry.startswith(b"SAGEMAKER_BIND_TO_PORT=")]
                return int(ports[0])
    raise SystemExit("no process serves")


def main():
    with tempfile.TemporaryDirectory() as folder:
        stack = Terminal(pathlib.Path(folder))
        stack.up(EndpointType="instance", ApprovalMode="automatic", Rollout="none")
        try:
            measure(stack)
        finally:
            stack.down()


def measure(stack):
    sagemaker = stack.clients.sagemaker
    upload(stack.clients)
    until("the endpoint", lambda: served(stack.clients, 1))
    live = sagemaker.describe_endpoint(EndpointName=STACK)["EndpointConfigName"]
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=live)["ProductionVariants"]
    sagemaker.create_endpoint_config(EndpointConfigName="alone", ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName="alone")
    settled(sagemaker)
    requests = Requests(stack.aws)
    direct, through = [], []
    for _ in range(5):
        direct.append(median_milliseconds(f"127.0.0.1:{container_port()}", "/invocations", HEADERS))
        through.append(median_milliseconds(requests.host, requests.path, requests.signed()))
    added = [whole - alone for whole, alone in zip(through, direct)]
    print(f"p50 of one process {statistics.median(direct):.2f} ms, through local-aws {statistics.median(through):.2f} ms")
    print(f"local-aws adds {statistics.median(added):.2f} ms (medians of 5 times 2,500 requests)", flush=True)

    requests.start()
    started, done = time.monotonic(), collections.Counter()
    for number, (name, change) in enumerate(itertools.cycle(list(changes(sagemaker)))):
        answered = sum(requests.counts.values())
        if answered >= NUMBER and number % 8 == 0:
            break
        change()
        settled(sagemaker)
        done[name] += 1
    requests.stop()
    answered, seconds = sum(requests.counts.values()), time.monotonic() - started
    print(f"{answered} requests answered in {seconds:.0f} s, {len(requests.lost)} lost, of {dict(requests.counts)}")
    print(", ".join(f"{count} times {name}" for name, count in done.items()))
    for lost in requests.lost[:5]:
        print(f"lost: {lost}")
    sys.exit(bool(requests.lost))


if __name__ == "__main__":
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    main()
