#!/usr/bin/env python3
"""Includes go one way: a folder at the top is a layer, and this table says which it may see.

The table is the architecture diagram. Each library in meson.build lists the same edges, so that an
upward call fails to link as well.
"""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": set(),
    "csi-spec": set(),
    "kube": {"base"},
    "csi": {"base", "csi-spec"},
    "snapshot": {"base"},
    "sidecar": {"base", "kube", "csi", "snapshot"},
    "controller": {"base", "kube", "snapshot"},
    "devcluster": {"base", "csi-spec", "snapshot"},
    "tests": {"base", "csi-spec", "kube", "csi", "snapshot", "sidecar", "controller", "devcluster"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
VAGUE = re.compile(r"util|helper|common|misc")


def sources(root):
    for layer in MAY_INCLUDE:
        for path in sorted((root / layer).rglob("*")):
            if path.suffix in {".hpp", ".cpp"}:
                yield layer, path


def problems(root):
    for layer, path in sources(root):
        name = path.relative_to(root)
        if VAGUE.search(path.stem):
            yield f"{name}: a file is named after one thing of the field"
        lines = path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".hpp" and "#pragma once" not in lines:
            yield f"{name}: has no #pragma once"
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            target = found.group(1).split("/")[0]
            if target not in MAY_INCLUDE:
                yield f'{name}:{number}: "{found.group(1)}" does not start with a layer'
            elif target != layer and target not in MAY_INCLUDE[layer]:
                yield f"{name}:{number}: {layer} must not see {target}"


def misplaced_tests(root):
    """A test lies where its source lies, under tests/unit, and its name begins with the source's."""
    for path in sorted((root / "tests" / "unit").rglob("*_test.cpp")):
        layer = root / path.relative_to(root / "tests" / "unit").parts[0]
        stem = path.stem.removesuffix("_test")
        named = {source.stem for source in layer.rglob("*") if source.suffix in {".hpp", ".cpp", ".proto"}}
        if not any(stem == name or stem.startswith(name + "_") for name in named):
            yield f"{path.relative_to(root)}: there is no source in {layer.name}/ that it could be the test of"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(problems(root)) + list(misplaced_tests(root))
    count = sum(1 for _ in sources(root))
    if count == 0:
        found.append(f"{root}: no sources found")
    print("\n".join(found) if found else f"{count} files, all includes go down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
