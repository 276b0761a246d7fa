# SPDX-License-Identifier: GPL-2.0-only
#
# export_perfetto.py FILE: what a trace of Perfetto holds, a line each, and what is wrong with it.
# Field numbers are those of google/perfetto, protos/perfetto/trace/.
#
#	fault TEXT
#	track PATH			names of the track and of those that it is in, "a/b/c"
#	slices PATH NAME COUNT NS	of each name on a track
#	counter PATH COUNT SUM		of a counter's values

import collections
import struct
import sys

sys.dont_write_bytecode = True
import protobuf


def fault(text):
    print("fault", text, sep="\t")


TYPE_BEGIN, TYPE_END, TYPE_COUNTER = 1, 2, 4
names, tracks, events = {}, {}, []
first = True
for number, packet in protobuf.fields(open(sys.argv[1], "rb").read()):
    if number != 1:
        fault("field %d of the trace" % number)
    m = protobuf.message(packet)
    if first != (m.get(13) == 1):
        fault("incremental state is cleared in the first packet alone")
    first = False
    if m.get(10) != 1:
        fault("sequence %s" % m.get(10))
    if 12 in m:
        for field, entry in protobuf.fields(m[12]):
            entry = protobuf.message(entry)
            if field != 2 or entry[1] in names:
                fault("interned data %d" % field)
            names[entry[1]] = entry[2].decode("utf-8")
    if 60 in m:
        track = protobuf.message(m[60])
        if track[1] in tracks:
            fault("track %d is there twice" % track[1])
        tracks[track[1]] = track
    if 11 in m:
        event = protobuf.message(m[11])
        if 10 in event and event[10] not in names:
            fault("no name %d yet" % event[10])
        events.append((m[8], len(events), event))


def path(uuid):
    if uuid not in tracks:
        fault("no track %d" % uuid)
        return "?"
    track = tracks[uuid]
    above = path(track[5]) + "/" if 5 in track else ""
    return above + track[2].decode("utf-8")


slices = collections.defaultdict(lambda: [0, 0])
counters = collections.defaultdict(lambda: [0, 0.0])
stacks = collections.defaultdict(list)
# as readers do: by time, and packets of one time in their order
for time, _, event in sorted(events, key=lambda e: e[:2]):
    stack = stacks[event[11]]
    if event[9] == TYPE_BEGIN:
        if stack:
            fault("%s in %s" % (names[event[10]], stack[-1][0]))
        stack.append((names[event[10]], time))
    elif event[9] == TYPE_END and stack:
        name, begin = stack.pop()
        total = slices[path(event[11]), name]
        total[0] += 1
        total[1] += time - begin
    elif event[9] == TYPE_COUNTER and 8 in tracks.get(event[11], {}):
        total = counters[path(event[11])]
        total[0] += 1
        total[1] += struct.unpack("<d", struct.pack("<Q", event[44]))[0]
    else:
        fault("event of type %d" % event[9])
for uuid, stack in stacks.items():
    if stack:
        fault("no end on %s" % path(uuid))
for uuid in tracks:
    print("track", path(uuid), sep="\t")
for key in sorted(slices):
    print("slices", *key, *slices[key], sep="\t")
for key in sorted(counters):
    print("counter", key, *counters[key], sep="\t")
