# SPDX-License-Identifier: GPL-2.0-only
#
# Read the wire format of Protocol Buffers: protobuf.dev/programming-guides/encoding.

import struct


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & (2**64 - 1), at


def varints(data):
    """A packed list."""
    at, values = 0, []
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def fields(data):
    """Each field as (number, value): an int, or bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        wire = tag & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 1:
            (value,) = struct.unpack_from("<Q", data, at)
            at += 8
        elif wire == 2:
            length, at = varint(data, at)
            value = data[at:at + length]
            assert len(value) == length, "a field is longer than its message"
            at += length
        elif wire == 5:
            (value,) = struct.unpack_from("<I", data, at)
            at += 4
        else:
            raise ValueError("wire type %d" % wire)
        assert tag >> 3, "field 0"
        yield tag >> 3, value


def message(data):
    """The last value of each field, by number."""
    return dict(fields(data))
