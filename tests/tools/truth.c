/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * truth [-v] FILE TRUTH: decode a recording of gen, compare it record by record with the truth, and
 * attribute each record.  Prints a table of counts.
 *
 * Exit status 0: every undamaged record was decoded with the right fields and owner, and nothing
 * was invented.  A decoded record is invented if no true one begins at its offset.  Damaged records
 * may be missing; wrong fields in them are counted, by whether that very packet was damaged.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording/pipeline.h"
#include "tests/tools/truth_compare.h"
#include "tests/tools/truth_map.h"
#include "tests/tools/truth_node.h"
#include "tests/tools/truth_owner.h"

struct counts {
	uint64_t decoded;
	uint64_t right;        /* complete, and equal in every field */
	uint64_t wrong;        /* not damaged, but some field differs */
	uint64_t missing;      /* not damaged, but not decoded */
	uint64_t after_damage; /* of missing and wrong: those after a damaged record */
	uint64_t damaged_right, damaged_hit, damaged_beside, damaged_missing;
	uint64_t damaged_late; /* begins after bytes that were inserted before it */
	uint64_t cut_decoded;  /* decoded although its end is missing */
	uint64_t invented, invented_in_damage;
	uint64_t owner_right, owner_wrong, owner_unknown, owner_partly;
	uint64_t node_right, node_wrong, node_unknown;
	uint64_t cgroup_right, cgroup_wrong, cgroup_unknown;
};

/* How far a stream has been compared. */
struct position {
	size_t next, end; /* index in truth_map.by_cpu */
	int32_t cpu;
};

struct compare {
	struct truth_map truth;
	struct pipeline pipeline;
	struct truth_owner *owner;
	struct position now;
	struct counts n;
	uint64_t examples; /* printed so far */
	int verbose, cgroups;
	uint32_t nodes;
};

static void example(struct compare *c, const char *what, const struct truth_record *t,
		    const struct spe_record *r, uint32_t differ)
{
	if (!c->verbose || c->examples++ >= 20)
		return;
	printf("%s: cpu %d", what, t ? t->cpu : -1);
	if (t)
		printf(" truth %llu+%u pc %llx has %x damaged %x",
		       (unsigned long long)t->offset, t->size, (unsigned long long)t->pc,
		       t->has, t->damaged);
	if (r)
		printf(" decoded %llu+%u pc %llx has %x", (unsigned long long)r->offset,
		       r->size, (unsigned long long)r->pc, r->has);
	printf(" differ %x\n", differ);
}

/* Was the previous record in the stream damaged? */
static int after_damage(const struct compare *c, const struct position *s, size_t i)
{
	return i > c->truth.first[s->cpu] && c->truth.by_cpu[i - 1]->damaged;
}

/* Skip true records up to offset that no decoded record matched. */
static void skip_to(struct compare *c, struct position *s, uint64_t offset)
{
	for (; s->next < s->end; s->next++) {
		const struct truth_record *t = c->truth.by_cpu[s->next];

		if (t->offset >= offset)
			return;
		if (t->damaged & TRUTH_CUT)
			continue;
		if (t->damaged & ~TRUTH_PAD) {
			c->n.damaged_missing++;
			continue;
		}
		c->n.missing++;
		c->n.after_damage += after_damage(c, s, s->next);
		example(c, "missing", t, NULL, 0);
	}
}

static void compare_owner(struct compare *c, struct position *s,
			  const struct truth_record *t, const struct spe_record *r)
{
	switch (truth_owner_compare(c->owner, s->cpu, r, t)) {
	case TRUTH_OWNER_RIGHT: c->n.owner_right++; break;
	case TRUTH_OWNER_UNKNOWN: c->n.owner_unknown++; break;
	case TRUTH_OWNER_PARTLY: c->n.owner_partly++; break;
	case TRUTH_OWNER_WRONG:
		c->n.owner_wrong++;
		example(c, "owner", t, r, 0);
		break;
	}
}

/* Of the CPU, and of the data where there is a physical address. */
static void compare_node(struct compare *c, const struct truth_record *t,
			 const struct spe_record *r)
{
	const struct nodes *nodes = c->pipeline.info->nodes;
	int32_t cpu = truth_node_of_cpu(c->nodes, c->truth.header->nr_cpus, (uint32_t)t->cpu);
	int32_t got = nodes_of_cpu(nodes, t->cpu), data, want;

	c->n.node_right += got == cpu;
	c->n.node_unknown += got < 0;
	c->n.node_wrong += got >= 0 && got != cpu;
	if (!(t->has & TRUTH_PA))
		return;
	data = nodes_of_address(nodes, r->pa);
	want = truth_node_of_block(c->nodes, t->pa / TRUTH_BLOCK);
	c->n.node_right += data == want;
	c->n.node_unknown += data < 0 && want >= 0;
	c->n.node_wrong += data >= 0 && data != want;
}

static void compare_cgroup(struct compare *c, const struct truth_record *t,
			   const struct spe_record *r)
{
	switch (truth_owner_cgroup(c->owner, t)) {
	case TRUTH_OWNER_RIGHT: c->n.cgroup_right++; break;
	case TRUTH_OWNER_WRONG:
		c->n.cgroup_wrong++;
		example(c, "cgroup", t, r, 0);
		break;
	default: c->n.cgroup_unknown++;
	}
}

/*
 * A record at an offset where none begins.  The decoder may have recognized bytes inserted before
 * the first packet of a damaged one, and the rest may be right.
 */
static void off_start(struct compare *c, struct position *s, const struct spe_record *r)
{
	const struct truth_record *before =
		s->next > c->truth.first[s->cpu] ? c->truth.by_cpu[s->next - 1] : NULL;

	if (before && before->damaged && r->offset < before->offset + before->size) {
		if (!(truth_compare(r, before) & ~before->damaged)) {
			c->n.damaged_late++;
			return;
		}
		c->n.invented_in_damage++;
	}
	c->n.invented++;
	example(c, "invented", before, r, before ? truth_compare(r, before) : 0);
}

static void compare_record(struct compare *c, struct position *s,
			   const struct spe_record *r)
{
	const struct truth_record *t;
	uint32_t differ;

	c->n.decoded++;
	skip_to(c, s, r->offset);
	t = s->next < s->end ? c->truth.by_cpu[s->next] : NULL;
	if (!t || t->offset != r->offset) {
		off_start(c, s, r);
		return;
	}
	differ = truth_compare(r, t);
	if (t->damaged & TRUTH_CUT) {
		c->n.cut_decoded++;
		example(c, "cut", t, r, differ);
	} else if (t->damaged & ~TRUTH_PAD) {
		if (!differ)
			c->n.damaged_right++;
		else if (differ & ~t->damaged)
			c->n.damaged_beside++;
		else
			c->n.damaged_hit++;
	} else if (differ) {
		c->n.wrong++;
		c->n.after_damage += after_damage(c, s, s->next);
		example(c, "wrong", t, r, differ);
	} else {
		c->n.right++;
		compare_owner(c, s, t, r);
		if (c->nodes)
			compare_node(c, t, r);
		if (c->cgroups)
			compare_cgroup(c, t, r);
	}
	s->next++;
}

static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	struct compare *c = arg;

	for (size_t i = 0; i < n; i++)
		compare_record(c, &c->now, &recs[i]);
	return 0;
}

static int run_stream(struct compare *c, const struct stream *s)
{
	struct sink sink = { .records = take_records, .arg = c };
	struct spe_stats stats;
	int ret;

	if (s->cpu < 0 || (uint32_t)s->cpu >= c->truth.header->nr_cpus) {
		fprintf(stderr, "AUX data of CPU %d\n", s->cpu);
		return -1;
	}
	c->now = (struct position){
		.cpu = s->cpu,
		.next = c->truth.first[s->cpu],
		.end = c->truth.first[s->cpu + 1],
	};
	ret = pipeline_decode(&c->pipeline, s, &sink, &stats);
	skip_to(c, &c->now, UINT64_MAX);
	return ret;
}

static int run(struct compare *c)
{
	int ret = 0;

	for (size_t i = 0; i < c->pipeline.nr_streams && !ret; i++)
		ret = run_stream(c, &c->pipeline.streams[i]);
	return ret;
}

static int load(struct compare *c, const char *file)
{
	const struct pipeline_options opt = { .host_mode = HOST_UNKNOWN, .cgroups = c->cgroups };
	char err[256] = "";
	int ret = pipeline_open(&c->pipeline, file, &opt, err, sizeof(err));

	if (ret) {
		fprintf(stderr, "%s: %s\n", file, err);
		return ret;
	}
	c->owner = truth_owner_new(c->pipeline.timeline);
	return c->owner ? pipeline_seal(&c->pipeline) : -1;
}

static void line(const char *what, uint64_t n)
{
	printf("  %-52s %12llu\n", what, (unsigned long long)n);
}

static int verdict(const struct compare *c)
{
	const struct counts *n = &c->n;

	line("records written", c->truth.header->records);
	line("decoded", n->decoded);
	line("right in every field", n->right);
	line("not damaged, missing", n->missing);
	line("not damaged, wrong in a field", n->wrong);
	line("  of these, right after a damaged record", n->after_damage);
	line("invented", n->invented);
	line("  of these, inside a damaged record", n->invented_in_damage);
	line("cut, yet decoded", n->cut_decoded);
	line("damaged, missing", n->damaged_missing);
	line("damaged, right in every field", n->damaged_right);
	line("damaged, as much is right, but begins late", n->damaged_late);
	line("damaged, wrong in the damaged packets only", n->damaged_hit);
	line("damaged, wrong beside them", n->damaged_beside);
	line("owner right (of the records right in every field)", n->owner_right);
	line("owner unknown", n->owner_unknown);
	line("owner known in part", n->owner_partly);
	line("owner wrong", n->owner_wrong);
	if (c->nodes) {
		line("node right", n->node_right);
		line("node unknown", n->node_unknown);
		line("node wrong", n->node_wrong);
	}
	if (c->cgroups) {
		line("cgroup right", n->cgroup_right);
		line("cgroup unknown", n->cgroup_unknown);
		line("cgroup wrong", n->cgroup_wrong);
	}
	return n->node_wrong || n->cgroup_wrong || n->missing || n->wrong || n->invented || n->cut_decoded ||
	       n->owner_wrong || n->owner_unknown || n->owner_partly;
}

int main(int argc, char **argv)
{
	struct compare c = { 0 };
	int ret;

	while (argc > 1 && argv[1][0] == '-') {
		c.verbose |= !strcmp(argv[1], "-v");
		c.cgroups |= !strcmp(argv[1], "--cgroups");
		sscanf(argv[1], "--nodes=%u", &c.nodes);
		argc--;
		argv++;
	}
	if (argc != 3) {
		fprintf(stderr, "usage: truth [-v] [--cgroups] [--nodes=N] FILE TRUTH\n");
		return 2;
	}
	if (truth_map_open(&c.truth, argv[2]) || load(&c, argv[1]) || run(&c)) {
		fprintf(stderr, "truth: cannot compare\n");
		return 2;
	}
	ret = verdict(&c);
	truth_owner_free(c.owner);
	pipeline_close(&c.pipeline);
	truth_map_close(&c.truth);
	return ret;
}
