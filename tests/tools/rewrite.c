// SPDX-License-Identifier: GPL-2.0-only

/*
 * rewrite [-z LEVEL] [-k] IN OUT: copy a recording with the writer of `spelunk record`.  -z
 * compresses the records.  -k leaves OUT like a recorder killed between two rounds.  OUT - is
 * standard output, and gets a pipe stream.  IN is a closed, uncompressed file of spelunk or perf.
 */

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "collector/input.h"
#include "collector/perfdata/format.h"
#include "collector/perfdata/write.h"

#define EVENTS_MAX	32

struct recording {
	uint8_t *p;
	size_t len;
	struct perfdata_event events[EVENTS_MAX];
	union perf_attr_room attrs[EVENTS_MAX];
	struct perfdata_section sections[PERFDATA_SECTIONS_MAX];
	struct perfdata_head head;
};

static void load(struct recording *r, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	r->len = (size_t)st.st_size;
	r->p = malloc(r->len);
	if (!r->p || read(fd, r->p, r->len) != (ssize_t)r->len)
		err(1, "%s", path);
	close(fd);
}

static const uint8_t *at(const struct recording *r, uint64_t offset, uint64_t size)
{
	if (offset > r->len || size > r->len - offset)
		errx(1, "something lies outside of the file");
	return r->p + offset;
}

static uint64_t field(const struct recording *r, uint64_t offset)
{
	return le64(at(r, offset, 8));
}

/* Named as by the input. */
static void take_events(struct recording *r, const struct input_info *info)
{
	uint64_t entry = field(r, 16), attrs = field(r, 24), nr = field(r, 32) / entry;

	if (nr > EVENTS_MAX || nr != info->nr_attrs)
		errx(1, "there are %zu events, and room for %u", (size_t)nr, EVENTS_MAX);
	for (size_t i = 0; i < nr; i++) {
		uint64_t ids = attrs + (i + 1) * entry - 16;
		size_t size = entry - 16 < sizeof(r->attrs[i]) ? (size_t)entry - 16 : sizeof(r->attrs[i]);

		memcpy(&r->attrs[i], at(r, attrs + i * entry, size), size);
		r->events[i] = (struct perfdata_event){
			&r->attrs[i], info->attrs[i].name ?: "",
			(const uint64_t *)at(r, field(r, ids), field(r, ids + 8)),
			field(r, ids + 8) / 8,
		};
	}
	r->head.events = r->events;
	r->head.nr_events = nr;
}

static void add_section(struct recording *r, unsigned int feature, const void *p, size_t len)
{
	struct perfdata_section *s = &r->sections[r->head.nr_sections++];

	s->feature = feature;
	buffer_add(&s->bytes, p, len);
}

/* spelunk does not write it; perf requires its exact size, and those in a stream are padded. */
#define CPU_TOPOLOGY	13

/* All sections except those that the writer makes. */
static void take_sections(struct recording *r)
{
	uint64_t table = field(r, 40) + field(r, 48);
	struct buffer compressed = { 0 };

	for (unsigned int f = 0; f < PERF_FEAT_BITS; f++) {
		if (f == PERF_FEAT_COMPRESSED && r->head.level) {
			perfdata_compressed(&compressed, r->head.level);
			add_section(r, f, compressed.p, compressed.len);
		}
		if (!(field(r, 72 + f / 64 * 8) >> f % 64 & 1))
			continue;
		if (f && f != PERF_FEAT_AUXTRACE && f != PERF_FEAT_SAMPLE_TIME &&
		    f != CPU_TOPOLOGY && f != PERF_FEAT_SPELUNK)
			add_section(r, f, at(r, field(r, table), field(r, table + 8)),
				    field(r, table + 8));
		table += 16;
	}
	/* as from a host with SPE */
	add_section(r, PERF_FEAT_SPELUNK, "kernel-el 2\n", 12);
	r->head.sections = r->sections;
}

/* Copy the record at that offset; returns its size. */
static uint64_t put_record(struct perfdata_writer *w, const struct recording *r, uint64_t offset,
			   int *ret)
{
	const uint8_t *p = at(r, offset, 8);
	struct iovec iov = { (void *)p, le16(p + 6) };
	struct perfdata_aux aux;

	at(r, offset, iov.iov_len);
	if (iov.iov_len < 8)
		errx(1, "a record without size");
	if (le32(p) == PERF_REC_FINISHED_ROUND) {
		*ret = perfdata_writer_round(w);
	} else if (le32(p) == PERF_REC_AUXTRACE) {
		aux = (struct perfdata_aux){
			.offset = le64(p + 16), .idx = le32(p + 32),
			.tid = (int32_t)le32(p + 36), .cpu = (int32_t)le32(p + 40),
		};
		iov = (struct iovec){ (void *)at(r, offset + iov.iov_len, le64(p + 8)), le64(p + 8) };
		*ret = perfdata_writer_aux(w, &aux, &iov, 1);
		return le16(p + 6) + le64(p + 8);
	} else {
		*ret = perfdata_writer_records(w, &iov, 1);
	}
	return iov.iov_len;
}

static int put_all(struct perfdata_writer *w, const struct recording *r, bool killed)
{
	uint64_t pos = field(r, 40), end = pos + field(r, 48), last = pos;
	int ret = 0;

	for (; !ret && pos < end; pos += put_record(w, r, pos, &ret))
		last = le32(at(r, pos, 4)) < PERF_REC_USER_FIRST ? pos : last;
	perfdata_writer_time(w, 1, UINT64_MAX);
	if (!killed)
		return ret ?: perfdata_writer_close(w);
	ret = ret ?: perfdata_writer_round(w);
	put_record(w, r, last, &ret);
	return ret;
}

int main(int argc, char **argv)
{
	struct recording r = { 0 };
	struct perfdata_writer *w;
	bool killed = false;
	struct input *s;
	char text[256];
	int c, ret;

	while ((c = getopt(argc, argv, "z:k")) != -1) {
		if (c == 'z')
			r.head.level = atoi(optarg);
		else if (c == 'k')
			killed = true;
		else
			return 2;
	}
	if (argc != optind + 2)
		errx(2, "usage: rewrite [-z LEVEL] [-k] IN OUT");
	load(&r, argv[optind]);
	if (input_open_file(&s, argv[optind], text, sizeof(text)))
		errx(1, "%s: %s", argv[optind], text);
	take_events(&r, input_get_info(s));
	take_sections(&r);
	ret = perfdata_writer_open(&w, argv[optind + 1], &r.head) ?: put_all(w, &r, killed);
	if (ret)
		errx(1, "%s: %s", argv[optind + 1], strerror(-ret));
	/* the writer is not closed, and everything is freed with the process */
	_exit(0);
}
