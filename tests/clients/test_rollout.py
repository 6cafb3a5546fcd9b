"""Two challengers meet the labels of the audit: one that was taught wrongly is taken back, a sound one is promoted."""

import json
import sys
import time

import pytest

import reviews
from conftest import ROOT
from loop_user import BUCKET, SCHEDULED, judged, served, until, upload
from terminal import Terminal

sys.path[:0] = [str(ROOT / "peers/lambda/handlers")]

from _names import row_hash  # noqa: E402

# A gate that lets pass what its few test rows hardly tell apart.
AUTOMATIC = {
    "ApprovalMode": "automatic", "AuditRate": "0.2", "Epochs": "30", "MinimumRecall": "0", "NonInferiorityMargin": "0.3",
}  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The first version is live at once: there is nothing to compare it with."""
    stack = Terminal(tmp_path_factory.mktemp("rollout"))
    stack.up(**AUTOMATIC)
    upload(stack.clients)
    until("the endpoint", lambda: served(stack.clients, 1))
    yield stack
    stack.down()


def parcels(number, name="Zebra", seed=3):
    """Praise of one product."""
    for index in range(number):
        praise = reviews.PRAISE[(index + seed) % len(reviews.PRAISE)]
        yield f"{name} {seed}-{index}: this dress is so {praise} and {praise}; I wear it often."


HELD = "datasets/reviews/held/"


def uploaded(stack, name, rows):
    """A person takes in what is unlike the first file, as these are."""
    user, before = stack.clients, set(stack.clients.keys(HELD))
    lines = [f'"{text}",{rating},Dress' for text, rating in rows]
    user.s3.put_object(Bucket=BUCKET, Key=f"incoming/{name}.csv", Body="\n".join([reviews.HEADER, *lines, ""]).encode())
    # The version is there a moment before the record of what it is held for.
    for key in until("the held version", lambda: set(user.keys(HELD)) - before):
        number = str(int(key.removeprefix(HELD).removesuffix(".json")))
        released = stack.run("release", number, "--reason", "looked at")
        assert released.returncode == 0, released.stderr


def labelled(user, texts):
    """As collect-labels writes labels of the audit, a second after the challenger was registered at least."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    for text in texts:
        label = {
            "text": text, "label": reviews.label(text), "origin": "audit", "inclusion_probability": 0.2, "predicted": "0",
            "human_loop": "x", "created_at": at,
        }  # fmt: skip
        user.s3.put_object(Bucket=BUCKET, Key=f"labels/{row_hash(text)}.json", Body=json.dumps(label).encode())


def compared(user, version):
    """The comparison of this version, or nothing yet. shift-traffic is woken as by its schedule."""
    if "state/rollout.json" not in user.keys("state/rollout"):
        return None
    rollout = user.object("state/rollout.json")
    return rollout if rollout["challenger"]["number"] == version else None


def ended(user, version):
    event = json.dumps(SCHEDULED)
    user.functions.invoke(FunctionName="reviewloop-shift-traffic", InvocationType="Event", Payload=event)

    def over():
        rollout = compared(user, version)
        return rollout["state"]["name"] == "ended" and rollout

    return until("the end of the comparison", over)


def approval(user, version):
    [package] = [package for package in user.packages() if package["ModelPackageVersion"] == version]
    return package["ModelApprovalStatus"], package["ApprovalDescription"]


def test_a_challenger_that_was_taught_wrongly_is_taken_back(stack):
    user = stack.clients
    uploaded(stack, "wrong", [(text, 1) for text in parcels(200)])
    until("the comparison", lambda: compared(user, 2))
    # Its gate's test rows have the wrong labels too.
    assert judged(user, 2) == "Approved" and approval(user, 2)[0] == "PendingManualApproval"
    assert served(user, 1)
    waiting = stack.run("status").stdout
    assert "rollout      version 2 over version 1: undecided" in waiting, waiting

    labelled(user, parcels(300, seed=4))
    rollout = ended(user, 2)
    assert rollout["state"]["end"] == "rolled_back", rollout["state"]
    status, description = approval(user, 2)
    assert status == "Rejected" and description.startswith("Rollout rejected, worse than the champion"), description
    assert served(user, 1)
    drawn = stack.run("watch").stdout
    assert "version 2 over version 1, shadow, rejected" in drawn and "●" in drawn, drawn


def test_a_sound_challenger_is_promoted_and_goes_live(stack):
    user = stack.clients
    rows = [(text, rating) for text, rating, _ in reviews.rows(400, seed=12, name="Order", noise=0.2)]
    corrected = [(text, 5) for text in parcels(200)]
    uploaded(stack, "replace/sound", rows + corrected)
    until("the comparison", lambda: compared(user, 3))
    texts = [text for text, _, _ in reviews.rows(1200, seed=13, name="Delivery")]
    labelled(user, texts)
    rollout = ended(user, 3)
    assert rollout["state"]["end"] == "promoted", rollout["state"]
    until("the endpoint", lambda: served(user, 3))
    assert approval(user, 3)[0] == "Approved"
    stack.run("report", "--output", "report.html")
    page = (stack.folder / "report.html").read_text()
    assert "Rollout: version 3 over version 1" in page and "It is promoted:" in page
