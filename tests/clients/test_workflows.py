"""The workflows of .github: nobody runs them here, so a linter reads them. Expressions, pins and permissions are its subject."""

import subprocess
import sys
from pathlib import Path


def test_zizmor_finds_nothing_in_the_workflows(root):
    linter = Path(sys.executable).with_name("zizmor")
    options = ["--offline", "--no-progress", "--persona", "auditor", "--strict-collection"]
    done = subprocess.run([linter, *options, root / ".github/workflows"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings" in done.stdout + done.stderr
