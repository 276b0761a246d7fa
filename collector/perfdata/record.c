// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"

/* Layouts below: linux include/uapi/linux/perf_event.h, enum perf_event_type. */

/* The string from that offset to the trailer; never NULL. */
static const char *string_at(struct perfdata *pd, const struct perf_rec *rec,
			     const struct perf_where *w, size_t at)
{
	const char *s = (const char *)rec->p + at;
	size_t room = w->body > at ? w->body - at : 0;

	if (!room)
		return "";
	if (memchr(s, 0, room))
		return s;
	memcpy(pd->scratch, s, room);
	pd->scratch[room] = '\0';
	return (const char *)pd->scratch;
}

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* The kind of map, by the mode that perf writes into misc; false: none that we can use. */
static bool map_kind(struct perfdata *pd, const struct perf_rec *rec, struct event *ev)
{
	bool guest = starts(ev->mmap.path, "[guest.kernel.kallsyms");

	switch (rec->misc & PERF_MISC_CPUMODE) {
	case PERF_MISC_KERNEL:
		ev->pid = ev->tid = -1;
		ev->mmap.kind = starts(ev->mmap.path, "[kernel") ? MAP_KERNEL : MAP_MODULE;
		break;
	case PERF_MISC_GUEST_KERNEL:
	case PERF_MISC_GUEST_USER:
		ev->mmap.kind = MAP_GUEST_KERNEL;
		if (!guest)
			notes_add(&pd->notes, "A map of a guest's program or module was "
				  "skipped: give the guest's symbols instead.");
		return guest;
	default:
		ev->mmap.kind = MAP_USER;
		break;
	}
	if (guest)
		ev->mmap.kind = MAP_GUEST_KERNEL;
	return true;
}

static int mmap_record(struct perfdata *pd, const struct perf_rec *rec,
		       const struct perf_where *w, struct event *ev)
{
	bool v2 = rec->type == PERF_REC_MMAP2;
	size_t name = v2 ? 72 : 40;

	ev->type = EVENT_MMAP;
	ev->pid = (int32_t)le32(rec->p + 8);
	ev->tid = (int32_t)le32(rec->p + 12);
	ev->mmap.start = le64(rec->p + 16);
	ev->mmap.len = le64(rec->p + 24);
	ev->mmap.pgoff = le64(rec->p + 32);
	ev->mmap.path = string_at(pd, rec, w, name);
	if (v2 && rec->misc & PERF_MISC_MMAP_BUILD_ID) {
		uint8_t len = rec->p[40];

		ev->mmap.build_id_len = len <= 20 ? len : 20;
		memcpy(ev->mmap.build_id, rec->p + 44, ev->mmap.build_id_len);
	} else if (v2) {
		ev->mmap.ino = le64(rec->p + 48);
	}
	if (v2)
		ev->mmap.prot = le32(rec->p + 64);
	else
		ev->mmap.prot = rec->misc & PERF_MISC_MMAP_DATA ? PROT_READ : PROT_EXEC;
	return map_kind(pd, rec, ev);
}

static int comm_record(struct perfdata *pd, const struct perf_rec *rec,
		       const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_COMM;
	ev->pid = (int32_t)le32(rec->p + 8);
	ev->tid = (int32_t)le32(rec->p + 12);
	ev->comm.name = string_at(pd, rec, w, 16);
	ev->comm.exec = !!(rec->misc & PERF_MISC_COMM_EXEC);
	return 1;
}

static int task_record(struct perfdata *pd, const struct perf_rec *rec,
		       const struct perf_where *w, struct event *ev)
{
	ev->type = rec->type == PERF_REC_FORK ? EVENT_FORK : EVENT_TASK_EXIT;
	ev->pid = (int32_t)le32(rec->p + 8);
	ev->fork.ppid = (int32_t)le32(rec->p + 12);
	ev->tid = (int32_t)le32(rec->p + 16);
	ev->fork.ptid = (int32_t)le32(rec->p + 20);
	if (!ev->time)
		ev->time = le64(rec->p + 24);
	return 1;
}

static int switch_record(struct perfdata *pd, const struct perf_rec *rec,
			 const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_SWITCH;
	ev->sw.out = !!(rec->misc & PERF_MISC_SWITCH_OUT);
	ev->sw.preempt = ev->sw.out && rec->misc & PERF_MISC_SWITCH_PREEMPT;
	ev->sw.next_pid = ev->sw.next_tid = -1;
	/*
	 * When a task is switched in, the record names the previous one, which already had its own
	 * record.
	 */
	if (rec->type == PERF_REC_SWITCH_CPU_WIDE && ev->sw.out) {
		ev->sw.next_pid = (int32_t)le32(rec->p + 8);
		ev->sw.next_tid = (int32_t)le32(rec->p + 12);
	}
	return 1;
}

static int throttle_record(struct perfdata *pd, const struct perf_rec *rec,
			   const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_THROTTLE;
	ev->throttle.on = rec->type == PERF_REC_THROTTLE;
	if (!ev->time)
		ev->time = le64(rec->p + 8);
	if (ev->throttle.on) {
		struct input_loss *loss = losses_row(&pd->losses, ev->cpu);

		loss->throttled++;
		losses_at(&pd->losses, loss, ev->time);
	}
	return 1;
}

static int lost_record(struct perfdata *pd, const struct perf_rec *rec,
		       const struct perf_where *w, struct event *ev)
{
	struct input_loss *loss;

	ev->type = EVENT_LOST;
	ev->lost.count = le64(rec->p + 16);
	loss = losses_row(&pd->losses, ev->cpu);
	loss->lost_events += ev->lost.count;
	losses_at(&pd->losses, loss, ev->time);
	return 1;
}

/*
 * The kernel's records have a time.  perf's own do not: perf writes counts when it ends, as there
 * may have been no room for the kernel's PERF_RECORD_LOST.  Only the id in their trailer is valid;
 * the CPU is always 0 [tools/perf/builtin-record.c, __record__save_lost_samples()].
 */
static int32_t lost_samples_cpu(const struct perf_where *w)
{
	if (w->time)
		return w->cpu;
	return w->of && w->of->has_index ? w->of->cpu : -1;
}

/* Does attribution depend on this event's records?  If so, note that some were lost. */
static bool note_lost(struct perfdata *pd, const struct perf_attr *attr)
{
	if (attr->kvm != KVM_NONE)
		notes_add(&pd->notes, "The kernel lost guest entries or exits: samples around the "
			  "loss are unknown where nothing else proves their owner.  Record with a "
			  "larger -m.");
	else if (attr->flags & (PERF_ATTR_COMM | PERF_ATTR_TASK | PERF_ATTR_CONTEXT_SWITCH))
		notes_add(&pd->notes, "The kernel lost task switches or new tasks: samples around "
			  "the loss are unknown where nothing else proves their owner.  Record "
			  "with a larger -m.");
	else
		return false;
	return true;
}

static int lost_samples_record(struct perfdata *pd, const struct perf_rec *rec,
			       const struct perf_where *w, struct event *ev)
{
	int32_t cpu = lost_samples_cpu(w);
	struct input_loss *loss;
	uint64_t lost;

	/* Samples dropped by a BPF filter are not losses. */
	if (rec->misc & PERF_MISC_LOST_SAMPLES_BPF)
		return 0;
	lost = le64(rec->p + 8);
	loss = losses_row(&pd->losses, cpu);
	loss->lost_samples += lost;
	losses_at(&pd->losses, loss, w->time);
	if (!w->of || !lost || !note_lost(pd, w->attr))
		return 0;
	ev->type = EVENT_LOST_TAIL;
	ev->cpu = cpu;
	ev->lost.count = lost;
	return 1;
}

static int aux_record(struct perfdata *pd, const struct perf_rec *rec,
		      const struct perf_where *w, struct event *ev)
{
	struct aux_region r = { .time = w->time, .cpu = w->cpu, .tid = w->tid,
				.idx = -1, .pmu_type = -1 };
	struct input_loss *loss;
	int err;

	r.offset = le64(rec->p + 8);
	r.size = le64(rec->p + 16);
	r.flags = le64(rec->p + 24) & (AUX_TRUNCATED | AUX_OVERWRITE | AUX_PARTIAL |
				       AUX_COLLISION);
	if (w->of) {
		r.pmu_type = w->attr->type;
		if (w->of->has_index)
			r.idx = w->of->idx;
	}
	loss = losses_row(&pd->losses, w->cpu);
	loss->truncated += !!(r.flags & AUX_TRUNCATED);
	loss->partial += !!(r.flags & AUX_PARTIAL);
	loss->collided += !!(r.flags & AUX_COLLISION);
	if (r.flags & (AUX_TRUNCATED | AUX_PARTIAL))
		losses_at(&pd->losses, loss, w->time);
	err = auxindex_region(&pd->aux, &r);
	if (err == -EINVAL)
		notes_add(&pd->notes, "An AUX record states an impossible range and was "
			  "skipped.");
	else if (err)
		notes_add(&pd->notes, "There was not enough memory for all AUX records: "
			  "some losses are not reported.");
	return 0;
}

static int ksymbol_record(struct perfdata *pd, const struct perf_rec *rec,
			  const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_KSYMBOL;
	ev->ksymbol.addr = le64(rec->p + 8);
	ev->ksymbol.len = le32(rec->p + 16);
	ev->ksymbol.ksym_type = le16(rec->p + 20);
	ev->ksymbol.unregister = le16(rec->p + 22) & 1;
	ev->ksymbol.name = string_at(pd, rec, w, 24);
	return 1;
}

static int poke_record(struct perfdata *pd, const struct perf_rec *rec,
		       const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_TEXT_POKE;
	ev->poke.addr = le64(rec->p + 8);
	ev->poke.old_len = le16(rec->p + 16);
	ev->poke.new_len = le16(rec->p + 18);
	return 1;
}

static int itrace_record(struct perfdata *pd, const struct perf_rec *rec,
			 const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_ITRACE_START;
	ev->pid = (int32_t)le32(rec->p + 8);
	ev->tid = (int32_t)le32(rec->p + 12);
	return 1;
}

/* u64 nr, then {u64 device, inode} of each: PID_NS_INDEX of enum perf_ns_type. */
#define PID_NS		3
#define PID_NS_INITIAL	0xeffffffcu	/* linux include/linux/proc_ns.h, PROC_PID_INIT_INO */

static int namespaces_record(struct perfdata *pd, const struct perf_rec *rec,
			     const struct perf_where *w, struct event *ev)
{
	const uint8_t *pid_ns = rec->p + 24 + 16 * PID_NS;

	ev->type = EVENT_NAMESPACES;
	ev->pid = (int32_t)le32(rec->p + 8);
	ev->tid = (int32_t)le32(rec->p + 12);
	if (w->body >= 24 + 16 * (PID_NS + 1) && le64(rec->p + 16) > PID_NS)
		ev->ns.initial_pid = le64(pid_ns + 8) == PID_NS_INITIAL;
	return 1;
}

static int cgroup_record(struct perfdata *pd, const struct perf_rec *rec,
			 const struct perf_where *w, struct event *ev)
{
	ev->type = EVENT_CGROUP;
	ev->cgroup.id = le64(rec->p + 8);
	ev->cgroup.path = string_at(pd, rec, w, 16);
	return 1;
}

/* By record type: the minimum size without the trailer, and the function that reads it. */
static const struct record {
	size_t least;
	int (*read)(struct perfdata *pd, const struct perf_rec *rec, const struct perf_where *w,
		    struct event *ev);
} records[] = {
	[PERF_REC_MMAP] = { 40, mmap_record },
	[PERF_REC_MMAP2] = { 72, mmap_record },
	[PERF_REC_COMM] = { 16, comm_record },
	[PERF_REC_FORK] = { 32, task_record },
	[PERF_REC_EXIT] = { 32, task_record },
	[PERF_REC_SWITCH] = { 0, switch_record },
	[PERF_REC_SWITCH_CPU_WIDE] = { 16, switch_record },
	[PERF_REC_THROTTLE] = { 32, throttle_record },
	[PERF_REC_UNTHROTTLE] = { 32, throttle_record },
	[PERF_REC_LOST] = { 24, lost_record },
	[PERF_REC_LOST_SAMPLES] = { 16, lost_samples_record },
	[PERF_REC_AUX] = { 32, aux_record },
	[PERF_REC_KSYMBOL] = { 24, ksymbol_record },
	[PERF_REC_TEXT_POKE] = { 20, poke_record },
	[PERF_REC_NAMESPACES] = { 16, namespaces_record },
	[PERF_REC_CGROUP] = { 16, cgroup_record },
	[PERF_REC_ITRACE_START] = { 16, itrace_record },
};

static void seen_at(struct perfdata *pd, uint64_t time)
{
	struct input_info *info = &pd->input.info;

	if (!time)
		return;
	if (!info->first_time || time < info->first_time)
		info->first_time = time;
	if (time > info->last_time)
		info->last_time = time;
}

int perfdata_kernel_record(struct perfdata *pd, const struct perf_rec *rec,
			   struct event *ev)
{
	static const struct record none;
	const struct record *r = rec->type < sizeof(records) / sizeof(records[0]) ?
				 &records[rec->type] : &none;
	struct perf_where w;
	int ret;

	if (rec->type == PERF_REC_SAMPLE) {
		ret = perfdata_sample(pd, rec, ev);
		if (ret)
			seen_at(pd, ev->time);
		return ret;
	}
	perfdata_where(pd, rec, &w);
	if (w.of && w.of->guest) {
		notes_add(&pd->notes, "A record that perf inject took from a guest was "
			  "skipped.");
		return 0;
	}
	memset(ev, 0, sizeof(*ev));
	ev->cpu = w.cpu;
	ev->pid = w.pid;
	ev->tid = w.tid;
	ev->time = w.time;
	if (w.body < r->least) {
		notes_add(&pd->notes, "A record of type %u is too short for what it should "
			  "hold and was skipped.", rec->type);
		return 0;
	}
	ret = r->read ? r->read(pd, rec, &w, ev) : 0;
	seen_at(pd, ev->time);
	return ret;
}
