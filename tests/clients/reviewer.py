"""A reviewer's program: the routes of the reviewers' pages that a browser uses, answered in JSON."""

import json
import urllib.parse
import urllib.request


class Reviewer:
    def __init__(self, portal, name, password):
        self.portal, self.cookies = portal, {}
        address = urllib.parse.urlsplit(portal)
        self.host = address.netloc
        # Names under localhost are this machine's, as browsers have it; few resolvers know that.
        self.address = f"http://127.0.0.1:{address.port}" if self.host.split(":")[0].endswith(".localhost") else portal
        self.call("/signin", {"username": name, "password": password})

    def call(self, path, form=None):
        """Sends cookies of a secure site to this machine, too, as browsers do and HTTP libraries do not."""
        body = form and urllib.parse.urlencode(form).encode()
        headers = {
            "Accept": "application/json",
            "Origin": self.portal,
            "Host": self.host,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        with urllib.request.urlopen(urllib.request.Request(self.address + path, body, headers), timeout=30) as answer:
            pairs = [cookie.split(";")[0].split("=", 1) for cookie in answer.headers.get_all("Set-Cookie", [])]
            self.cookies |= dict(pairs)
            return json.load(answer)

    def waiting(self):
        return [task["id"] for task in self.call("/tasks")["tasks"]]

    def answer(self, task, label):
        """`label` chooses by the text."""
        shown = self.call(f"/tasks/{task}")
        given = json.dumps({"sentiment": {"label": label(shown["input"]["taskObject"])}})
        self.call(f"/tasks/{task}/submit", {"csrf": shown["csrf"], "answer": given})
