#!/usr/bin/env python3
"""Adds up test cases over suites: reads meson's testlog.json files, prints `N passed, N failed`.

A Catch2 binary counts by its test cases, anything else as one. A binary that crashed, timed out or
ran nothing counts as a failure: a suite that did not run has not passed.
"""
import json
import pathlib
import re
import sys

ALL_PASSED = re.compile(r"All tests passed \(.* in (\d+) test cases?\)")
CASES = re.compile(r"^test cases:(.*)$", re.MULTILINE)
PART = re.compile(r"(\d+) (passed|failed)")


def count(test):
    """passed, failed of one binary's run."""
    ok = test["result"] in ("OK", "EXPECTEDFAIL")
    output = test.get("stdout") or ""
    everything = ALL_PASSED.findall(output)
    if everything:
        return int(everything[-1]), 0 if ok else 1
    parts = CASES.findall(output)
    if parts:
        numbers = {kind: int(number) for number, kind in PART.findall(parts[-1])}
        failed = numbers.get("failed", 0)
        return numbers.get("passed", 0), failed if failed or ok else 1
    return (1, 0) if ok else (0, 1)


def main():
    passed = failed = skipped = 0
    for log in sys.argv[1:]:
        path = pathlib.Path(log)
        if not path.is_file():
            print(f"{log}: this suite left no log", file=sys.stderr)
            failed += 1
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            test = json.loads(line)
            if test["result"] == "SKIP":
                skipped += 1
                continue
            more_passed, more_failed = count(test)
            passed += more_passed
            failed += more_failed
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
