// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"

/* The sample_id trailer's size: linux include/uapi/linux/perf_event.h, struct sample_id. */
static size_t trailer_size(const struct perf_attr *attr)
{
	if (!(attr->flags & PERF_ATTR_SAMPLE_ID_ALL))
		return 0;
	return 8 * (size_t)__builtin_popcountll(attr->sample_type & PERF_ST_TRAILER);
}

/*
 * Distance of a record's id from its end.  It is the same for all events of a recording, because
 * perf refuses to record otherwise, so that the first event decides.  0: records have no id.
 */
static size_t id_from_end(const struct perf_attr *attr)
{
	size_t at = 8;

	if (!(attr->flags & PERF_ATTR_SAMPLE_ID_ALL))
		return 0;
	if (attr->sample_type & PERF_ST_IDENTIFIER)
		return at;
	if (!(attr->sample_type & PERF_ST_ID))
		return 0;
	if (attr->sample_type & PERF_ST_CPU)
		at += 8;
	if (attr->sample_type & PERF_ST_STREAM_ID)
		at += 8;
	return at;
}

static void read_trailer(struct perf_where *w, const uint8_t *p)
{
	uint64_t st = w->attr->sample_type;

	if (st & PERF_ST_TID) {
		w->pid = (int32_t)le32(p);
		w->tid = (int32_t)le32(p + 4);
		p += 8;
	}
	if (st & PERF_ST_TIME) {
		w->time = le64(p);
		p += 8;
	}
	if (st & PERF_ST_ID)
		p += 8;
	if (st & PERF_ST_STREAM_ID)
		p += 8;
	if (st & PERF_ST_CPU)
		w->cpu = (int32_t)le32(p);
}

void perfdata_where(struct perfdata *pd, const struct perf_rec *rec, struct perf_where *w)
{
	const struct perf_attr *first = pd->attrs.list;
	size_t at, size;

	*w = (struct perf_where){ .pid = -1, .tid = -1, .cpu = -1, .body = rec->size };
	if (!pd->attrs.nr)
		return;
	at = id_from_end(first);
	if (at && at + 8 <= rec->size)
		w->id = le64(rec->p + rec->size - at);
	w->of = attrs_id(&pd->attrs, w->id);
	w->attr = first;
	if (w->of && w->of->attr < pd->attrs.nr)
		w->attr = &pd->attrs.list[w->of->attr];
	size = trailer_size(w->attr);
	if (!size || size + 8 > rec->size)
		return;
	w->body = rec->size - size;
	read_trailer(w, rec->p + w->body);
	/*
	 * perf synthesizes records for tasks that predate the recording; their trailers are zero
	 * and have no CPU and no time.
	 */
	if (at ? !w->id : w->attr->sample_type & PERF_ST_TIME && !w->time) {
		w->pid = w->tid = w->cpu = -1;
		w->time = 0;
	}
}

/* PERF_SAMPLE_READ: struct read_format. */
static void skip_read(struct cursor *c, uint64_t format)
{
	uint64_t nr = 1, each = 1, head = 0;

	head += !!(format & PERF_RF_TIME_ENABLED);
	head += !!(format & PERF_RF_TIME_RUNNING);
	each += !!(format & PERF_RF_ID);
	each += !!(format & PERF_RF_LOST);
	if (format & PERF_RF_GROUP)
		nr = cursor_u64(c);
	if (nr > 65536)
		c->bad = true;
	else
		cursor_take(c, 8 * (head + nr * each));
}

struct sample {
	uint64_t id, time, ip, period;
	int32_t pid, tid, cpu;
	const uint8_t *chain;	/* NULL: none */
	uint32_t nr_chain;	/* entries */
	const uint8_t *raw;	/* NULL: none */
	uint32_t raw_len;
};

/* Read the fields in the order of PERF_RECORD_SAMPLE, up to RAW; false: it ends too early. */
static bool read_sample(struct sample *s, const struct perf_attr *attr,
			const struct perf_rec *rec)
{
	struct cursor c = { .p = rec->p + 8, .left = rec->size - 8 };
	uint64_t st = attr->sample_type;

	*s = (struct sample){ .pid = -1, .tid = -1, .cpu = -1 };
	if (st & PERF_ST_IDENTIFIER)
		s->id = cursor_u64(&c);
	if (st & PERF_ST_IP)
		s->ip = cursor_u64(&c);
	if (st & PERF_ST_TID) {
		s->pid = (int32_t)cursor_u32(&c);
		s->tid = (int32_t)cursor_u32(&c);
	}
	if (st & PERF_ST_TIME)
		s->time = cursor_u64(&c);
	if (st & PERF_ST_ADDR)
		cursor_u64(&c);
	if (st & PERF_ST_ID)
		s->id = cursor_u64(&c);
	if (st & PERF_ST_STREAM_ID)
		cursor_u64(&c);
	if (st & PERF_ST_CPU) {
		s->cpu = (int32_t)cursor_u32(&c);
		cursor_u32(&c);
	}
	if (st & PERF_ST_PERIOD)
		s->period = cursor_u64(&c);
	if (st & PERF_ST_READ)
		skip_read(&c, attr->read_format);
	if (st & PERF_ST_CALLCHAIN) {
		uint64_t nr = cursor_u64(&c);

		if (nr > CHAIN_MAX)
			return false;
		s->chain = cursor_take(&c, 8 * nr);
		s->nr_chain = (uint32_t)nr;
	}
	if (st & PERF_ST_RAW) {
		s->raw_len = cursor_u32(&c);
		s->raw = cursor_take(&c, s->raw_len);
	}
	return !c.bad;
}

/* The event of a sample, by its id, which is at the same offset in all of them. */
static const struct perf_attr *sample_attr(struct perfdata *pd, const struct perf_rec *rec)
{
	const struct perf_attr *first = pd->attrs.list;
	const struct perf_id *of;
	uint64_t st, id;
	size_t at = 8;

	if (!pd->attrs.nr)
		return NULL;
	st = first->sample_type;
	if (!(st & (PERF_ST_IDENTIFIER | PERF_ST_ID)))
		return first;
	if (!(st & PERF_ST_IDENTIFIER))
		at += 8 * (size_t)__builtin_popcountll(st & (PERF_ST_IP | PERF_ST_TID |
							     PERF_ST_TIME | PERF_ST_ADDR));
	if (at + 8 > rec->size)
		return NULL;
	id = le64(rec->p + at);
	of = attrs_id(&pd->attrs, id);
	if (of && of->attr < pd->attrs.nr)
		return of->guest ? NULL : &pd->attrs.list[of->attr];
	if (pd->attrs.nr == 1)
		return first;
	notes_add(&pd->notes, "A sample of an event that the header does not list was "
		  "skipped.");
	return NULL;
}

/* Without its fields a sample still proves that the event happened at that time. */
static int fill(struct perfdata *pd, enum kvm_event kvm, const struct sample *s,
		struct event *ev)
{
	struct tracepoint none = { .event = kvm };

	if (!pd->has_kvm[kvm]) {
		notes_add(&pd->notes, "A sample of %s has no fields: the recording has no format "
			  "for it.", tracepoint_name(kvm));
		tracepoint_read(&none, NULL, 0, ev);
		return kvm == KVM_ENTRY || kvm == KVM_EXIT || kvm == KVM_USER;
	}
	if (!tracepoint_read(&pd->kvm[kvm], s->raw, s->raw ? s->raw_len : 0, ev))
		notes_add(&pd->notes, "A sample of %s has fewer bytes than its format states.",
			  tracepoint_name(kvm));
	return 1;
}

/* Copy the chain, whose entries may be unaligned. */
static void copy_chain(struct perfdata *pd, const struct sample *s, struct event *ev)
{
	if (!s->chain || !s->nr_chain)
		return;
	if (!pd->chain)
		pd->chain = malloc(CHAIN_MAX * sizeof(*pd->chain));
	if (!pd->chain) {
		notes_add(&pd->notes, "There was not enough memory for call chains: they were left "
			  "out.");
		return;
	}
	for (uint32_t i = 0; i < s->nr_chain; i++)
		pd->chain[i] = le64(s->chain + 8 * i);
	ev->cycles.chain = pd->chain;
	ev->cycles.nr_chain = s->nr_chain;
}

static int fill_cycles(struct perfdata *pd, const struct perf_rec *rec,
		       const struct perf_attr *attr, enum sampled of, struct event *ev)
{
	struct sample s;

	if (!read_sample(&s, attr, rec)) {
		notes_add(&pd->notes, "A sample of CPU cycles that ends too early was skipped.");
		return 0;
	}
	*ev = (struct event){ .type = EVENT_CYCLES, .cpu = s.cpu, .pid = s.pid, .tid = s.tid,
			      .time = s.time };
	ev->cycles.ip = s.ip;
	ev->cycles.period = attr->sample_type & PERF_ST_PERIOD ? s.period :
			    attr->flags & PERF_ATTR_FREQ ? 0 : attr->period;
	ev->cycles.cpumode = rec->misc & PERF_MISC_CPUMODE;
	ev->cycles.clock = of == SAMPLED_CLOCK;
	ev->cycles.only = attr->flags & PERF_ATTR_EXCLUDE_GUEST ? ONLY_HOST :
			  attr->flags & PERF_ATTR_EXCLUDE_HOST ? ONLY_GUESTS : ONLY_NONE;
	copy_chain(pd, &s, ev);
	return 1;
}

/*
 * The cgroup of the sampled task, which is told after the sample's own event: what comes behind
 * it in a sample are 8 bytes each, but for AUX data.
 */
static void take_cgroup(struct perfdata *pd, const struct perf_rec *rec,
			const struct perf_attr *attr)
{
	uint64_t st = attr->sample_type;
	size_t behind = 8 * (size_t)__builtin_popcountll(st & (PERF_ST_DATA_PAGE_SIZE |
							       PERF_ST_CODE_PAGE_SIZE));
	struct sample s;

	if (!(st & PERF_ST_CGROUP) || st & PERF_ST_AUX || rec->size < 8 + 8 + behind ||
	    !read_sample(&s, attr, rec))
		return;
	pd->place = (struct event){ .type = EVENT_TASK_PLACE, .cpu = s.cpu, .pid = s.pid,
				    .tid = s.tid, .time = s.time };
	pd->place.place.id = le64(rec->p + rec->size - behind - 8);
	pd->has_place = true;
}

int perfdata_sample(struct perfdata *pd, const struct perf_rec *rec, struct event *ev)
{
	const struct perf_attr *attr = sample_attr(pd, rec);
	bool kvm = attr && attr->kvm != KVM_NONE;
	enum sampled of = attr && !kvm ? perfdata_sampled(attr) : SAMPLED_OTHER;
	struct sample s;

	if (!attr)
		return 0;
	take_cgroup(pd, rec, attr);
	if (of != SAMPLED_OTHER)
		return fill_cycles(pd, rec, attr, of, ev);
	if (!kvm) {
		if (attr->type == PERF_TYPE_TRACEPOINT_NR && !attr->name &&
		    !(pd->has_kvm[KVM_ENTRY] && pd->has_kvm[KVM_EXIT])) {
			pd->input.info.unnamed_tracepoints = true;
			notes_add(&pd->notes, "A tracepoint sample was skipped: the recording lacks "
				  "the names of its tracepoints, so guest entries and exits are "
				  "unknown.");
		}
		return 0;
	}
	if (!read_sample(&s, attr, rec)) {
		notes_add(&pd->notes, "A sample of %s that ends too early was skipped.",
			  tracepoint_name(attr->kvm));
		return 0;
	}
	*ev = (struct event){ .cpu = s.cpu, .pid = s.pid, .tid = s.tid, .time = s.time };
	return fill(pd, attr->kvm, &s, ev);
}
