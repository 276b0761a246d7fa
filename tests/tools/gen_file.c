/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/tools/gen_cgroup.h"
#include "tests/tools/gen_crowd.h"
#include "tests/tools/gen_feature.h"
#include "tests/tools/gen_sideband.h"

/* Records that perf itself writes [tools/lib/perf/include/perf/event.h]. */
enum {
	HEADER_ATTR = 64,
	HEADER_TRACING_DATA = 66,
	FINISHED_ROUND = 68,
	ID_INDEX = 69,
	AUXTRACE_INFO = 70,
	AUXTRACE = 71,
	EVENT_UPDATE = 78,
	TIME_CONV = 79,
	HEADER_FEATURE = 80,
	FINISHED_INIT = 82,
};

#define AUXTRACE_SIZE 48 /* bytes of the record before its data */
#define INFO_MAGIC    0x1010101010101010ull

static void die(const char *what)
{
	fprintf(stderr, "gen: %s: %s\n", what, strerror(errno));
	exit(1);
}

void gen_file_write(struct gen_file *f, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len) {
		ssize_t n = write(f->fd, p, len);

		if (n < 0)
			die(f->cfg->output);
		p += n;
		len -= n;
		f->pos += n;
	}
}

static size_t begin(struct gen_buf *b, uint32_t type)
{
	size_t at = b->len;

	buf_u32(b, type);
	buf_u32(b, 0);
	return at;
}

static void end(struct gen_buf *b, size_t at)
{
	uint16_t size;

	buf_zero(b, -(b->len - at) & 7);
	size = b->len - at;
	memcpy(b->data + at + 6, &size, 2);
}

void gen_file_round(struct gen_file *f)
{
	struct gen_buf b = { 0 };

	end(&b, begin(&b, FINISHED_ROUND));
	gen_file_write(f, b.data, b.len);
	free(b.data);
}

static void write_aux(struct gen_file *f, int32_t cpu, uint64_t offset, const void *aux,
		      size_t len)
{
	struct gen_buf b = { 0 };
	size_t at = begin(&b, AUXTRACE);

	if (f->nr_index == f->max_index) {
		f->max_index = f->max_index ? 2 * f->max_index : 64;
		f->index = realloc(f->index, f->max_index * sizeof(*f->index));
		if (!f->index)
			die("index");
	}
	f->index[f->nr_index++] = f->pos;
	buf_u64(&b, len);
	buf_u64(&b, offset);
	buf_u64(&b, 0x5ee0 + f->nr_index); /* reference: any number */
	buf_u32(&b, cpu);                  /* idx of the buffer */
	buf_u32(&b, f->cfg->thread ? f->cfg->thread : -1);
	buf_u32(&b, f->cfg->thread ? -1 : cpu);
	buf_u32(&b, 0);
	end(&b, at);
	gen_file_write(f, b.data, b.len);
	gen_file_write(f, aux, len);
	free(b.data);
}

/* A chunk that is written only at the end. */
struct gen_chunk {
	int32_t cpu;
	uint64_t offset;
	void *aux;
	size_t len;
};

void gen_file_aux(struct gen_file *f, int32_t cpu, uint64_t offset, const void *aux,
		  size_t len)
{
	struct gen_chunk *c;

	if (!f->cfg->shuffle_chunks) {
		write_aux(f, cpu, offset, aux, len);
		return;
	}
	f->chunks = realloc(f->chunks, (f->nr_chunks + 1) * sizeof(*f->chunks));
	if (!f->chunks)
		die("chunks");
	c = &f->chunks[f->nr_chunks++];
	*c = (struct gen_chunk){ .cpu = cpu, .offset = offset, .aux = malloc(len), .len = len };
	if (!c->aux)
		die("chunks");
	memcpy(c->aux, aux, len);
}

void gen_file_shuffled(struct gen_file *f, struct gen_rng *rng)
{
	while (f->nr_chunks) {
		size_t i = gen_below(rng, f->nr_chunks);
		struct gen_chunk c = f->chunks[i];

		f->chunks[i] = f->chunks[--f->nr_chunks];
		write_aux(f, c.cpu, c.offset, c.aux, c.len);
		free(c.aux);
	}
	free(f->chunks);
	f->chunks = NULL;
}

static void time_conv(struct gen_buf *b, const struct gen_machine *m)
{
	size_t at = begin(b, TIME_CONV);

	buf_u64(b, m->shift);
	buf_u64(b, m->mult);
	buf_u64(b, m->time_zero);
	buf_u64(b, m->start);           /* cycles */
	buf_u64(b, 0x00ffffffffffffff); /* mask: 56 bits */
	buf_u8(b, 1);                   /* cap_user_time_zero */
	buf_u8(b, 1);                   /* cap_user_time_short */
	end(b, at);
}

static void id_index(struct gen_buf *b, const struct gen_config *cfg)
{
	unsigned int nr = cfg->cycles ? NR_GEN_EV : GEN_EV_CYCLES;

	/* A record's size has 16 bits: a large machine needs several. */
	for (uint32_t first = 0; first < cfg->cpus; first += 256) {
		uint32_t last = first + 256 < cfg->cpus ? first + 256 : cfg->cpus;
		size_t at = begin(b, ID_INDEX);

		buf_u64(b, nr * (last - first));
		for (unsigned int e = 0; e < nr; e++)
			for (uint32_t cpu = first; cpu < last; cpu++) {
				buf_u64(b, gen_event_id(e, cpu));
				buf_u64(b, cpu);
				buf_u64(b, cpu);
				buf_u64(b, -1ull);
			}
		end(b, at);
	}
}

static void auxtrace_info(struct gen_buf *b, const struct gen_config *cfg)
{
	size_t at = begin(b, AUXTRACE_INFO);

	buf_u32(b, 4); /* PERF_AUXTRACE_ARM_SPE */
	buf_u32(b, 0);
	if (cfg->info == 1) {
		buf_u64(b, GEN_SPE_TYPE);
		buf_u64(b, 1); /* per_cpu_mmaps */
		end(b, at);
		return;
	}
	buf_u64(b, 2); /* version */
	buf_u64(b, 4); /* words of this header */
	buf_u64(b, GEN_SPE_TYPE);
	buf_u64(b, cfg->cpus);
	for (uint32_t cpu = 0; cpu < cfg->cpus; cpu++) {
		buf_u64(b, INFO_MAGIC);
		buf_u64(b, cpu);
		buf_u64(b, 3); /* parameters: */
		buf_u64(b, GEN_MIDR);
		buf_u64(b, GEN_SPE_TYPE + gen_cpu_pmu(cfg, cpu));
		buf_u64(b, 256); /* min_interval */
	}
	end(b, at);
}

static void thread_comm(struct gen_buf *b, const struct gen_config *cfg, struct gen_task t)
{
	struct gen_stamp s = { .pid = t.pid, .tid = t.tid, .cpu = -1 };
	char comm[32];

	if (t.kind == GEN_VCPU && !cfg->no_names)
		snprintf(comm, sizeof(comm), "CPU %d/KVM", t.vcpu);
	else if (t.kind == GEN_KERNEL)
		snprintf(comm, sizeof(comm), "kworker/%d:1", t.pid - 100);
	else
		snprintf(comm, sizeof(comm), "%s", gen_process_name(t.process));
	if (t.kind == GEN_KERNEL)
		sideband_fork(b, s, 2, 2);
	else if (t.tid != t.pid)
		sideband_fork(b, s, t.pid, t.pid);
	sideband_comm(b, s, comm, false);
}

static void process_maps(struct gen_buf *b, const struct gen_machine *m, int32_t pid,
			 unsigned int process)
{
	struct gen_stamp s = { .pid = pid, .tid = pid, .cpu = -1 };
	uint64_t len = m->user[process].functions * GEN_FUNCTION_SIZE;
	char path[64];

	sideband_fork(b, s, 1, 1);
	sideband_comm(b, s, gen_process_name(process), false);
	gen_program_path(path, sizeof(path), process);
	sideband_mmap2(b, s, gen_program_text(process), len, GEN_PROGRAM_OFFSET,
		       1000 + process, path);
	sideband_mmap2(b, s, gen_library_text(process), len, GEN_LIBRARY_OFFSET, 6000,
		       GEN_LIBRARY);
}

/* Tasks that predate the recording, which perf reads from /proc. */
static void tasks(struct gen_buf *b, const struct gen_machine *m)
{
	for (unsigned int p = 0; p < GEN_USERS; p++)
		process_maps(b, m, 1000 + 1024 * p, p);
	for (uint32_t v = 0; v < gen_nr_vms(m); v++)
		process_maps(b, m, GEN_VMM_PID + 16 * v, GEN_VMM);
	for (uint32_t cpu = 0; cpu < m->cfg->cpus; cpu++)
		for (unsigned int slot = 1; slot < GEN_SLOTS; slot++) {
			struct gen_task t = gen_task(m, cpu, slot, 0);

			if (t.kind != GEN_IDLE)
				thread_comm(b, m->cfg, t);
		}
	gen_crowd_maps(b, m);
}

static void kernel_maps(struct gen_buf *b, const struct gen_machine *m)
{
	sideband_mmap(b, GEN_KERNEL_TEXT, 0x7fff7fffffff, GEN_KERNEL_TEXT,
		      "[kernel.kallsyms]_text");
	sideband_mmap(b, 0xffff80007ab00000, m->kernel.functions * GEN_FUNCTION_SIZE, 0,
		      "[nf_tables]");
}

/* Events and features as records, for a pipe; a file has them in its header. */
static void pipe_header(struct gen_file *f, struct gen_buf *b)
{
	const struct gen_config *cfg = f->cfg;
	struct gen_buf data = { 0 };
	size_t at;

	for (unsigned int i = 0; i < gen_nr_attrs(cfg); i++) {
		at = begin(b, HEADER_ATTR);
		gen_attr(b, cfg, i);
		gen_attr_ids(b, cfg, i);
		end(b, at);
	}
	for (unsigned int i = FEATURE_HOSTNAME; i <= FEATURE_LAST; i++) {
		data.len = 0;
		if (!gen_feature(&data, f->m, i) && i != FEATURE_LAST)
			continue;
		at = begin(b, HEADER_FEATURE);
		buf_u64(b, i);
		if (data.len)
			buf_put(b, data.data, data.len);
		end(b, at);
	}
	data.len = 0;
	gen_feature(&data, f->m, FEATURE_TRACING_DATA);
	buf_zero(&data, -data.len & 7);
	at = begin(b, HEADER_TRACING_DATA);
	buf_u32(b, data.len);
	end(b, at);
	buf_put(b, data.data, data.len);
	free(data.data);
}

/*
 * The file's header: magic, size, attr size, three sections of attrs, data
 * and event types, 256 bits of features.
 */
static void file_header(struct gen_buf *b, const struct gen_file *f, uint64_t data_end)
{
	uint64_t attrs = 104, nr = gen_nr_attrs(f->cfg);
	uint64_t bits = 0;
	struct gen_buf scratch = { 0 };

	for (unsigned int i = 0; i < FEATURE_LAST; i++)
		if (i == FEATURE_AUXTRACE || gen_feature(&scratch, f->m, i))
			bits |= 1ull << i;
	free(scratch.data);
	buf_put(b, "PERFILE2", 8);
	buf_u64(b, 104);
	buf_u64(b, 128 + 16);
	buf_u64(b, attrs);
	buf_u64(b, nr * (128 + 16));
	buf_u64(b, f->data_offset);
	buf_u64(b, data_end - f->data_offset);
	buf_u64(b, 0);
	buf_u64(b, 0);
	buf_u64(b, bits);
	buf_zero(b, 24);
}

/* Attrs, each with the section of its ids, and the ids. */
static void attrs_and_ids(struct gen_buf *b, const struct gen_config *cfg)
{
	unsigned int nr = gen_nr_attrs(cfg);
	uint64_t at = 104 + nr * (128 + 16);
	struct gen_buf ids = { 0 };

	for (unsigned int i = 0; i < nr; i++) {
		uint64_t before = ids.len;

		gen_attr_ids(&ids, cfg, i);
		gen_attr(b, cfg, i);
		buf_u64(b, at + before);
		buf_u64(b, ids.len - before);
	}
	buf_put(b, ids.data, ids.len);
	free(ids.data);
}

void gen_file_begin(struct gen_file *f, const struct gen_machine *m)
{
	struct gen_buf b = { 0 };

	*f = (struct gen_file){ .cfg = m->cfg, .m = m, .fd = STDOUT_FILENO };
	if (strcmp(f->cfg->output, "-"))
		f->fd = open(f->cfg->output, O_CREAT | O_TRUNC | O_RDWR, 0666);
	if (f->fd < 0)
		die(f->cfg->output);
	if (f->cfg->pipe) {
		buf_put(&b, "PERFILE2", 8);
		buf_u64(&b, 16);
		pipe_header(f, &b);
	} else {
		file_header(&b, f, 0);
		attrs_and_ids(&b, f->cfg);
		f->data_offset = b.len;
	}
	time_conv(&b, m);
	id_index(&b, f->cfg);
	auxtrace_info(&b, f->cfg);
	kernel_maps(&b, m);
	tasks(&b, m);
	gen_cgroup_paths(&b, m);
	gen_cgroup_map(&b, m, gen_ns(m, m->start), 0);
	end(&b, begin(&b, FINISHED_INIT));
	gen_file_write(f, b.data, b.len);
	free(b.data);
	gen_file_round(f);
}

/* The offset of every PERF_RECORD_AUXTRACE. */
static void auxtrace_index(struct gen_buf *b, const struct gen_file *f)
{
	buf_u64(b, f->nr_index);
	for (size_t i = 0; i < f->nr_index; i++) {
		buf_u64(b, f->index[i]);
		buf_u64(b, AUXTRACE_SIZE);
	}
}

void gen_file_end(struct gen_file *f)
{
	uint64_t data_end = f->pos, at, section[2];
	struct gen_buf table = { 0 }, features = { 0 }, header = { 0 };
	unsigned int nr = 0;

	if (f->cfg->pipe)
		goto out;
	file_header(&header, f, data_end);
	for (unsigned int i = 0; i < FEATURE_LAST; i++)
		nr += header.data[72 + i / 8] >> i % 8 & 1;
	at = data_end + nr * 16;
	for (unsigned int i = 0; i < FEATURE_LAST; i++) {
		section[0] = at + features.len;
		if (i == FEATURE_AUXTRACE)
			auxtrace_index(&features, f);
		else if (!gen_feature(&features, f->m, i))
			continue;
		section[1] = at + features.len - section[0];
		buf_put(&table, section, sizeof(section));
	}
	gen_file_write(f, table.data, table.len);
	gen_file_write(f, features.data, features.len);
	if (pwrite(f->fd, header.data, header.len, 0) != (ssize_t)header.len)
		die(f->cfg->output);
out:
	free(table.data);
	free(features.data);
	free(header.data);
	free(f->index);
	if (f->fd != STDOUT_FILENO && close(f->fd))
		die(f->cfg->output);
}
