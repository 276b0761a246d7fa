/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * mutate [-n N] [-s SEED] FILE: flip one bit in FILE's AUX bytes, attribute all records, and
 * restore the bit; N times.  FILE is modified, and restored at the end.
 *
 * Exit status 0: no flip changed the owner of a record other than the damaged one (to unknown is
 * allowed), and none added, removed or renumbered a VM or a vCPU.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording/pipeline.h"

struct one {
	size_t stream;
	uint64_t offset, size;
	uint8_t world;
	int32_t pid, tid, vm, vcpu;
};

struct owners {
	struct one *list;
	size_t nr, max;
	size_t nr_vms, nr_vcpus;
	int32_t vm_pid[64], vcpu_tid[256];
	enum host_mode mode;
	/* while reading */
	const struct pipeline *p;
	size_t stream;
	struct timeline_cursor cursor;
};

struct counts {
	uint64_t flips, same, missing, unknown, other, named, vms, mode;
};

/* A byte of AUX data. */
struct byte {
	size_t stream;
	uint64_t offset;	/* in the stream */
	uint64_t at;		/* in the file */
};

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static int take(void *arg, const struct spe_record *recs, size_t n)
{
	struct owners *o = arg;

	for (size_t i = 0; i < n; i++) {
		const struct owner *own = timeline_attribute(o->p->timeline, &o->cursor, &recs[i]);

		if (o->nr == o->max) {
			o->max = o->max ? 2 * o->max : 4096;
			o->list = realloc(o->list, o->max * sizeof(*o->list));
			if (!o->list)
				fail("mutate");
		}
		o->list[o->nr++] = (struct one){
			.stream = o->stream, .offset = recs[i].offset, .size = recs[i].size,
			.world = own->world, .pid = own->pid, .tid = own->tid, .vm = own->vm,
			.vcpu = own->vcpu,
		};
	}
	return 0;
}

static void note_vms(struct owners *o)
{
	const struct timeline_vcpu *vcpus;
	const struct timeline_vm *vms;
	size_t i;

	o->nr_vms = timeline_vms(o->p->timeline, &vms);
	o->nr_vcpus = timeline_vcpus(o->p->timeline, &vcpus);
	if (o->nr_vms > 64 || o->nr_vcpus > 256) {
		fprintf(stderr, "mutate: too many VMs or vCPUs\n");
		exit(2);
	}
	for (i = 0; i < o->nr_vms; i++)
		o->vm_pid[i] = vms[i].pid;
	for (i = 0; i < o->nr_vcpus; i++)
		o->vcpu_tid[i] = vcpus[i].tid;
}

/* Open the recording again, and attribute all its records. */
static void read_owners(const char *file, struct owners *o, struct pipeline *p)
{
	const struct pipeline_options opt = { .host_mode = HOST_UNKNOWN };
	struct sink sink = { .records = take, .arg = o };
	struct spe_stats stats;
	char err[256];

	o->nr = 0;
	o->p = p;
	if (pipeline_open(p, file, &opt, err, sizeof(err)) || pipeline_seal(p)) {
		fprintf(stderr, "mutate: %s: %s\n", file, err);
		exit(2);
	}
	o->mode = timeline_mode(p->timeline);
	note_vms(o);
	for (o->stream = 0; o->stream < p->nr_streams; o->stream++) {
		const struct stream *s = &p->streams[o->stream];

		timeline_cursor_init(&o->cursor, p->timeline, s->cpu, s->tid);
		if (pipeline_decode(p, s, &sink, &stats))
			fail(file);
	}
}

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* The n-th byte of all AUX data. */
static struct byte byte_of(const struct pipeline *p, uint64_t n)
{
	for (size_t i = 0; i < p->nr_streams; i++) {
		const struct stream *s = &p->streams[i];

		for (size_t k = 0; k < s->nr; k++) {
			struct region r;

			if (spooled_read(&p->regions, s->first + k, &r, 1))
				fail("regions");
			if (n < r.len)
				return (struct byte){ i, r.offset + n, r.file_offset + n };
			n -= r.len;
		}
	}
	return (struct byte){ .at = UINT64_MAX };
}

static void flip(int fd, uint64_t at, unsigned int bit)
{
	uint8_t b;

	if (pread(fd, &b, 1, at) != 1)
		fail("read");
	b ^= 1u << bit;
	if (pwrite(fd, &b, 1, at) != 1)
		fail("write");
}

static int order(const struct one *a, const struct one *b)
{
	if (a->stream != b->stream)
		return a->stream < b->stream ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* 0: equal; 1: some of it is unknown now; 2: it was unknown before; 3: different. */
static int compare_one(const struct one *was, const struct one *is)
{
	int32_t a[] = { was->pid, was->tid, was->vm, was->vcpu };
	int32_t b[] = { is->pid, is->tid, is->vm, is->vcpu };
	int worst = 0;

	if (is->world == WORLD_UNKNOWN)
		return was->world == WORLD_UNKNOWN ? 0 : 1;
	if (was->world == WORLD_UNKNOWN)
		return 2;
	if (was->world != is->world)
		return 3;
	for (int i = 0; i < 4; i++) {
		int now = a[i] == b[i] ? 0 : b[i] < 0 ? 1 : a[i] < 0 ? 2 : 3;

		worst = now > worst ? now : worst;
	}
	return worst;
}

static void show(const char *what, const struct byte *at, unsigned int bit, const struct one *was,
		 const struct one *is)
{
	printf("%s: bit %u of byte %llu of stream %zu; the record at %llu was %s %d/%d vm %d vcpu %d, "
	       "is %s %d/%d vm %d vcpu %d\n", what, bit, (unsigned long long)at->offset,
	       at->stream, (unsigned long long)was->offset, world_name(was->world), was->pid,
	       was->tid, was->vm, was->vcpu, world_name(is->world), is->pid, is->tid, is->vm,
	       is->vcpu);
}

static void compare(const struct owners *was, const struct owners *is, const struct byte *at,
		    unsigned int bit, struct counts *n)
{
	size_t i, k = 0;
	bool shown = false;

	if (was->mode != is->mode) {
		n->mode++;
		printf("mode: bit %u of byte %llu of stream %zu: %s, was %s\n", bit,
		       (unsigned long long)at->offset, at->stream, host_mode_name(is->mode),
		       host_mode_name(was->mode));
	}
	if (was->nr_vms != is->nr_vms || was->nr_vcpus != is->nr_vcpus ||
	    memcmp(was->vm_pid, is->vm_pid, was->nr_vms * sizeof(int32_t)) ||
	    memcmp(was->vcpu_tid, is->vcpu_tid, was->nr_vcpus * sizeof(int32_t))) {
		n->vms++;
		printf("VMs: bit %u of byte %llu of stream %zu: %zu, were %zu\n", bit,
		       (unsigned long long)at->offset, at->stream, is->nr_vms, was->nr_vms);
	}
	for (i = 0; i < was->nr; i++) {
		const struct one *a = &was->list[i], *b;
		int what;

		while (k < is->nr && order(&is->list[k], a) < 0)
			k++;
		b = k < is->nr && !order(&is->list[k], a) ? &is->list[k] : NULL;
		if (a->stream == at->stream && at->offset >= a->offset &&
		    at->offset < a->offset + a->size)
			continue;
		if (!b) {
			n->missing++;
			continue;
		}
		what = compare_one(a, b);
		n->same += what == 0;
		n->unknown += what == 1;
		n->named += what == 2;
		n->other += what == 3;
		if (what > 1 && !shown) {
			show(what == 3 ? "another" : "named", at, bit, a, b);
			shown = true;
		}
	}
}

int main(int argc, char **argv)
{
	struct owners was = { 0 }, is = { 0 };
	struct counts n = { 0 };
	struct pipeline base, p;
	uint64_t seed = 88172645463325252ull, flips = 1000;
	int o, fd;

	while ((o = getopt(argc, argv, "n:s:")) != -1) {
		if (o == 'n')
			flips = strtoull(optarg, NULL, 0);
		else if (o == 's')
			seed ^= strtoull(optarg, NULL, 0) * 0x9e3779b97f4a7c15ull;
		else
			return 2;
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "usage: mutate [-n N] [-s SEED] FILE\n");
		return 2;
	}
	fd = open(argv[optind], O_RDWR);
	if (fd < 0)
		fail(argv[optind]);
	read_owners(argv[optind], &was, &base);
	for (n.flips = 0; n.flips < flips; n.flips++) {
		struct byte at = byte_of(&base, next(&seed) % base.aux_bytes);
		unsigned int bit = next(&seed) % 8;

		flip(fd, at.at, bit);
		read_owners(argv[optind], &is, &p);
		compare(&was, &is, &at, bit, &n);
		pipeline_close(&p);
		flip(fd, at.at, bit);
	}
	pipeline_close(&base);
	printf("flips %llu, same owner %llu, missing %llu, unknown now %llu, named now %llu, "
	       "another owner %llu, other VMs %llu, another mode %llu\n",
	       (unsigned long long)n.flips, (unsigned long long)n.same,
	       (unsigned long long)n.missing, (unsigned long long)n.unknown,
	       (unsigned long long)n.named, (unsigned long long)n.other,
	       (unsigned long long)n.vms, (unsigned long long)n.mode);
	free(was.list);
	free(is.list);
	close(fd);
	return n.other || n.named || n.vms;
}
