/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_PERFDATA_BUILD_H
#define TESTS_PERFDATA_BUILD_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

/*
 * Small recordings built byte by byte from tools/perf/Documentation/perf.data-file-format.txt,
 * independent of the reader's code.
 */

struct bytes_buf {
	uint8_t *p;
	size_t len, room;
};

static inline void put(struct bytes_buf *b, const void *p, size_t len)
{
	if (b->len + len > b->room) {
		b->room = 2 * (b->len + len) + 64;
		b->p = realloc(b->p, b->room);
		if (!b->p)
			abort();
	}
	if (len)
		memcpy(b->p + b->len, p, len);
	b->len += len;
}

static inline void put_n(struct bytes_buf *b, uint64_t v, size_t len)
{
	uint8_t raw[8];

	for (size_t i = 0; i < len; i++)
		raw[i] = (uint8_t)(v >> (8 * i));
	put(b, raw, len);
}

static inline void put16(struct bytes_buf *b, uint64_t v) { put_n(b, v, 2); }
static inline void put32(struct bytes_buf *b, uint64_t v) { put_n(b, v, 4); }
static inline void put64(struct bytes_buf *b, uint64_t v) { put_n(b, v, 8); }

static inline void put_zero(struct bytes_buf *b, size_t len)
{
	while (len--)
		put_n(b, 0, 1);
}

/* NUL-terminated and padded with zeros to a multiple of align. */
static inline void put_text(struct bytes_buf *b, const char *s, size_t align)
{
	size_t len = strlen(s) + 1;

	put(b, s, len);
	put_zero(b, (align - len % align) % align);
}

/* struct perf_header_string */
static inline void put_string(struct bytes_buf *b, const char *s)
{
	size_t padded = (strlen(s) + 1 + 63) / 64 * 64;

	put32(b, padded);
	put_text(b, s, 64);
}

#define BUILD_ATTRS 8
#define BUILD_IDS 4
#define BUILD_FEATURES 40

/* IP TID TIME CPU IDENTIFIER; with PERIOD RAW */
#define ST_PLAIN (1u << 0 | 1u << 1 | 1u << 2 | 1u << 7 | 1u << 16)
#define ST_RAW (ST_PLAIN | 1u << 8 | 1u << 10)
#define ATTR_SAMPLE_ID_ALL (1u << 18)

struct build_attr {
	uint32_t type;
	uint64_t config, period, sample_type, read_format, flags, config3;
	uint64_t ids[BUILD_IDS];
	uint32_t nr_ids;
	const char *name;
};

struct build {
	struct bytes_buf data, out;
	struct build_attr attrs[BUILD_ATTRS];
	size_t nr_attrs, attr_size;	/* of perf_event_attr; 0 means 128 */
	struct bytes_buf feature[BUILD_FEATURES];
	struct bytes_buf tracing;	/* TRACING_DATA */
	bool no_event_desc;
};

static inline void build_free(struct build *b)
{
	free(b->data.p);
	free(b->out.p);
	free(b->tracing.p);
	for (size_t i = 0; i < BUILD_FEATURES; i++)
		free(b->feature[i].p);
	memset(b, 0, sizeof(*b));
}

static inline struct build_attr *build_attr(struct build *b, uint32_t type, uint64_t config,
					    const char *name)
{
	struct build_attr *a = &b->attrs[b->nr_attrs++];

	a->type = type;
	a->config = config;
	a->name = name;
	a->period = 1;
	a->sample_type = ST_PLAIN;
	a->flags = ATTR_SAMPLE_ID_ALL;
	return a;
}

static inline void build_attr_id(struct build_attr *a, uint64_t id)
{
	a->ids[a->nr_ids++] = id;
}

static inline void put_attr(struct bytes_buf *b, const struct build_attr *a, size_t size)
{
	struct bytes_buf whole = { 0 };

	put32(&whole, a->type);
	put32(&whole, size);
	put64(&whole, a->config);
	put64(&whole, a->period);
	put64(&whole, a->sample_type);
	put64(&whole, a->read_format);
	put64(&whole, a->flags);
	put_zero(&whole, 128 - 48);
	put64(&whole, a->config3);
	put_zero(&whole, size > 136 ? size - 136 : 0);
	put(b, whole.p, size);
	free(whole.p);
}

/* The contents of the sample_id trailer. */
struct at {
	uint64_t id, time;
	uint32_t pid, tid, cpu;
};

/* A record of the kernel: body, then a trailer for that sample_type. */
static inline void rec_st(struct build *b, uint32_t type, uint16_t misc,
			  const struct bytes_buf *body, uint64_t st, struct at at)
{
	struct bytes_buf t = { 0 };

	if (st & 1 << 1) {
		put32(&t, at.pid);
		put32(&t, at.tid);
	}
	if (st & 1 << 2)
		put64(&t, at.time);
	if (st & 1 << 6)
		put64(&t, at.id);
	if (st & 1 << 9)
		put64(&t, 0x57bea3);
	if (st & 1 << 7) {
		put32(&t, at.cpu);
		put32(&t, 0);
	}
	if (st & 1 << 16)
		put64(&t, at.id);
	put32(&b->data, type);
	put16(&b->data, misc);
	put16(&b->data, 8 + body->len + t.len);
	put(&b->data, body->p, body->len);
	put(&b->data, t.p, t.len);
	free(t.p);
}

static inline void rec(struct build *b, uint32_t type, uint16_t misc,
		       const struct bytes_buf *body, struct at at)
{
	rec_st(b, type, misc, body, ST_PLAIN, at);
}

/* A record of perf itself: no trailer. */
static inline void rec_user(struct bytes_buf *d, uint32_t type, uint16_t misc,
			    const struct bytes_buf *body)
{
	put32(d, type);
	put16(d, misc);
	put16(d, 8 + body->len);
	put(d, body->p, body->len);
}

static inline void rec_mmap2(struct build *b, uint32_t pid, uint64_t start, uint64_t len,
			     const char *path, struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, pid);
	put32(&o, pid);
	put64(&o, start);
	put64(&o, len);
	put64(&o, 0x1000);
	put32(&o, 8);
	put32(&o, 1);
	put64(&o, 4711);
	put64(&o, 0);
	put32(&o, 5);
	put32(&o, 2);
	put_text(&o, path, 8);
	rec(b, 10, 2, &o, at);
	free(o.p);
}

static inline void rec_mmap(struct build *b, uint16_t misc, uint32_t pid, uint64_t start,
			    uint64_t len, uint64_t pgoff, const char *path, struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, pid);
	put32(&o, pid ? 0 : pid);
	put64(&o, start);
	put64(&o, len);
	put64(&o, pgoff);
	put_text(&o, path, 8);
	rec(b, 1, misc, &o, at);
	free(o.p);
}

static inline void rec_comm(struct build *b, uint16_t misc, uint32_t pid, const char *name,
			    struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, pid);
	put32(&o, pid);
	put_text(&o, name, 8);
	rec(b, 3, misc, &o, at);
	free(o.p);
}

static inline void rec_switch_wide(struct build *b, uint16_t misc, uint32_t next,
				   struct at at)
{
	struct bytes_buf o = { 0 };

	put32(&o, next);
	put32(&o, next);
	rec(b, 15, misc, &o, at);
	free(o.p);
}

static inline void rec_aux(struct build *b, uint64_t offset, uint64_t size, uint64_t flags,
			   struct at at)
{
	struct bytes_buf o = { 0 };

	put64(&o, offset);
	put64(&o, size);
	put64(&o, flags);
	rec(b, 11, 0, &o, at);
	free(o.p);
}

/* A byte of payload, derived from its stream offset and CPU. */
static inline uint8_t aux_byte(uint32_t cpu, uint64_t offset)
{
	return (uint8_t)(offset * 7 + cpu * 31 + (offset >> 8));
}

static inline void rec_auxtrace(struct build *b, uint32_t cpu, uint32_t tid, uint64_t offset,
				uint64_t size)
{
	struct bytes_buf o = { 0 };

	put64(&o, size);
	put64(&o, offset);
	put64(&o, 0);
	put32(&o, cpu == UINT32_MAX ? 0 : cpu);
	put32(&o, tid);
	put32(&o, cpu);
	put32(&o, 0);
	rec_user(&b->data, 71, 0, &o);
	free(o.p);
	for (uint64_t i = 0; i < size; i++)
		put_n(&b->data, aux_byte(cpu, offset + i), 1);
}

static inline void rec_time_conv(struct build *b, uint64_t shift, uint64_t mult,
				 uint64_t zero)
{
	struct bytes_buf o = { 0 };

	put64(&o, shift);
	put64(&o, mult);
	put64(&o, zero);
	put64(&o, 0);
	put64(&o, (1ULL << 56) - 1);
	put_n(&o, 1, 1);
	put_n(&o, 1, 1);
	put_zero(&o, 6);
	rec_user(&b->data, 79, 0, &o);
	free(o.p);
}

static inline void rec_info_v1(struct build *b, uint32_t tracer, uint64_t pmu_type)
{
	struct bytes_buf o = { 0 };

	put32(&o, tracer);
	put32(&o, 0);
	put64(&o, pmu_type);
	put64(&o, 1);
	rec_user(&b->data, 70, 0, &o);
	free(o.p);
}

struct build_cpu {
	uint64_t cpu, midr, pmu_type, min_interval;
};

static inline void rec_info_v2(struct build *b, const struct build_cpu *cpus, size_t nr)
{
	struct bytes_buf o = { 0 };

	put32(&o, 4);
	put32(&o, 0);
	put64(&o, 2);
	put64(&o, 4);
	put64(&o, cpus[0].pmu_type);
	put64(&o, nr);
	for (size_t i = 0; i < nr; i++) {
		put64(&o, 0x1010101010101010ULL);
		put64(&o, cpus[i].cpu);
		put64(&o, 3);
		put64(&o, cpus[i].midr);
		put64(&o, cpus[i].pmu_type);
		put64(&o, cpus[i].min_interval);
	}
	rec_user(&b->data, 70, 0, &o);
	free(o.p);
}

#define KVM_ENTRY_CONFIG 62
#define KVM_EXIT_CONFIG 61

static const char kvm_entry_format[] =
	"name: kvm_entry\nID: 62\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
	"\n"
	"\tfield:unsigned long vcpu_pc;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\n"
	"print fmt: \"PC: 0x%016lx\", REC->vcpu_pc\n";

static const char kvm_exit_format[] =
	"name: kvm_exit\nID: 61\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
	"\n"
	"\tfield:int ret;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:unsigned int esr_ec;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned long vcpu_pc;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\n"
	"print fmt: \"%s: HSR_EC: 0x%04x (%s), PC: 0x%016lx\", "
	"__print_symbolic((((REC->ret)) & ~(1ul << (31))), { 0, \"IRQ\" }), REC->esr_ec, "
	"__print_symbolic(REC->esr_ec, { 0x00, \"UNKNOWN\" }), REC->vcpu_pc\n";

/* The kernel's tracing data with a system "kvm" that has those two events. */
static inline void put_tracing(struct bytes_buf *o, const char *entry, const char *exit_)
{
	put(o, "\x17\x08\x44tracing", 10);
	put(o, "0.6", 4);
	put_n(o, 0, 1);
	put_n(o, 8, 1);
	put32(o, 4096);
	put(o, "header_page", 12);
	put64(o, 4);
	put(o, "page", 4);
	put(o, "header_event", 13);
	put64(o, 5);
	put(o, "event", 5);
	put32(o, 1);
	put64(o, 6);
	put(o, "ftrace", 6);
	put32(o, 2);
	put(o, "sched", 6);
	put32(o, 1);
	put64(o, 7);
	put(o, "nothing", 7);
	put(o, "kvm", 4);
	put32(o, 2);
	put64(o, strlen(entry));
	put(o, entry, strlen(entry));
	put64(o, strlen(exit_));
	put(o, exit_, strlen(exit_));
	put32(o, 0);
	put32(o, 0);
	put64(o, 0);
}

/* A sample of an ST_RAW event. */
static inline void rec_sample(struct build *b, uint16_t misc, const struct bytes_buf *raw,
			      struct at at)
{
	struct bytes_buf *d = &b->data;
	size_t padded = (4 + raw->len + 7) / 8 * 8 - 4;

	put32(d, 9);
	put16(d, misc);
	put16(d, 8 + 8 + 8 + 8 + 8 + 8 + 8 + 4 + padded);
	put64(d, at.id);
	put64(d, 0xffff800000001234ULL);
	put32(d, at.pid);
	put32(d, at.tid);
	put64(d, at.time);
	put32(d, at.cpu);
	put32(d, 0);
	put64(d, 1);
	put32(d, padded);
	put(d, raw->p, raw->len);
	put_zero(d, padded - raw->len);
}

static inline void rec_kvm_entry(struct build *b, uint64_t pc, struct at at)
{
	struct bytes_buf raw = { 0 };

	put16(&raw, KVM_ENTRY_CONFIG);
	put_zero(&raw, 6);
	put64(&raw, pc);
	rec_sample(b, 4, &raw, at);
	free(raw.p);
}

static inline void rec_kvm_exit(struct build *b, uint64_t pc, uint32_t ret, uint32_t ec,
				struct at at)
{
	struct bytes_buf raw = { 0 };

	put16(&raw, KVM_EXIT_CONFIG);
	put_zero(&raw, 6);
	put32(&raw, ret);
	put32(&raw, ec);
	put64(&raw, pc);
	rec_sample(b, 4, &raw, at);
	free(raw.p);
}

/* Replace the data from that offset on by COMPRESSED records, each of chunk bytes of it. */
static inline void build_compress(struct build *b, size_t from, size_t chunk, bool v2)
{
	ZSTD_CStream *z = ZSTD_createCStream();
	struct bytes_buf plain = { 0 };

	put(&plain, b->data.p + from, b->data.len - from);
	b->data.len = from;
	ZSTD_initCStream(z, 1);
	for (size_t at = 0; at < plain.len; at += chunk) {
		static uint8_t room[60000];
		size_t n = plain.len - at < chunk ? plain.len - at : chunk;
		ZSTD_inBuffer in = { plain.p + at, n, 0 };
		ZSTD_outBuffer out = { room, sizeof(room), 0 };
		struct bytes_buf o = { 0 };

		ZSTD_compressStream(z, &out, &in);
		if (in.pos != n || ZSTD_flushStream(z, &out))
			abort();
		if (v2)
			put64(&o, out.pos);
		put(&o, room, out.pos);
		if (v2)
			put_zero(&o, (8 - o.len % 8) % 8);
		rec_user(&b->data, v2 ? 83 : 81, 0, &o);
		free(o.p);
	}
	ZSTD_freeCStream(z);
	free(plain.p);
}

static inline void build_event_desc(const struct build *b, struct bytes_buf *o)
{
	size_t size = b->attr_size ? b->attr_size : 128;

	put32(o, b->nr_attrs);
	put32(o, size);
	for (size_t i = 0; i < b->nr_attrs; i++) {
		const struct build_attr *a = &b->attrs[i];

		put_attr(o, a, size);
		put32(o, a->nr_ids);
		put_string(o, a->name ? a->name : "");
		for (size_t k = 0; k < a->nr_ids; k++)
			put64(o, a->ids[k]);
	}
}

static inline void feature_string(struct build *b, unsigned int f, const char *s)
{
	put_string(&b->feature[f], s);
}

/* PMU_MAPPINGS and PMU_CAPS of arm_spe_N = first_type + N. */
static inline void feature_pmus(struct build *b, uint32_t first_type, uint32_t nr)
{
	char name[32];

	put32(&b->feature[16], nr + 1);
	put32(&b->feature[16], 1);
	put_string(&b->feature[16], "software");
	put32(&b->feature[31], nr);
	for (uint32_t i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "arm_spe_%u", i);
		put32(&b->feature[16], first_type + i);
		put_string(&b->feature[16], name);
		put32(&b->feature[31], 2);
		put_string(&b->feature[31], "count_size");
		put_string(&b->feature[31], i ? "16" : "12");
		put_string(&b->feature[31], "min_interval");
		put_string(&b->feature[31], i ? "1024" : "256");
		put_string(&b->feature[31], name);
	}
}

/* Write the file: header, ids, attrs, data, features. */
static inline void build_file(struct build *b)
{
	size_t size = b->attr_size ? b->attr_size : 128;
	struct bytes_buf *o = &b->out;
	uint64_t bits = 0, ids_at = 104, attrs_at, data_at, table;
	struct bytes_buf desc = { 0 };

	attrs_at = ids_at;
	for (size_t i = 0; i < b->nr_attrs; i++)
		attrs_at += 8 * b->attrs[i].nr_ids;
	data_at = attrs_at + b->nr_attrs * (size + 16);
	if (!b->no_event_desc)
		build_event_desc(b, &desc);
	if (desc.len && !b->feature[12].len)
		put(&b->feature[12], desc.p, desc.len);
	free(desc.p);
	if (b->tracing.len && !b->feature[1].len)
		put(&b->feature[1], b->tracing.p, b->tracing.len);
	for (unsigned int f = 0; f < BUILD_FEATURES; f++)
		if (b->feature[f].len)
			bits |= 1ULL << f;
	o->len = 0;
	put(o, "PERFILE2", 8);
	put64(o, 104);
	put64(o, size + 16);
	put64(o, attrs_at);
	put64(o, b->nr_attrs * (size + 16));
	put64(o, data_at);
	put64(o, b->data.len);
	put64(o, 0);
	put64(o, 0);
	put64(o, bits);
	put_zero(o, 24);
	for (size_t i = 0; i < b->nr_attrs; i++)
		for (size_t k = 0; k < b->attrs[i].nr_ids; k++)
			put64(o, b->attrs[i].ids[k]);
	for (size_t i = 0; i < b->nr_attrs; i++) {
		put_attr(o, &b->attrs[i], size);
		put64(o, ids_at);
		put64(o, 8 * b->attrs[i].nr_ids);
		ids_at += 8 * b->attrs[i].nr_ids;
	}
	put(o, b->data.p, b->data.len);
	table = o->len + 16 * (uint64_t)__builtin_popcountll(bits);
	for (unsigned int f = 0; f < BUILD_FEATURES; f++) {
		if (!b->feature[f].len)
			continue;
		put64(o, table);
		put64(o, b->feature[f].len);
		table += b->feature[f].len;
	}
	for (unsigned int f = 0; f < BUILD_FEATURES; f++)
		put(o, b->feature[f].p, b->feature[f].len);
}

/* The same recording as a stream of `perf record -o -`. */
static inline void build_pipe(struct build *b)
{
	size_t size = b->attr_size ? b->attr_size : 128;
	struct bytes_buf *o = &b->out;

	o->len = 0;
	put(o, "PERFILE2", 8);
	put64(o, 16);
	for (size_t i = 0; i < b->nr_attrs; i++) {
		struct bytes_buf body = { 0 };

		put_attr(&body, &b->attrs[i], size);
		for (size_t k = 0; k < b->attrs[i].nr_ids; k++)
			put64(&body, b->attrs[i].ids[k]);
		rec_user(o, 64, 0, &body);
		body.len = 0;
		put64(&body, 2);
		put64(&body, b->attrs[i].ids[0]);
		put_text(&body, b->attrs[i].name ? b->attrs[i].name : "", 8);
		if (b->attrs[i].name)
			rec_user(o, 78, 0, &body);
		free(body.p);
	}
	for (unsigned int f = 0; f < BUILD_FEATURES; f++) {
		struct bytes_buf body = { 0 };

		if (!b->feature[f].len || f == 1)
			continue;
		put64(&body, f);
		put(&body, b->feature[f].p, b->feature[f].len);
		rec_user(o, 80, 0, &body);
		free(body.p);
	}
	if (b->tracing.len) {
		struct bytes_buf body = { 0 };
		size_t padded = (b->tracing.len + 7) / 8 * 8;

		put32(&body, padded);
		rec_user(o, 66, 0, &body);
		put(o, b->tracing.p, b->tracing.len);
		put_zero(o, padded - b->tracing.len);
		free(body.p);
	}
	put(o, b->data.p, b->data.len);
}

/* Put the first len bytes into a memory file; returns its descriptor and a path that opens it. */
static inline int build_fd(const struct build *b, size_t len, char *path, size_t path_len)
{
	int fd = memfd_create("perfdata", 0);

	if (fd < 0 || write(fd, b->out.p, len) != (ssize_t)len)
		abort();
	snprintf(path, path_len, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
