# SPDX-License-Identifier: GPL-2.0-only
#
# export_pprof.py FILE: what a pprof profile holds, a line each, and what is wrong with it.  Field
# numbers are those of google/pprof, proto/profile.proto.
#
#	fault TEXT
#	type NAME UNIT TOTAL		in order
#	label KEY VALUE TOTAL...	by type
#	symbol NAME TOTAL...		of innermost frames
#	mapping FILE BUILD-ID

import collections
import gzip
import sys

sys.dont_write_bytecode = True
import protobuf


def fault(text):
    print("fault", text, sep="\t")


data = gzip.decompress(open(sys.argv[1], "rb").read())
top = collections.defaultdict(list)
for number, value in protobuf.fields(data):
    top[number].append(value)
strings = [value.decode("utf-8") for value in top[6]]
if strings[0]:
    fault("the first string is not empty")
if len(set(strings)) != len(strings):
    fault("a string is there twice")


def text(number):
    if number >= len(strings):
        fault("no string %d" % number)
        return ""
    return strings[number]


def by_id(field):
    table = {}
    for value in top[field]:
        m = protobuf.message(value)
        if m.get(1, 0) == 0 or m[1] in table:
            fault("id %d of field %d" % (m.get(1, 0), field))
        table[m[1]] = m
    return table


mappings, locations, functions = by_id(3), by_id(4), by_id(5)
for location in locations.values():
    line = protobuf.message(location[4])
    if line[1] not in functions:
        fault("no function %d" % line[1])
    mapping = location.get(2, 0)
    if mapping and mapping not in mappings:
        fault("no mapping %d" % mapping)
    if mapping and location.get(3, 0) >= mappings[mapping].get(3, 0) and location.get(3, 0):
        fault("an address behind its mapping")
types = [protobuf.message(value) for value in top[1]]
totals = [0] * len(types)
labels = collections.defaultdict(lambda: [0] * len(types))
symbols = collections.defaultdict(lambda: [0] * len(types))
for sample in top[2]:
    values = frames = ()
    tags = []
    for number, value in protobuf.fields(sample):
        if number == 1:
            frames = protobuf.varints(value)
        elif number == 2:
            values = protobuf.varints(value)
        elif number == 3:
            m = protobuf.message(value)
            tags.append("label\t%s\t%s" % (text(m[1]), text(m[2])))
    if len(values) != len(types) or not frames or any(f not in locations for f in frames):
        fault("a sample of %d values and %d frames" % (len(values), len(frames)))
        continue
    function = functions[protobuf.message(locations[frames[0]][4])[1]]
    for key in tags:
        labels[key] = [a + b for a, b in zip(labels[key], values)]
    name = "symbol\t" + text(function[2])
    symbols[name] = [a + b for a, b in zip(symbols[name], values)]
    totals = [a + b for a, b in zip(totals, values)]
for m, total in zip(types, totals):
    print("type\t%s\t%s\t%d" % (text(m[1]), text(m[2]), total))
for table in labels, symbols:
    for key in sorted(table):
        print(key, *table[key], sep="\t")
for mapping in mappings.values():
    print("mapping\t%s\t%s" % (text(mapping[5]), text(mapping[6])))
