# SPDX-License-Identifier: GPL-2.0-only
#
# export_parquet.py FILE COMMAND ARGUMENT...: a reader of Parquet files for tests, by
# apache/parquet-format alone (README.md, Encodings.md, src/main/thrift/parquet.thrift).
#
#   check              faults: a line for each, nothing if there are none
#   columns            NAME TYPE of each
#   groups             ROWS of each row group, with the least and the greatest time
#   csv COLUMN[:FORM],...  these columns of all rows, as report/csv.c writes them; FORM: d or x
#   sum KEY,... EXPR   rows by these columns: their count, and the sums of columns or a*b, null as 0

import ctypes
import struct
import sys

zstd = ctypes.CDLL("libzstd.so.1")
zstd.ZSTD_decompress.restype = ctypes.c_size_t
faults = []


def fault(text):
    faults.append(text)


class Thrift:
    """Structs in the compact protocol, as dictionaries by field id."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self.byte()
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 8:
            length = self.varint()
            self.at += length
            return self.data[self.at - length:self.at]
        if kind == 9:
            head = self.byte()
            size = head >> 4
            if size == 15:
                size = self.varint()
            return [self.value(head & 15) for _ in range(size)]
        if kind == 12:
            return self.struct()
        raise ValueError("thrift: type %d" % kind)

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.byte()
            if not head:
                return fields
            last = last + (head >> 4) if head >> 4 else self.zigzag()
            fields[last] = self.value(head & 15)


def hybrid(data, at, width, count):
    """Encodings.md, RLE / bit-packing hybrid: count values, and where they end."""
    out, t = [], Thrift(data, at)
    while len(out) < count:
        head = t.varint()
        if head & 1:
            size = (head >> 1) * width
            bits = int.from_bytes(data[t.at:t.at + size], "little")
            t.at += size
            out += [bits >> i * width & (1 << width) - 1 for i in range((head >> 1) * 8)]
        else:
            size = (width + 7) // 8
            out += [int.from_bytes(data[t.at:t.at + size], "little")] * (head >> 1)
            t.at += size
    return out[:count], t.at


def plain(kind, data, count):
    if kind == "bool":
        return [bool(data[i // 8] >> i % 8 & 1) for i in range(count)]
    if kind == "text":
        out, at = [], 0
        for _ in range(count):
            size = struct.unpack_from("<I", data, at)[0]
            out.append(data[at + 4:at + 4 + size].decode("utf-8"))
            at += 4 + size
        return out
    code = {"int": "q", "uint": "Q", "real": "d"}[kind]
    return list(struct.unpack_from("<%d%s" % (count, code), data))


def unpack(data, size):
    out = ctypes.create_string_buffer(size or 1)
    if zstd.ZSTD_decompress(out, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data))) != size:
        raise ValueError("a page does not unpack to %d bytes" % size)
    return out.raw[:size]


class Column:
    def __init__(self, element):
        self.name = element[4].decode()
        self.kind = {0: "bool", 2: "int", 5: "real", 6: "text"}[element[1]]
        logical = element.get(10, {})
        if self.kind == "int" and logical:
            if logical.get(10) != {1: 64, 2: False} or element.get(6) != 14:
                fault("%s: no UINT_64" % self.name)
            self.kind = "uint"
        if self.kind == "text" and (1 not in logical or element.get(6) != 0):
            fault("%s: no string" % self.name)
        if element.get(3) != 1:
            fault("%s: not optional" % self.name)


class Table:
    def __init__(self, path):
        self.data = open(path, "rb").read()
        if self.data[:4] != b"PAR1" or self.data[-4:] != b"PAR1":
            raise ValueError("no PAR1 at both ends")
        length = struct.unpack("<I", self.data[-8:-4])[0]
        footer = Thrift(self.data[-8 - length:-8])
        self.meta = footer.struct()
        if footer.at != length:
            fault("the footer ends after %d of %d bytes" % (footer.at, length))
        self.end = len(self.data) - 8 - length
        root, *rest = self.meta[2]
        if root.get(5) != len(rest):
            fault("the root has not %d children" % len(rest))
        if len(self.meta.get(7, [])) != len(rest):
            fault("orders are not of all columns")
        self.columns = [Column(e) for e in rest]
        self.groups = self.meta[4]

    def chunk(self, group, i):
        """Values of a column in a row group, null as None; checks all that its metadata says."""
        column, c = self.columns[i], group[1][i]
        m = c[3]
        if m[3] != [column.name.encode()] or m[4] != 6:
            fault("%s: another path or codec" % column.name)
        at = begin = m.get(11, m[9])
        if c[2] != begin:
            fault("%s: starts elsewhere" % column.name)
        dictionary, out, raw, encodings = None, [], 0, set()
        while at < begin + m[7]:
            if at == m[9] and (11 in m) != (dictionary is not None):
                fault("%s: the dictionary is not where it should be" % column.name)
            t = Thrift(self.data, at)
            page = t.struct()
            body = unpack(self.data[t.at:t.at + page[3]], page[2])
            raw += t.at - at + page[2]
            at = t.at + page[3]
            if page[1] == 2:
                dictionary = plain(column.kind, body, page[7][1])
                continue
            count = page[5][1]
            size = struct.unpack_from("<I", body)[0]
            levels, end = hybrid(body, 4, 1, count)
            if end != 4 + size:
                fault("%s: levels end elsewhere" % column.name)
            body = body[end:]
            values = sum(levels)
            encodings.add(page[5][2])
            if page[5][2] == 8:
                index, end = hybrid(body, 1, body[0], values)
                found = [dictionary[k] for k in index]
                if end != len(body):
                    fault("%s: a page has more bytes" % column.name)
            else:
                found = plain(column.kind, body, values)
            found = iter(found)
            out += [next(found) if level else None for level in levels]
        if at != begin + m[7] or raw != m[6] or len(out) != m[5] or m[5] != group[3]:
            fault("%s: sizes or numbers of rows differ" % column.name)
        if set(m[2]) != encodings | {3} | ({0} if dictionary and 0 in m[2] else set()):
            fault("%s: encodings %s, but %s" % (column.name, m[2], encodings))
        self.statistics(column, m[12], out)
        return out, at

    def statistics(self, column, s, values):
        known = [v for v in values if v is not None]
        if s.get(3) != len(values) - len(known):
            fault("%s: nulls" % column.name)
        if (6 in s) != (5 in s):
            fault("%s: one bound" % column.name)
        if 6 not in s:
            if known and column.kind in ("int", "uint", "bool"):
                fault("%s: no bounds" % column.name)
            return
        if column.kind == "text":
            least, most = s[6].decode(), s[5].decode()
            known = [v.encode() for v in known]
            least, most = least.encode(), most.encode()
        else:
            least, most = (plain(column.kind, s[k], 1)[0] for k in (6, 5))
        if min(known) != least or max(known) != most:
            fault("%s: bounds %s, %s" % (column.name, least, most))

    def read(self, names):
        index = [[c.name for c in self.columns].index(n) for n in names]
        for g in self.groups:
            yield from zip(*(self.chunk(g, i)[0] for i in index))

    def check(self):
        at, rows = 4, 0
        for g in self.groups:
            rows += g[3]
            if g[5] != at or not g[3]:
                fault("a group starts elsewhere, or is empty")
            for i in range(len(self.columns)):
                begin = g[1][i][3].get(11, g[1][i][3][9])
                if begin != at:
                    fault("a gap before %s" % self.columns[i].name)
                at = self.chunk(g, i)[1]
            if g[6] != at - g[5] or g[2] != sum(c[3][6] for c in g[1]):
                fault("sizes of a group")
        if at != self.end:
            fault("bytes between the last page and the footer")
        if rows != self.meta[3]:
            fault("rows in the footer")


def shown(column, v, form=""):
    """As report/csv.c writes it; form: d or x, if it is not the usual one of the type."""
    if v is None:
        return ""
    if column.kind == "real":
        return "%d.%02d" % divmod(int(v * 100 + 0.5), 100)
    if form == "x" or column.kind == "uint" and form != "d":
        return hex(v)
    text = str(int(v) if column.kind == "bool" else v)
    if any(c in text for c in ',"\r\n') or text != text.strip(" "):
        text = '"' + text.replace('"', '""') + '"'
    return text


def main():
    table = Table(sys.argv[1])
    command, args = sys.argv[2], sys.argv[3:]
    by_name = {c.name: c for c in table.columns}
    if command == "columns":
        for c in table.columns:
            print(c.name, c.kind)
    elif command == "groups":
        time = [c.name for c in table.columns].index("time")
        for g in table.groups:
            s = g[1][time][3][12]
            print(g[3], *(plain("int", s[k], 1)[0] for k in (6, 5)))
    elif command == "csv":
        names, _, forms = zip(*(n.partition(":") for n in args[0].split(",")))
        for row in table.read(names):
            print(",".join(shown(by_name[n], v, f) for n, v, f in zip(names, row, forms)))
    elif command == "sum":
        keys, sums = args[0].split(","), [a.split("*") for a in args[1:]]
        names = keys + [n for s in sums for n in s]
        totals = {}
        for row in table.read(names):
            at = len(keys)
            to = totals.setdefault(row[:at], [0] * (1 + len(sums)))
            to[0] += 1
            for i, s in enumerate(sums):
                value = 1
                for n in range(len(s)):
                    value *= row[at + n] or 0
                at += len(s)
                to[1 + i] += value
        for key in totals:
            print("\t".join([shown(by_name[n], v) for n, v in zip(keys, key)] + [str(n) for n in totals[key]]))
    else:
        table.check()
    for f in sorted(set(faults)):
        print("fault\t%s" % f)


main()
