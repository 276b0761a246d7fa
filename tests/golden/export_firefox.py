# SPDX-License-Identifier: GPL-2.0-only
#
# export_firefox.py FILE: what a profile for the Firefox Profiler holds, a line each, and what is wrong
# with it by the types of version 48: firefox-devtools/profiler, src/types/profile.js.
#
#	fault TEXT
#	stack THREAD FRAMES COUNT WEIGHT	frames with ; between them, outermost first
#	marker PROCESS NAME COUNT NS

import collections
import json
import sys

# Of each table: its columns, and whose index a value is.  "?": null or that.
TABLES = {
    "samples": {"stack": "stackTable?", "time": "number"},
    "markers": {"name": "stringArray", "startTime": "number", "endTime": "number", "phase": "number",
                "category": "categories", "data": "object"},
    "stackTable": {"frame": "frameTable", "prefix": "stackTable?", "category": "categories",
                   "subcategory": "number"},
    "frameTable": {"address": "number", "inlineDepth": "number", "category": "categories?",
                   "subcategory": "number?", "func": "funcTable", "nativeSymbol": "nativeSymbols?",
                   "innerWindowID": "number?", "implementation": "stringArray?", "line": "number?",
                   "column": "number?"},
    "funcTable": {"name": "stringArray", "isJS": "boolean", "relevantForJS": "boolean",
                  "resource": "resourceTable-", "fileName": "stringArray?", "lineNumber": "number?",
                  "columnNumber": "number?"},
    "resourceTable": {"lib": "libs?", "name": "stringArray", "host": "stringArray?", "type": "number"},
    "nativeSymbols": {"libIndex": "libs", "address": "number", "name": "stringArray",
                      "functionSize": "number?"},
}
THREAD = {"name": str, "processType": str, "processName": str, "pid": str, "tid": int,
          "isMainThread": bool, "processStartupTime": int, "registerTime": int, "pausedRanges": list,
          "stringArray": list}
META = {"product": str, "version": int, "preprocessedProfileVersion": int, "interval": (int, float),
        "startTime": (int, float), "processType": int, "stackwalk": int, "symbolicated": bool,
        "categories": list, "markerSchema": list}


def fault(text):
    print("fault", text, sep="\t")


def check_type(what, thing, types):
    for key, kind in types.items():
        if not isinstance(thing.get(key), kind) or (kind is int and isinstance(thing[key], bool)):
            fault("%s.%s is %r" % (what, key, thing.get(key)))


def size_of(name, thread):
    if name == "categories":
        return len(profile["meta"]["categories"])
    if name == "libs":
        return len(profile["libs"])
    return len(thread[name]) if name == "stringArray" else thread[name]["length"]


def fits(value, kind, thread):
    if kind.endswith("?"):
        return value is None or fits(value, kind[:-1], thread)
    if kind.endswith("-"):
        return value == -1 or fits(value, kind[:-1], thread)
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "number":
        return isinstance(value, (int, float))
    if kind == "object":
        return isinstance(value, dict) and value.get("type") in schemas
    return isinstance(value, int) and 0 <= value < size_of(kind, thread)


def check_table(thread, name):
    table = thread[name]
    for column, kind in TABLES[name].items():
        if len(table[column]) != table["length"]:
            fault("%s.%s has %d values of %d" % (name, column, len(table[column]), table["length"]))
        for value in table[column]:
            if not fits(value, kind, thread):
                fault("%s.%s: %r is no %s" % (name, column, value, kind))
                break


profile = json.load(open(sys.argv[1], encoding="utf-8"))
check_type("meta", profile["meta"], META)
if profile["meta"]["preprocessedProfileVersion"] != 48:
    fault("version")
categories = profile["meta"]["categories"]
if "grey" not in [c["color"] for c in categories] or any(not c["subcategories"] for c in categories):
    fault("categories")
schemas = [s["name"] for s in profile["meta"]["markerSchema"]]
stacks = collections.defaultdict(lambda: [0, 0.0])
markers = collections.defaultdict(lambda: [0, 0.0])
if len({t["tid"] for t in profile["threads"]}) != len(profile["threads"]):
    fault("a tid is there twice")
for pid in {t["pid"] for t in profile["threads"]}:
    if sum(t["isMainThread"] for t in profile["threads"] if t["pid"] == pid) != 1:
        fault("main threads of %s" % pid)
for thread in profile["threads"]:
    check_type("thread", thread, THREAD)
    for name in TABLES:
        check_table(thread, name)
    strings, table, samples = thread["stringArray"], thread["stackTable"], thread["samples"]
    paths = []
    for i in range(table["length"]):
        frame = table["frame"][i]
        name = strings[thread["funcTable"]["name"][thread["frameTable"]["func"][frame]]]
        prefix = table["prefix"][i]
        if prefix is not None and prefix >= i:
            fault("a stack before its prefix")
            continue
        paths.append((paths[prefix] + ";" if prefix is not None else "") + name)
    if samples["time"] != sorted(samples["time"]):
        fault("samples are not in order of time")
    if samples["weightType"] not in ("samples", "tracing-ms"):
        fault("weightType")
    for i, stack in enumerate(samples["stack"]):
        total = stacks[thread["name"], paths[stack]]
        total[0] += 1
        total[1] += samples["weight"][i] if samples["weight"] else 1
    table = thread["markers"]
    for i in range(table["length"]):
        if table["phase"][i] != 1 or table["endTime"][i] < table["startTime"][i]:
            fault("marker %d" % i)
        total = markers[thread["pid"], strings[table["name"][i]]]
        total[0] += 1
        total[1] += table["endTime"][i] - table["startTime"][i]
for key in sorted(stacks):
    print("stack", *key, *stacks[key], sep="\t")
for key in sorted(markers):
    print("marker", *key, markers[key][0], round(markers[key][1] * 1e6), sep="\t")
