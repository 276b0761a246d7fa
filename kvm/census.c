// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"
#include "kvm/timeline_impl.h"

/* Ignore threads beyond this number: the records are damaged. */
#define THREADS_MAX	65536

/* Fewer records than this may be damage. */
#define FEW		2
/* Evidence outweighs contrary evidence that is this many times rarer. */
#define OUTWEIGHS	10
/* Under a VHE host at least one of this many records is at EL2 or has CONTEXT EL2. */
#define CLEARLY		20
/* In an nVHE host's recording damage produces such records in fewer than one of this many. */
#define RARELY		1000
/* A thread that runs a guest has at least one of this many records in it. */
#define SELDOM		1000
/* Guests of a thread that no event names have more than one of this many records. */
#define STRANGE		100

struct census {
	const struct timeline *timeline;
	struct timeline_cursor cursor;
	int32_t tid;		/* of the stream; -1: a CPU's */
	bool kvm;		/* entries or exits were recorded on this CPU */
	struct census_sums sums;
	struct census_thread *threads;
	size_t nr_threads;
	struct intern tids;	/* thread numbers */
	size_t last;		/* index of the thread found last */
	struct census_thread *now;	/* the thread of the last record, if any */
	uint32_t ctx_el2;		/* the CONTEXT that identified it; 0: identified by time */
	uint64_t from, len;		/* ticks: its time on the CPU; len 0: unknown */
};

struct census *census_new(const struct timeline *t)
{
	struct census *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->timeline = t;
	census_stream(c, -1, -1);
	return c;
}

void census_free(struct census *c)
{
	if (!c)
		return;
	free(c->threads);
	intern_clear(&c->tids);
	free(c);
}

void census_stream(struct census *c, int32_t cpu, int32_t tid)
{
	const struct lane *lane = timeline_lane(c->timeline, cpu, tid);

	timeline_cursor_init(&c->cursor, c->timeline, cpu, tid);
	c->tid = cpu < 0 ? tid : -1;
	c->kvm = lane && lane->has_kvm;
	c->now = NULL;
}

/* 0 and *out, which is NULL if there are too many; or -ENOMEM. */
static int find_thread(struct census *c, int32_t tid, struct census_thread **out)
{
	struct census_thread *new;
	uint32_t n;

	if (c->last < c->nr_threads && c->threads[c->last].tid == tid) {
		*out = &c->threads[c->last];
		return 0;
	}
	*out = NULL;
	n = c->nr_threads == THREADS_MAX ? intern_find(&c->tids, &tid, sizeof(tid)) :
	    intern_add(&c->tids, &tid, sizeof(tid));
	if (n == INTERN_NONE)
		return c->nr_threads == THREADS_MAX ? 0 : -ENOMEM;
	if (n == c->nr_threads) {
		new = array_add(c->threads, c->nr_threads);
		if (!new)
			return -ENOMEM;
		new->tid = tid;
	}
	c->last = n;
	*out = &c->threads[n];
	return 0;
}

/* The thread on the CPU at the record's time: *inside a guest, or in the host.  -1: unknown. */
static int32_t thread_then(struct census *c, const struct spe_record *rec, bool *timed,
			   bool *inside)
{
	int32_t tid = -1;

	*timed = timeline_cursor_when(c->timeline, &c->cursor, rec, &tid, inside);
	return tid >= 0 ? tid : c->tid;
}

/*
 * A record at EL1, or with CONTEXT EL1 at EL0: an nVHE host's, or a guest's under a VHE host.  An
 * nVHE host's kernel writes the thread's id to CONTEXTIDR_EL1 at each switch
 * (CONFIG_PID_IN_CONTEXTIDR); a guest's kernel writes ids of its own.
 */
static void weigh(struct census *c, const struct spe_record *rec, int32_t tid, bool timed,
		  bool inside)
{
	bool has_ctx = rec->has & SPE_HAS_CTX_EL1 && rec->ctx_el1;

	/*
	 * A virtual timestamp is too early by CNTVOFF in a guest, and in an nVHE host's kernel
	 * while a vCPU is loaded [linux arch/arm64/kvm/arch_timer.c].
	 */
	if (!c->timeline->physical_time && c->tid < 0)
		return;
	if (has_ctx && tid > 0 && (uint32_t)tid == rec->ctx_el1)
		c->sums.host_el1++;
	else if (has_ctx && tid > 0 &&
		 !timeline_cursor_beside(c->timeline, &c->cursor, (int32_t)rec->ctx_el1))
		c->sums.guest_el1++;
	else if (!has_ctx && c->kvm && timed && !inside)
		c->sums.host_el1++;
}

/* Does the record's own time identify its thread? */
static bool has_own_time(const struct timeline *t, bool guest)
{
	return t->physical_time || (t->mode == HOST_NVHE && !guest);
}

/* Count a record for its thread, which is cached by CONTEXT EL2, or for its time on the CPU. */
static int count(struct census *c, const struct spe_record *rec, uint32_t ctx_el2, bool guest)
{
	bool timed, inside;
	int32_t tid = thread_then(c, rec, &timed, &inside);
	int err;

	if (guest) {
		c->sums.guests++;
		c->sums.kernel_el1 += rec->pc_el == 1 && rec->pc >> 63;
		c->sums.el0_ctx_el1 += !rec->pc_el;
		weigh(c, rec, tid, timed, inside);
	}
	c->ctx_el2 = ctx_el2;
	c->from = timed ? c->cursor.from : 0;
	c->len = timed ? c->cursor.len : 0;
	c->now = NULL;
	if (ctx_el2)
		tid = ctx_el2 <= INT32_MAX ? (int32_t)ctx_el2 : -1;
	else if (!has_own_time(c->timeline, guest) && c->tid < 0)
		tid = -1;
	if (tid <= 0)
		return 0;
	err = find_thread(c, tid, &c->now);
	if (err || !c->now)
		return err;
	c->now->records++;
	c->now->guests += guest;
	return 0;
}

int census_add(struct census *c, const struct spe_record *recs, size_t n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		const struct spe_record *rec = &recs[i];
		uint32_t ctx_el2 = rec->has & SPE_HAS_CTX_EL2 ? rec->ctx_el2 : 0;
		bool guest;

		if (!(rec->has & SPE_HAS_PC) || rec->pc_el == 3)
			continue;
		c->sums.el[rec->pc_el]++;
		c->sums.vhe += rec->pc_el == 2 || ctx_el2;
		guest = rec->pc_el == 1 || (!rec->pc_el && rec->has & SPE_HAS_CTX_EL1);
		if (!guest && c->now && ctx_el2 == c->ctx_el2 &&
		    (ctx_el2 || rec->ticks - c->from < c->len))
			c->now->records++;
		else
			err = count(c, rec, ctx_el2, guest);
	}
	return err ?: c->cursor.failed ? -EIO : 0;
}

static void add_sums(struct census_sums *to, const struct census_sums *from)
{
	unsigned int el;

	for (el = 0; el < 4; el++)
		to->el[el] += from->el[el];
	to->kernel_el1 += from->kernel_el1;
	to->vhe += from->vhe;
	to->el0_ctx_el1 += from->el0_ctx_el1;
	to->host_el1 += from->host_el1;
	to->guest_el1 += from->guest_el1;
	to->guests += from->guests;
}

int census_merge(struct census *c, const struct census *other)
{
	struct census_thread *k;
	size_t i;
	int err = 0;

	add_sums(&c->sums, &other->sums);
	for (i = 0; i < other->nr_threads && !err; i++) {
		err = find_thread(c, other->threads[i].tid, &k);
		if (err || !k)
			continue;
		k->records += other->threads[i].records;
		k->guests += other->threads[i].guests;
	}
	return err;
}

const struct census_sums *census_sums(const struct census *c)
{
	return &c->sums;
}

size_t census_threads(const struct census *c, const struct census_thread **out)
{
	*out = c->threads;
	return c->nr_threads;
}

/* By what records prove by themselves, if the sideband decides nothing. */
static enum host_mode mode_by_level(const struct census_sums *s, bool no_kernel)
{
	uint64_t other = s->el[1] + s->el0_ctx_el1;

	if (s->vhe >= FEW)
		return s->vhe * RARELY >= other ? HOST_VHE : HOST_UNKNOWN;
	if (s->vhe)	/* one record may be damage, or all there is */
		return other ? HOST_UNKNOWN : HOST_VHE;
	if (no_kernel)
		return s->el[1] >= FEW ? HOST_VHE : HOST_UNKNOWN;
	return s->kernel_el1 ? HOST_NVHE : HOST_UNKNOWN;
}

bool census_is_vhe(const struct census_sums *s)
{
	return s->vhe >= FEW && s->vhe * CLEARLY >= s->el[0] + s->el[1] + s->el[2];
}

/*
 * The kernel's own code shows its level.  With nVHE the buffer is EL1's and nothing is sampled at
 * EL2 [D17.4], and CONTEXT EL2 requires PMSCR_EL2.CX, which linux sets only under VHE.  EL1 is an
 * nVHE host's kernel, or that of a machine which is itself a guest; or a guest's under a VHE host.
 */
enum host_mode census_mode(const struct census_sums *s, bool no_kernel)
{
	/* if the host's kernel is excluded, records at EL1 are a guest's */
	uint64_t vhe = s->vhe + s->guest_el1 + (no_kernel ? s->el[1] : 0);

	if (census_is_vhe(s))
		return HOST_VHE;
	if (s->host_el1 + s->guest_el1 < FEW)
		return mode_by_level(s, no_kernel);
	if (s->host_el1 > OUTWEIGHS * vhe)
		return HOST_NVHE;
	if (vhe >= FEW && vhe > OUTWEIGHS * s->host_el1)
		return HOST_VHE;
	return HOST_UNKNOWN;
}

uint64_t census_against(const struct census_sums *s, enum host_mode mode)
{
	return mode == HOST_NVHE ? s->vhe : 0;
}

int census_is_vcpu(const struct census_sums *s, const struct census_thread *k, bool strange)
{
	if (!k->guests)
		return 0;
	if (k->guests < FEW || k->guests * SELDOM < k->records)
		return -1;
	return !strange || k->guests * STRANGE > s->guests ? 1 : -1;
}
