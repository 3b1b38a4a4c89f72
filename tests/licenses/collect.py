#!/usr/bin/env python3
"""Writes src/licenses/crates.txt: the licence texts of all crates in the released programs, and with all features.

Run it after each change of Cargo.lock: tests/licenses/collect.py
"""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "src/licenses/crates.txt"
# The targets of .github/workflows/release.yml.
TARGETS = ["x86_64-unknown-linux-musl", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"]
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)
APACHE_END = "END OF TERMS AND CONDITIONS"


def shipped():
    """Returns the crates that are linked into the programs: no build scripts, macros or tests."""
    crates = {}
    for target in TARGETS:
        command = ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1", "--filter-platform", target]
        metadata = json.loads(subprocess.check_output(command, cwd=ROOT))
        packages = {package["id"]: package for package in metadata["packages"]}
        nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
        waiting = [metadata["resolve"]["root"]]
        seen = set()
        while waiting:
            name = waiting.pop()
            package = packages[name]
            is_macro = any("proc-macro" in kind["kind"] for kind in package["targets"])
            if name in seen or is_macro:
                continue
            seen.add(name)
            for dependency in nodes[name]["deps"]:
                if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                    waiting.append(dependency["pkg"])
        seen.remove(metadata["resolve"]["root"])
        crates |= {(packages[name]["name"], packages[name]["version"]): packages[name] for name in seen}
    return sorted(crates.items())


def tidy(text):
    """Removes differences that do not count: line ends, blanks, form feeds, blank lines at the ends."""
    lines = text.replace("\r\n", "\n").replace("\f", "").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def copyright_lines(text):
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if re.match(r"(?i)copyright (\(c\)|©|\d{4})", line)]


def texts_of(package, standard):
    """Returns the licence texts of a crate."""
    folder = Path(package["manifest_path"]).parent
    files = [path for path in sorted(folder.iterdir()) if LICENCE_FILE.match(path.name) and path.is_file()]
    texts = [tidy(path.read_text(encoding="utf-8", errors="replace")) for path in files]
    if any("permission" in text.lower() or "conditions" in text.lower() for text in texts):
        # The terms of the Apache licence are the same in all files, but for blanks and the appendix.
        shared = []
        for text in texts:
            if APACHE_END in text and text.lstrip().startswith("Apache License"):
                shared.append(standard["Apache-2.0"])
                shared += ["\n".join(copyright_lines(text.split(APACHE_END)[1]))]
            else:
                shared.append(text)
        return [text for text in shared if text]
    # The crate has no file with its licence.
    head = re.match(r"/\*.*?\*/", (folder / "src/lib.rs").read_text(encoding="utf-8"), re.DOTALL)
    if head and "copyright" in head.group().lower():
        return texts + [tidy(head.group())]
    licences = re.split(r" OR |/", package["license"])
    chosen = next(licence for licence in ["MIT", "0BSD", "BSD-3-Clause"] if licence in licences)
    authors = ", ".join(re.sub(r" <.*>", "", author) for author in package["authors"])
    holder = f"Copyright (c) {authors or 'The ' + package['name'] + ' authors'}"
    return texts + [f"{holder}\n\n{standard[chosen]}"]


def standard_texts(crates):
    """Returns texts of licences without a holder, for crates that lack a file."""
    def body(name, file, start):
        package = next(package for (other, _), package in crates if other == name)
        text = tidy((Path(package["manifest_path"]).parent / file).read_text(encoding="utf-8"))
        return text[text.index(start):]

    return {
        "MIT": body("adler2", "LICENSE-MIT", "Permission is hereby granted"),
        "0BSD": body("adler2", "LICENSE-0BSD", "Permission to use"),
        "BSD-3-Clause": body("alloc-no-stdlib", "LICENSE", "Redistribution"),
        "Apache-2.0": tidy((ROOT / "LICENSE-APACHE").read_text(encoding="utf-8")),
    }


def main():
    crates = shipped()
    standard = standard_texts(crates)
    numbers = {}
    texts = []
    lines = []
    for (name, version), package in crates:
        used = []
        for text in texts_of(package, standard):
            same = " ".join(text.split())
            if same not in numbers:
                texts.append(text)
                numbers[same] = len(texts)
            if numbers[same] not in used:
                used.append(numbers[same])
        label = "text" if len(used) == 1 else "texts"
        lines.append(f"{name} {version}: {package['license']}, {label} {', '.join(map(str, used))}")
    parts = ["\n".join(lines)]
    for number, text in enumerate(texts, 1):
        parts.append(f"---------- text {number} ----------\n\n{text}")
    OUTPUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"{len(crates)} crates, {len(texts)} texts")


if __name__ == "__main__":
    main()
