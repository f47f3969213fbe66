#!/usr/bin/env python3
"""Runs `go test` and says what it leaves out: gotest.py [--forbid REASON] ARGUMENTS...

One line a package, the output of failed tests, and at the end which tests skipped themselves, by reason:
without -v, go test itself says nothing of them. A test that skips itself for a REASON (a regular
expression) that should not be there is a failure.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict


def reason(lines):
    """Why a test skipped itself: what it logged, without file and line."""
    said = [re.sub(r"^\S+_test\.go:\d+: ", "", s.strip()) for s in lines if not re.match(r"\s*(===|---) ", s)]
    return " ".join(s for s in said if s) or "no reason given"


def main():
    sys.stdout.reconfigure(line_buffering=True)
    args, forbidden = sys.argv[1:], None
    if args[:1] == ["--forbid"]:
        forbidden, args = re.compile(args[1]), args[2:]
    go = subprocess.Popen(["go", "test", "-json", *args], stdout=subprocess.PIPE, text=True)
    output = defaultdict(list)
    skipped = defaultdict(list)
    for line in go.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            print(line, end="")
            continue
        action, test = event["Action"], event.get("Test")
        key = event.get("Package"), test
        if action == "build-output":
            print(event["Output"], end="")
        elif action == "output" and test:
            output[key].append(event["Output"])
        elif action == "output":
            if event["Output"].startswith(("ok ", "FAIL\t", "?  ", "panic:", "#")):
                print(event["Output"], end="")
            output[key].append(event["Output"])
        elif action == "skip" and test:
            skipped[reason(output.pop(key, []))].append(test)
        elif action == "fail":
            print("".join(s for s in output.pop(key, []) if not s.startswith(("ok ", "FAIL\t", "=== "))), end="")
        elif action == "pass":
            output.pop(key, None)
    status = go.wait()
    for why, tests in skipped.items():
        wrong = forbidden and forbidden.search(why)
        names = ", ".join(tests[:6]) + (", ..." if len(tests) > 6 else "")
        print(f"{'FAIL, skipped' if wrong else 'skipped'}: {len(tests)} for: {why} ({names})")
        status = status or bool(wrong)
    sys.exit(status)


if __name__ == "__main__":
    main()
