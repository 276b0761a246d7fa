// SPDX-License-Identifier: GPL-2.0-only
#include "recording/guest_recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "collector/perfdata/symbols.h"
#include "collector/spool.h"
#include "recording/recording_impl.h"

/* A clock with a larger uncertainty than this is unknown. */
#define WIDE_NS		100000000ull
/* Both counters are the same hardware, so tick lengths differ only by rounding. */
#define RATE_SLACK	1e-5

bool guest_recording_is(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[8];
	long n;

	if (fd < 0)
		return false;
	n = read_at(fd, 0, magic, sizeof(magic));
	close(fd);
	/* what opens a recording says why it cannot be read */
	return n == -EIO || (n == sizeof(magic) && !memcmp(magic, "PERFILE2", sizeof(magic)));
}

static struct guest_recording *add(struct guest_recordings *g)
{
	struct guest_recording *more = realloc(g->list, (g->nr + 1) * sizeof(*more));
	struct clock_result *clocks = realloc(g->clocks, (g->nr + 1) * sizeof(*clocks));

	g->list = more ? more : g->list;
	g->clocks = clocks ? clocks : g->clocks;
	if (!more || !clocks)
		return NULL;
	clocks[g->nr] = (struct clock_result){ .vm = -1 };
	more[g->nr] = (struct guest_recording){ .vm = -1, .fd = -1 };
	return &more[g->nr++];
}

int guest_recordings_add(struct guest_recordings *g, const struct guest_word *word)
{
	struct guest_recording *r = add(g);

	if (!r)
		return -ENOMEM;
	r->ref = word->vm;
	r->shown = r->path = word->word;
	return 0;
}

/*
 * Copy pieces to an unnamed file that the caller closes; -errno.  whole: a truncated piece is an
 * error.
 */
static int copy_pieces(const struct input *s, const struct input_piece *pieces, size_t nr, bool whole)
{
	int fd = spool_file(), ret = 0;
	char buf[65536];

	if (fd < 0)
		return errno ? -errno : -ENOSPC;
	for (size_t i = 0; i < nr && !ret; i++) {
		size_t len = pieces[i].len < sizeof(buf) ? pieces[i].len : sizeof(buf);
		long n = input_read(s, pieces[i].offset, buf, len);

		ret = n < 0 ? (int)n : whole && n != (long)len ? -EBADMSG : write_full(fd, buf, (size_t)n);
	}
	if (ret)
		close(fd);
	return ret ?: fd;
}

static void say_copy(char *err, size_t errlen, int why)
{
	if (why == -EBADMSG)
		snprintf(err, errlen, "a guest's recording that is merged into it ends early");
	else
		snprintf(err, errlen, "the recordings of guests that are merged into it cannot be copied "
			 "to the cache folder: %s", strerror(-why));
}

int guest_recordings_take_merged(struct guest_recordings *g, const struct input *s, char *err,
				 size_t errlen)
{
	const struct input_info *info = input_get_info(s);

	for (size_t i = 0; i < info->nr_merged; i++) {
		const struct input_merged *m = &info->merged[i];
		struct guest_recording *r = add(g);

		if (!r)
			return -ENOMEM;
		r->fd = copy_pieces(s, m->pieces, m->nr_pieces, true);
		if (r->fd < 0) {
			say_copy(err, errlen, r->fd);
			return r->fd;
		}
		if (asprintf(&r->owned, "/proc/self/fd/%d", r->fd) < 0) {
			r->owned = NULL;
			return -ENOMEM;
		}
		r->ref = (struct vm_ref){ .kind = VM_PID, .number = m->pid };
		r->path = r->owned;
		r->shown = "(merged)";
		r->has_offset = m->has_offset;
		r->offset = m->offset;
	}
	return 0;
}

void guest_recordings_free(struct guest_recordings *g)
{
	for (size_t i = 0; i < g->nr; i++) {
		timeline_free(g->list[i].timeline);
		free(g->list[i].owned);
		free(g->list[i].trouble);
		if (g->list[i].fd >= 0)
			close(g->list[i].fd);
	}
	free(g->list);
	free(g->clocks);
	*g = (struct guest_recordings){ 0 };
}

/* Joining one recording */

struct join {
	struct guest_recording *g;
	struct clock_result *result;
	uint32_t index;
	struct pipeline *p;
	struct symbolizer *s;
	const struct input_clock *clock;	/* of the guest's events; NULL: they have none */
	struct guest_evidence evidence;
	bool timed;				/* the clock's offset is known */
	struct clock_span its;			/* ticks of the host: from its first to its last
						 * event */
	char *err;
	size_t errlen;
};

static int fail(struct join *j, int code, const char *sentence)
{
	snprintf(j->err, j->errlen, "the guest's recording %s: %s", j->g->shown, sentence);
	return code;
}

/* Find the VM; if none is named, the only one. */
static int find_vm(struct join *j)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(j->p->timeline, &vms);

	if (j->g->ref.kind == VM_ANY && n > 1)
		return fail(j, -EINVAL, "name its VM, as in --guest VM=FILE: there are several VMs");
	for (size_t i = 0; i < n && j->g->vm < 0; i++)
		if (timeline_is_vm(j->p->timeline, (int32_t)i, &j->g->ref))
			j->g->vm = (int32_t)i;
	return 0;
}

/* ns of a guest's event as ticks of its counter. */
static uint64_t guest_ticks(const struct join *j, uint64_t time)
{
	return input_clock_ticks(j->clock, time);
}

static double ns_per_tick(const struct input_clock *c)
{
	return (double)c->mult / (double)(1ull << c->shift);
}

/* First pass: collect the times of events on the guest's own clock. */
static int gather(struct join *j, struct input *s)
{
	struct event ev;
	int ret, err = 0;

	while (!err && (ret = input_next(s, &ev)) > 0) {
		j->clock = input_get_clock(s);
		/* a counter may be read from another CPU */
		if (ev.time && ev.type != EVENT_AUX && ev.type != EVENT_COUNT && j->clock)
			err = guest_evidence_moment(&j->evidence, guest_ticks(j, ev.time), ev.cpu);
	}
	j->clock = input_get_clock(s);
	if (err || (ret < 0 && ret != -ENODATA))
		return fail(j, err ?: ret, strerror(-(err ?: ret)));
	if (j->clock && j->p->clock &&
	    ns_per_tick(j->clock) / ns_per_tick(j->p->clock) - 1 > RATE_SLACK)
		return fail(j, -EINVAL, "its counter has another frequency than the host's: it "
			    "was made on another machine");
	return 0;
}

/* The offset that was given for this VM; the last one counts. */
static bool given_offset(const struct join *j, const struct guest_words *offsets, int64_t *out)
{
	bool given = j->g->has_offset;

	*out = given ? j->g->offset : *out;
	for (size_t i = 0; i < offsets->nr; i++) {
		if (!timeline_is_vm(j->p->timeline, j->g->vm, &offsets->list[i].vm))
			continue;
		*out = offsets->list[i].ticks;
		given = true;
	}
	return given;
}

static int find_clock(struct join *j, const struct guest_words *offsets)
{
	struct clock_result *result = j->result;
	struct guest_clock c = { 0 };
	bool given = given_offset(j, offsets, &result->clock.offset);
	int ret;

	result->ns_per_tick = j->p->clock ? ns_per_tick(j->p->clock) : 0;
	if (given)
		result->clock.state = CLOCK_GIVEN;
	if (given || !j->p->clock || !j->clock)
		return 0;
	ret = guest_evidence_clock(&j->evidence, j->p, j->g->vm, &c);
	if (!ret && j->evidence.last)
		result->clock = guest_clock_answer(&c, (uint64_t)((double)WIDE_NS /
								result->ns_per_tick),
						 j->evidence.loads);
	result->loads = j->evidence.loads;
	result->exits = j->evidence.exits;
	result->ranges = c.nr;
	guest_clock_clear(&c);
	return ret ? fail(j, ret, strerror(-ret)) : 0;
}

/* The host's time of an event in ns; 0: before everything. */
static uint64_t host_time(const struct join *j, uint64_t time)
{
	uint64_t ns;

	if (!time || !j->timed)
		return 0;
	ns = input_clock_ns(j->p->clock, guest_ticks(j, time) + (uint64_t)j->result->clock.offset);
	return ns ? ns : 1;
}

static void note_time(struct join *j, uint64_t ns)
{
	uint64_t ticks = ns ? input_clock_ticks(j->p->clock, ns) : 0;

	if (!ns)
		return;
	if (!j->its.to || ticks < j->its.from)
		j->its.from = ticks;
	if (ticks > j->its.to)
		j->its.to = ticks;
}

/* Without time, an event still says which tasks existed and what called what. */
static bool tells(const struct join *j, const struct event *ev)
{
	return j->timed || ev->type == EVENT_MMAP || ev->type == EVENT_COMM ||
	       ev->type == EVENT_FORK || ev->type == EVENT_CYCLES;
}

/* Ignore samples from before and after the host's recording. */
static int take_cycles(struct join *j, const struct event *ev)
{
	const struct input_info *host = j->p->info;

	if (ev->type != EVENT_CYCLES ||
	    (ev->time && (ev->time < host->first_time || ev->time > host->last_time)))
		return 0;
	return cycles_take_guest(&j->p->cycles, j->index, j->g->vm, ev);
}

/* Second pass: apply its events, converted to the host's clock. */
static int apply(struct join *j, struct input *s)
{
	struct guest_recording *g = j->g;
	const struct input_info *info = input_get_info(s);
	struct event ev;
	int ret, err = 0;

	while (!err && (ret = input_next(s, &ev)) > 0) {
		if (ev.type == EVENT_AUX || !tells(j, &ev))
			continue;
		ev.time = host_time(j, ev.time);
		note_time(j, ev.time);
		err = timeline_apply(g->timeline, &ev) ?:
		      spaces_apply_guest(j->p->spaces, j->index, g->vm, &ev) ?: take_cycles(j, &ev);
	}
	for (size_t i = 0; i < info->nr_build_ids && !err; i++) {
		const struct input_build_id *b = &info->build_ids[i];

		if (!b->guest && !b->kernel && b->path)
			err = spaces_build_id_guest(j->p->spaces, g->vm, b->path, b->id, b->len);
	}
	return err ?: ret == -ENODATA ? 0 : ret;
}

/* Symbols that every recording of spelunk carries; if damaged, they are ignored. */
static int take_symbols(struct join *j, const struct input *s)
{
	int fd, ret = symbols_read(s, &fd);

	if (!ret)
		ret = symbolizer_add_guest_kallsyms(j->s, j->g->vm, fd, j->g->shown);
	if (fd >= 0)
		close(fd);
	return ret == -ENOMEM ? ret : 0;
}

/* The copy of kallsyms in an agent's file. */
static int take_kallsyms(struct join *j, const struct input *s)
{
	const struct input_agent *a = &input_get_info(s)->agent;
	int fd, ret;

	if (!a->nr_kallsyms)
		return take_symbols(j, s);
	fd = copy_pieces(s, a->kallsyms, a->nr_kallsyms, false);
	ret = fd < 0 ? fd : symbolizer_add_guest_kallsyms(j->s, j->g->vm, fd, j->g->shown);
	if (fd >= 0)
		close(fd);
	/* If the kernel hid its addresses, the symbols are missing, as in any recording. */
	return ret == -EACCES || ret == -EINVAL ? 0 : ret;
}

static int read_again(struct join *j)
{
	struct input *s;
	char why[256];
	int ret = input_open_sideband(&s, j->g->path, why, sizeof(why));

	if (ret)
		return fail(j, ret, why);
	j->g->timeline = timeline_new();
	ret = j->g->timeline ? apply(j, s) ?: take_kallsyms(j, s) : -ENOMEM;
	input_close(s);
	ret = ret ?: timeline_seal(j->g->timeline, j->p->clock, true) ?:
	      timeline_set_guest(j->p->timeline, j->g->vm, j->g->timeline, j->index,
				 &j->its);
	return ret ? fail(j, ret, strerror(-ret)) : 0;
}

static int join(struct join *j, const struct guest_words *offsets)
{
	struct input *s = NULL;
	char why[256];
	int ret = find_vm(j);

	/* not a VM of this recording: the caller warns, as for symbols */
	if (ret || j->g->vm < 0)
		return ret;
	j->result->vm = j->g->vm;
	j->result->path = j->g->shown;
	ret = input_open_sideband(&s, j->g->path, why, sizeof(why));
	if (ret)
		return fail(j, ret, why);
	j->evidence.agent = &input_get_info(s)->agent;
	ret = gather(j, s) ?: find_clock(j, offsets);
	j->timed = j->clock && (j->result->clock.state == CLOCK_KNOWN ||
				j->result->clock.state == CLOCK_GIVEN);
	ret = ret ?: read_again(j);
	guest_evidence_free(&j->evidence);
	input_close(s);
	return ret;
}

/* An unreadable guest recording must not affect the host's. */
static int do_without(struct join *j, int code)
{
	if (j->g->fd < 0 || code == -ENOMEM)
		return code;
	j->g->trouble = strdup(j->err);
	j->g->vm = j->result->vm = -1;
	*j->err = '\0';
	return j->g->trouble ? 0 : -ENOMEM;
}

int guest_recordings_join(struct guest_recordings *g, struct pipeline *p, struct symbolizer *s,
			  const struct guest_words *offsets, char *err, size_t errlen)
{
	int ret = 0;

	for (size_t i = 0; i < g->nr && !ret; i++) {
		struct join j = { .g = &g->list[i], .result = &g->clocks[i], .index = (uint32_t)i, .p = p, .s = s,
				  .err = err, .errlen = errlen };

		ret = i < GUESTS_MAX ? join(&j, offsets) :
				       fail(&j, -E2BIG, "there are more than 256 of them");
		if (ret)
			ret = do_without(&j, ret);
	}
	return ret;
}
