"""An endpoint as a child process."""

import json
import os
import subprocess
import urllib.request


class Served:
    def __init__(self, program, base, environment):
        settings = {
            "SAGEMAKER_BASE_DIR": str(base),
            "SAGEMAKER_BIND_TO_PORT": "0",
            **environment,
        }
        self.process = subprocess.Popen(
            [program, "serve"],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "listening on " in line:
                self.address = "http://" + line.split("listening on ")[1].split()[0]
                return
        raise AssertionError("the endpoint did not start:\n" + "".join(said))

    def post(self, body, content_type="application/jsonlines"):
        request = urllib.request.Request(
            self.address + "/invocations", body.encode(), {"content-type": content_type}
        )
        with urllib.request.urlopen(request) as response:
            return response.read().decode()

    def probabilities(self, texts):
        """One dictionary from label to probability per text."""
        body = "".join(json.dumps({"features": [text]}) + "\n" for text in texts)
        return [json.loads(line)["probabilities"] for line in self.post(body).splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=60)
