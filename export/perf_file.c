// SPDX-License-Identifier: GPL-2.0-only
#include "export/perf_file.h"

#include <errno.h>
#include <string.h>

#include "collector/perfdata/format.h"

#define EVENT_NAME	"spe"
#define ATTR_SIZE	PERF_ATTR_SIZE_CONFIG2
#define DESC_SIZE	(ATTR_SIZE + 16)	/* and where its ids are */
#define SAMPLE_TYPE	(PERF_ST_IDENTIFIER | PERF_ST_IP | PERF_ST_TID | PERF_ST_TIME | \
			 PERF_ST_ADDR | PERF_ST_CPU | PERF_ST_PERIOD | PERF_ST_WEIGHT)
#define FIRST_ID	1
#define INDEX_MAX	1024	/* entries of a record, whose size has 16 bits */
#define PATH_ROOM	4096	/* linux PATH_MAX, also perf's */
#define PROT_CODE	5	/* PROT_READ | PROT_EXEC */
#define MAP_COPY	2	/* MAP_PRIVATE */

/* Begin a record.  The caller appends its body. */
static void begin(struct perf_file *f, uint32_t type, uint16_t misc)
{
	f->b.len = 0;
	buffer_u32(&f->b, type);
	buffer_u32(&f->b, misc);	/* the size's half is 0 until end() */
}

static int end(struct perf_file *f)
{
	uint16_t size = (uint16_t)f->b.len;

	if (f->b.bad)
		return -ENOMEM;
	memcpy(f->b.p + 6, &size, sizeof(size));
	f->len += size;
	if (f->out)
		fwrite(f->b.p, 1, size, f->out);
	return 0;
}

static void put_pair(struct buffer *b, int32_t first, int32_t second)
{
	buffer_u32(b, (uint32_t)first);
	buffer_u32(b, (uint32_t)second);
}

/* Text with its NUL in a multiple of 8 bytes, cut where perf would. */
static void put_path(struct buffer *b, const char *text)
{
	char cut[PATH_ROOM];

	snprintf(cut, sizeof(cut), "%s", text);
	buffer_text(b, cut, 8);
}

/* The trailer of sample_id_all, whose fields are those of SAMPLE_TYPE. */
static int end_stamped(struct perf_file *f, const struct perf_file_stamp *at)
{
	put_pair(&f->b, at->pid, at->tid);
	buffer_u64(&f->b, at->time);
	put_pair(&f->b, at->cpu, 0);
	buffer_u64(&f->b, FIRST_ID + at->id);
	return end(f);
}

int perf_file_sample(struct perf_file *f, const struct perf_file_sample *s)
{
	begin(f, PERF_REC_SAMPLE, s->at.misc);
	buffer_u64(&f->b, FIRST_ID + s->at.id);
	buffer_u64(&f->b, s->ip);
	put_pair(&f->b, s->at.pid, s->at.tid);
	buffer_u64(&f->b, s->at.time);
	buffer_u64(&f->b, s->addr);
	put_pair(&f->b, s->at.cpu, 0);
	buffer_u64(&f->b, s->period);
	buffer_u64(&f->b, s->weight);
	return end(f);
}

int perf_file_comm(struct perf_file *f, const struct perf_file_stamp *at, const char *comm)
{
	begin(f, PERF_REC_COMM, at->misc);
	put_pair(&f->b, at->pid, at->tid);
	put_path(&f->b, comm);
	return end_stamped(f, at);
}

/* PERF_RECORD_MMAP2 with a build-id in the place of the inode, or zeros. */
int perf_file_map(struct perf_file *f, const struct perf_file_stamp *at,
		  const struct perf_file_map *m)
{
	uint8_t id[24] = { m->build_id_len };

	if (m->build_id_len)
		memcpy(id + 4, m->build_id, m->build_id_len);
	begin(f, PERF_REC_MMAP2, at->misc | (m->build_id_len ? PERF_MISC_MMAP_BUILD_ID : 0));
	put_pair(&f->b, at->pid, at->tid);
	buffer_u64(&f->b, m->start);
	buffer_u64(&f->b, m->len);
	buffer_u64(&f->b, m->offset);
	buffer_add(&f->b, id, sizeof(id));
	put_pair(&f->b, PROT_CODE, MAP_COPY);
	put_path(&f->b, m->path);
	return end_stamped(f, at);
}

/* struct id_index_entry of each, then struct id_index_entry_2: perf since 6.0 reads both. */
static int put_index(struct perf_file *f, const struct perf_file_id *ids, size_t first, size_t nr)
{
	begin(f, PERF_REC_ID_INDEX, 0);
	buffer_u64(&f->b, nr);
	for (size_t i = first; i < first + nr; i++) {
		buffer_u64(&f->b, FIRST_ID + i);
		buffer_u64(&f->b, i);
		buffer_u64(&f->b, UINT64_MAX);
		buffer_u64(&f->b, (uint64_t)(int64_t)ids[i].tid);
	}
	for (size_t i = first; i < first + nr; i++) {
		buffer_u64(&f->b, (uint64_t)ids[i].machine_pid);
		buffer_u64(&f->b, (uint64_t)(int64_t)ids[i].vcpu);
	}
	return end(f);
}

int perf_file_index(struct perf_file *f, const struct perf_file_id *ids, size_t nr)
{
	int err = 0;

	for (size_t i = 0; !err && i < nr; i += INDEX_MAX)
		err = put_index(f, ids, i, nr - i < INDEX_MAX ? nr - i : INDEX_MAX);
	return err;
}

static void add_desc(struct perfdata_facts *facts, const union perf_attr_room *attr,
		     const struct buffer *ids)
{
	const struct perfdata_event event = {
		attr, EVENT_NAME, (const uint64_t *)(const void *)ids->p, ids->len / 8,
	};

	if (!ids->bad)
		perfdata_facts_events(facts, &event, 1);
}

/* The header, ids, the event's description, records, the table of sections, and these. */
static uint64_t attr_at(size_t nr_ids)
{
	return PERF_HEADER_FILE + 8 * nr_ids;
}

int perf_file_head(FILE *out, uint64_t period, size_t nr_ids, uint64_t len,
		   struct perfdata_facts *facts)
{
	union perf_attr_room attr = { 0 };
	struct buffer b = { 0 }, ids = { 0 };
	uint64_t features[PERF_FEAT_BITS / 64] = { 0 };
	int err;

	attr.attr.type = PERF_TYPE_RAW;
	attr.attr.size = ATTR_SIZE;
	attr.attr.sample_period = period;
	attr.attr.sample_type = SAMPLE_TYPE;
	attr.attr.sample_id_all = attr.attr.comm = attr.attr.mmap = attr.attr.mmap2 = 1;
	for (uint64_t i = 0; i < nr_ids; i++)
		buffer_u64(&ids, FIRST_ID + i);
	add_desc(facts, &attr, &ids);
	err = perfdata_facts_seal(facts);
	for (size_t i = 0; i < facts->nr; i++)
		features[facts->list[i].feature / 64] |= 1ull << facts->list[i].feature % 64;
	buffer_add(&b, "PERFILE2", 8);
	buffer_u64(&b, PERF_HEADER_FILE);
	buffer_u64(&b, DESC_SIZE);
	buffer_u64(&b, attr_at(nr_ids));
	buffer_u64(&b, DESC_SIZE);
	buffer_u64(&b, attr_at(nr_ids) + DESC_SIZE);
	buffer_u64(&b, len);
	buffer_take(&b, 16);
	buffer_add(&b, features, sizeof(features));
	buffer_add(&b, ids.p, ids.len);
	buffer_add(&b, &attr, ATTR_SIZE);
	buffer_u64(&b, PERF_HEADER_FILE);
	buffer_u64(&b, ids.len);
	err = err ?: b.bad || ids.bad ? -ENOMEM : 0;
	if (!err)
		fwrite(b.p, 1, b.len, out);
	buffer_free(&ids);
	buffer_free(&b);
	return err;
}

int perf_file_tail(FILE *out, size_t nr_ids, uint64_t len, const struct perfdata_facts *facts)
{
	uint64_t at = attr_at(nr_ids) + DESC_SIZE + len + 16 * facts->nr;
	struct buffer b = { 0 };
	int err;

	for (size_t i = 0; i < facts->nr; i++) {
		buffer_u64(&b, at);
		buffer_u64(&b, facts->list[i].bytes.len);
		at += facts->list[i].bytes.len;
	}
	for (size_t i = 0; i < facts->nr; i++)
		buffer_add(&b, facts->list[i].bytes.p, facts->list[i].bytes.len);
	err = b.bad ? -ENOMEM : 0;
	if (!err)
		fwrite(b.p, 1, b.len, out);
	buffer_free(&b);
	return err;
}
