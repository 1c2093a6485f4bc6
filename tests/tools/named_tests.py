#!/usr/bin/env python3
"""tests/README.md says which test proves what: each case, row and file that it names must be there.

Quoted words are looked for in the sources of the tests, an ellipsis standing for what is left out.
"""
import pathlib
import re
import sys

SPLIT_LITERAL = re.compile(r'"\s*\n\s*"')
QUOTED = re.compile(r'"([^"]+)"')
FILE = re.compile(r"`([\w/-]+_test\.cpp)`")
SAID_OF_THIS_PAGE = {"case: row", "xxx"}


def main():
    tests = pathlib.Path(sys.argv[1]) / "tests"
    page = (tests / "README.md").read_text(encoding="utf-8")
    paths = sorted(tests.rglob("*_test.cpp"))
    sources = "\n".join(SPLIT_LITERAL.sub("", path.read_text(encoding="utf-8")) for path in paths)
    quoted = set(QUOTED.findall(page[page.index("## Upstream"):])) - SAID_OF_THIS_PAGE
    parts = {part.strip(" ,") for name in quoted for part in name.split("…")} - {""}
    files = set(FILE.findall(page))
    missing = sorted(part for part in parts if part not in sources)
    missing += sorted(name for name in files if not any(str(path).endswith("/" + name) for path in paths))
    for name in missing:
        print(f"tests/README.md names a test that is not there: {name}")
    if not quoted:
        print("tests/README.md names no tests")
    print(f"{len(parts)} names and {len(files)} files are there" if quoted and not missing else "")
    return 1 if missing or not quoted else 0


if __name__ == "__main__":
    sys.exit(main())
