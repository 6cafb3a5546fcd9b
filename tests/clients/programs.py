"""The programs that ./test has built.

They are links, because `cargo lambda build` takes programs out of cargo's folder where both build for the same target, as
.ci/run does.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def linked():
    """The folder of the links, which are made anew where cargo's folder has the program."""
    # Cargo has a folder for each target that a build names.
    built = TARGET / os.environ.get("CARGO_BUILD_TARGET", "") / "debug"
    folder = TARGET / "client-suites/programs"
    folder.mkdir(parents=True, exist_ok=True)
    for program in built.iterdir():
        if program.is_file() and not program.suffix and os.access(program, os.X_OK):
            # In one step: ./test starts suites beside each other.
            link, new = folder / program.name, folder / f".{program.name}.{os.getpid()}"
            new.hardlink_to(program)
            new.replace(link)
            # Where both are the same file already, replacing is nothing.
            new.unlink(missing_ok=True)
    return folder


PROGRAMS = linked()
