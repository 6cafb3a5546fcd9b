"""Finished seeds, one JSON line each: a run that was interrupted goes on where it ended."""

import datetime
import json


class Seeds:
    def __init__(self, folder, kind, rows):
        """`rows` is the digest of the rows of the set `kind`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "seeds.jsonl"
        self.rows = {"set": kind, "rows": rows}

    def key(self, contender, seed):
        return self.rows | {
            "contender": contender.name,
            "settings": contender.settings,
            "program": contender.program,
            "seed": seed,
        }

    def find(self, contender, seed):
        """The figures of a seed that has finished, or None."""
        key = self.key(contender, seed)
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return next((one["figures"] for one in map(json.loads, lines) if one["key"] == key), None)

    def keep(self, contender, seed, figures):
        date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        line = {"key": self.key(contender, seed), "figures": figures, "date": date}
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return figures
