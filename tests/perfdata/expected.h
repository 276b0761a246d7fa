/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_PERFDATA_EXPECTED_H
#define TESTS_PERFDATA_EXPECTED_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/input.h"

/* All events of an input, each as one line of text. */

#define EVENT_LINES_MAX 512

struct event_lines {
	char *line[EVENT_LINES_MAX];
	size_t nr;
	size_t nr_aux;			/* how many of them are AUX */
	uint8_t *bytes;			/* of all EVENT_AUX, concatenated */
	size_t nr_bytes;
	int end;			/* the last result of input_next() */
};

static inline int event_body(char *s, size_t n, const struct event *ev)
{
	switch (ev->type) {
	case EVENT_AUX:
		return snprintf(s, n, "aux stream %u pmu %d %" PRIu64 "+%" PRIu64 " flags %x",
				ev->aux.stream, ev->aux.pmu, ev->aux.offset, ev->aux.len,
				ev->aux.flags);
	case EVENT_SWITCH:
		return snprintf(s, n, "switch out %d preempt %d next %d/%d", ev->sw.out,
				ev->sw.preempt, ev->sw.next_pid, ev->sw.next_tid);
	case EVENT_VCPU_ENTER:
		return snprintf(s, n, "enter pc %" PRIx64, ev->vcpu.pc);
	case EVENT_VCPU_EXIT:
		return snprintf(s, n, "exit pc %" PRIx64 " ret %u ec %x", ev->vcpu.pc,
				ev->vcpu.ret, ev->vcpu.esr_ec);
	case EVENT_VCPU_WHY:
		return snprintf(s, n, "why %u value %" PRIx64 " esr %x write %u", ev->why.kind,
				ev->why.value, ev->why.esr, ev->why.write);
	case EVENT_VCPU_IRQ:
		return snprintf(s, n, "irq %u vcpu %u level %u", ev->irq.irq, ev->irq.vcpu,
				ev->irq.level);
	case EVENT_VCPU_USER:
		return snprintf(s, n, "user reason %u error %d", ev->user.reason,
				ev->user.error);
	case EVENT_COMM:
		return snprintf(s, n, "comm %s exec %d", ev->comm.name, ev->comm.exec);
	case EVENT_FORK:
		return snprintf(s, n, "fork of %d/%d", ev->fork.ppid, ev->fork.ptid);
	case EVENT_TASK_EXIT:
		return snprintf(s, n, "task exit");
	case EVENT_MMAP:
		return snprintf(s, n, "mmap %s kind %d %" PRIx64 "+%" PRIx64 "@%" PRIx64
				" ino %" PRIu64 " prot %x build-id %d:%02x", ev->mmap.path,
				ev->mmap.kind, ev->mmap.start, ev->mmap.len, ev->mmap.pgoff,
				ev->mmap.ino, ev->mmap.prot, ev->mmap.build_id_len,
				ev->mmap.build_id[0]);
	case EVENT_KSYMBOL:
		return snprintf(s, n, "ksymbol %s %" PRIx64 "+%x type %d gone %d",
				ev->ksymbol.name, ev->ksymbol.addr, ev->ksymbol.len,
				ev->ksymbol.ksym_type, ev->ksymbol.unregister);
	case EVENT_TEXT_POKE:
		return snprintf(s, n, "poke %" PRIx64 " %d>%d", ev->poke.addr,
				ev->poke.old_len, ev->poke.new_len);
	case EVENT_NAMESPACES:
		return snprintf(s, n, "namespaces%s", ev->ns.initial_pid ? " initial pid" : "");
	case EVENT_CGROUP:
		return snprintf(s, n, "cgroup %" PRIu64 " %s", ev->cgroup.id, ev->cgroup.path);
	case EVENT_TASK_PLACE:
		return snprintf(s, n, "place %s %" PRIu64 " nspid %d",
				ev->place.path ? ev->place.path : "-", ev->place.id,
				ev->place.nspid);
	case EVENT_ITRACE_START:
		return snprintf(s, n, "itrace start");
	case EVENT_THROTTLE:
		return snprintf(s, n, "throttle %d", ev->throttle.on);
	case EVENT_LOST:
	case EVENT_LOST_TAIL:
		return snprintf(s, n, "lost %" PRIu64, ev->lost.count);
	case EVENT_CYCLES:
		return snprintf(s, n, "cycles %d%s %" PRIx64 " period %" PRIu64 " chain %" PRIu32,
				ev->cycles.cpumode, ev->cycles.clock ? " clock" : "",
				ev->cycles.ip, ev->cycles.period, ev->cycles.nr_chain);
	case EVENT_COUNT:
		return snprintf(s, n, "count %" PRIu32 " %" PRIu64 " %" PRIu64 "/%" PRIu64,
				ev->count.what, ev->count.value, ev->count.running,
				ev->count.enabled);
	}
	return -1;
}

static inline void event_lines_aux(struct event_lines *t, const struct input *s, const struct event *ev)
{
	long n;

	t->nr_aux++;
	if (ev->aux.len > (1 << 20))
		abort();
	t->bytes = realloc(t->bytes, t->nr_bytes + ev->aux.len + 1);
	n = input_read(s, ev->aux.file_offset, t->bytes + t->nr_bytes, ev->aux.len);
	if (n != (long)ev->aux.len)
		abort();
	t->nr_bytes += (size_t)n;
}

static inline void event_lines_add(struct event_lines *t, const struct input *s, const struct event *ev)
{
	char text[4600], *p = text;

	p += snprintf(p, 200, "%" PRIu64 " cpu %d task %d/%d ", ev->time, ev->cpu, ev->pid,
		      ev->tid);
	event_body(p, sizeof(text) - 200, ev);
	if (ev->type == EVENT_AUX)
		event_lines_aux(t, s, ev);
	if (t->nr < EVENT_LINES_MAX)
		t->line[t->nr++] = strdup(text);
}

static inline void event_lines_read(struct event_lines *t, struct input *s)
{
	struct event ev;

	memset(t, 0, sizeof(*t));
	while ((t->end = input_next(s, &ev)) > 0)
		event_lines_add(t, s, &ev);
}

static inline void event_lines_free(struct event_lines *t)
{
	for (size_t i = 0; i < t->nr; i++)
		free(t->line[i]);
	free(t->bytes);
	memset(t, 0, sizeof(*t));
}

static inline bool has_note(const struct input *s, const char *words)
{
	const struct input_info *info = input_get_info(s);

	for (size_t i = 0; i < info->nr_notes; i++)
		if (strstr(info->notes[i], words))
			return true;
	return false;
}

#endif
