// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/io.h"
#include "collector/perfdata/perfdata_impl.h"

/* struct f_attr: a perf_event_attr, then the section of its ids. */
#define IDS_SECTION 16
#define F_ATTR_MAX 4096

/* A file that becomes shorter, and a disk that fails, both give fewer bytes: ask which it was. */
static long header_read(struct perfdata *pd, uint64_t pos, void *buf, size_t len)
{
	long n = read_at(pd->fd, pos, buf, len), more;
	uint8_t byte;

	if (n >= 0 && (size_t)n < len) {
		more = read_at(pd->fd, pos + (size_t)n, &byte, 1);
		n = more < 0 ? more : n;
	}
	if (n < 0 && !pd->error)
		pd->error = (int)n;
	return n;
}

uint8_t *perfdata_read_section(struct perfdata *pd, const struct section *sec, size_t *len)
{
	uint8_t *buf;
	long n;

	*len = 0;
	if (!sec->size)
		return NULL;
	if (sec->size > SECTION_MAX) {
		notes_add(&pd->notes, "A header section of %" PRIu64 " MiB was not read.",
			  sec->size >> 20);
		return NULL;
	}
	buf = malloc((size_t)sec->size);
	if (!buf)
		return NULL;
	n = header_read(pd, sec->offset, buf, (size_t)sec->size);
	if (n != (long)sec->size) {
		notes_add(&pd->notes, "A header section could not be read: the file "
			  "became shorter while it was read.");
		free(buf);
		return NULL;
	}
	*len = (size_t)sec->size;
	return buf;
}

static bool section_at(struct section *sec, const uint8_t *p, uint64_t file_size)
{
	sec->offset = le64(p);
	sec->size = le64(p + 8);
	return sec->offset <= file_size && sec->size <= file_size - sec->offset;
}

static void read_ids(struct perfdata *pd, const uint8_t *where, uint32_t attr)
{
	struct section sec;
	uint8_t *buf;
	size_t len;

	if (!section_at(&sec, where, pd->size)) {
		notes_add(&pd->notes, "The ids of an event lie outside of the file.");
		return;
	}
	if (sec.size / 8 > PERF_IDS_MAX - pd->attrs.nr_ids) {
		notes_add(&pd->notes, "An event has more ids than %u, which is too many.",
			  PERF_IDS_MAX);
		return;
	}
	buf = perfdata_read_section(pd, &sec, &len);
	for (size_t i = 0; buf && i + 8 <= len; i += 8)
		attrs_bind(&pd->attrs, le64(buf + i), attr);
	free(buf);
}

static int read_attrs(struct perfdata *pd, const struct section *sec, uint64_t entry,
		      const struct input_error *err)
{
	uint8_t buf[F_ATTR_MAX];
	uint64_t nr = sec->size / entry;
	uint64_t ids_read = 0;

	for (uint64_t i = 0; i < nr; i++) {
		long attr;

		if (header_read(pd, sec->offset + i * entry, buf, (size_t)entry) != (long)entry)
			break;
		attr = attrs_add(&pd->attrs, buf, (size_t)entry - IDS_SECTION);
		if (attr == -ENOSPC) {
			notes_add(&pd->notes, "Only the first %u events were read.",
				  PERF_ATTRS_MAX);
			break;
		}
		if (attr < 0)
			return input_fail(err, (int)attr, "out of memory: the list of events is "
					  "too long");
		/* Many events may name the same huge section: limit the total number of ids. */
		ids_read += le64(buf + entry - 8) / 8;
		if (ids_read <= PERF_IDS_MAX)
			read_ids(pd, buf + entry - IDS_SECTION, (uint32_t)attr);
	}
	return 0;
}

bool perf_ends_in_round(int fd, uint64_t start, uint64_t end, size_t nr)
{
	uint8_t p[8];

	return nr && end - start >= sizeof(p) &&
	       read_at(fd, end - sizeof(p), p, sizeof(p)) == sizeof(p) &&
	       le32(p) == PERF_REC_FINISHED_ROUND && le16(p + 6) == sizeof(p) + 16 * nr;
}

size_t perf_nr_sections(const uint64_t features[4])
{
	size_t nr = 0;

	for (unsigned int i = 0; i < 4; i++)
		nr += (size_t)__builtin_popcountll(features[i]);
	return nr;
}

/* The table after the data: one section for each set bit, in order. */
static void find_features(struct perfdata *pd)
{
	uint64_t at = pd->data_end;
	uint8_t entry[16];

	pd->has_features = true;
	if (perf_ends_in_round(pd->fd, pd->data_start, at, perf_nr_sections(pd->features)))
		pd->data_end -= 8;
	for (unsigned int f = 0; f < PERF_FEAT_BITS; f++) {
		if (!(pd->features[f / 64] >> (f % 64) & 1))
			continue;
		if (header_read(pd, at, entry, sizeof(entry)) != sizeof(entry)) {
			pd->has_features = false;
			notes_add(&pd->notes, "The file ends before its header sections: "
				  "names of events, host and CPUs are missing.");
			return;
		}
		if (!section_at(&pd->feature[f], entry, pd->size)) {
			memset(&pd->feature[f], 0, sizeof(pd->feature[f]));
			/* HEADER_RESERVED: older `spelunk record` had a record's header there */
			if (f)
				notes_add(&pd->notes, "Header section %u lies outside of the "
					  "file and was not read.", f);
		}
		at += sizeof(entry);
	}
}

/* Not AUXTRACE: that index grows with the recording and is read only if needed. */
static const uint64_t wanted =
	1ULL << PERF_FEAT_TRACING_DATA | 1ULL << PERF_FEAT_BUILD_ID |
	1ULL << PERF_FEAT_HOSTNAME | 1ULL << PERF_FEAT_OSRELEASE |
	1ULL << PERF_FEAT_VERSION | 1ULL << PERF_FEAT_ARCH | 1ULL << PERF_FEAT_NRCPUS |
	1ULL << PERF_FEAT_CPUDESC | 1ULL << PERF_FEAT_CPUID | 1ULL << PERF_FEAT_TOTAL_MEM |
	1ULL << PERF_FEAT_CMDLINE | 1ULL << PERF_FEAT_EVENT_DESC |
	1ULL << PERF_FEAT_NUMA_TOPOLOGY | 1ULL << PERF_FEAT_MEM_TOPOLOGY |
	1ULL << PERF_FEAT_PMU_MAPPINGS | 1ULL << PERF_FEAT_SAMPLE_TIME |
	1ULL << PERF_FEAT_CPU_PMU_CAPS | 1ULL << PERF_FEAT_PMU_CAPS;

static void read_features(struct perfdata *pd)
{
	for (unsigned int f = 0; f < PERF_FEAT_BITS; f++) {
		uint8_t *buf;
		size_t len;

		if (f < 64 ? !(wanted >> f & 1) : f != PERF_FEAT_SPELUNK)
			continue;
		buf = perfdata_read_section(pd, &pd->feature[f], &len);
		if (buf)
			perfdata_feature(pd, f, buf, len);
		free(buf);
	}
}

static void place_data(struct perfdata *pd, const uint8_t *header)
{
	uint64_t size = le64(header + 48);

	pd->data_start = le64(header + 40);
	if (pd->data_start > pd->size)
		pd->data_start = pd->size;
	pd->data_end = pd->size;
	if (!size) {
		memset(pd->features, 0, sizeof(pd->features));
		notes_add(&pd->notes, "The header states no data size: perf was stopped before it "
			  "finished the file.  Everything was read, but names of events, host and "
			  "CPUs are missing.");
		return;
	}
	if (size > pd->size - pd->data_start) {
		memset(pd->features, 0, sizeof(pd->features));
		notes_add(&pd->notes, "The file was cut: %" PRIu64 " bytes of its data and "
			  "the header sections behind them are missing.",
			  size - (pd->size - pd->data_start));
		return;
	}
	pd->data_end = pd->data_start + size;
}

static int read_file_header(struct perfdata *pd, const uint8_t *header,
			    const struct input_error *err)
{
	uint64_t entry = le64(header + 16);
	struct section attrs;
	int ret;

	if (entry < PERF_ATTR_SIZE_VER0 + IDS_SECTION || entry > F_ATTR_MAX)
		return input_fail(err, -EBADMSG, "its header states events of %" PRIu64
				   " bytes, which no perf writes; the file is damaged, "
				   "record again", entry);
	if (!section_at(&attrs, header + 24, pd->size))
		return input_fail(err, -EBADMSG, "it ends inside its list of events; "
				   "copy it again, or record again");
	place_data(pd, header);
	ret = read_attrs(pd, &attrs, entry, err);
	if (ret)
		return ret;
	for (unsigned int i = 0; i < 4; i++)
		if (pd->features[i])
			pd->has_features = true;
	if (pd->has_features) {
		find_features(pd);
		read_features(pd);
	}
	perfdata_peek_host(pd);
	return 0;
}

static int read_header(struct perfdata *pd, const struct input_error *err)
{
	uint8_t header[PERF_HEADER_FILE] = { 0 };
	uint64_t size;
	long n;

	n = header_read(pd, 0, header, sizeof(header));
	if (n < PERF_HEADER_PIPE)
		return input_fail(err, -EBADMSG, "it ends inside its header; copy it "
				   "again, or record again");
	size = le64(header + 8);
	if (size == PERF_HEADER_PIPE) {
		pd->pipe = true;
		pd->data_start = PERF_HEADER_PIPE;
		pd->data_end = pd->size;
		return 0;
	}
	if (size < PERF_HEADER_OLD || size > 65536)
		return input_fail(err, -EBADMSG, "its header states its own size as %"
				   PRIu64 " bytes, which no perf writes; the file is "
				   "damaged, record again", size);
	if (n < PERF_HEADER_OLD || (size >= PERF_HEADER_FILE && n < PERF_HEADER_FILE))
		return input_fail(err, -EBADMSG, "it ends inside its header; copy it "
				   "again, or record again");
	if (size >= PERF_HEADER_FILE)
		for (unsigned int i = 0; i < 4; i++)
			pd->features[i] = le64(header + 72 + 8 * i);
	return read_file_header(pd, header, err);
}

int perfdata_read_header(struct perfdata *pd, const struct input_error *err)
{
	int ret = read_header(pd, err);

	/* what is missing is not what the recording lacks */
	if (pd->error)
		return input_fail(err, pd->error, "reading its header failed: %s", strerror(-pd->error));
	return ret;
}
