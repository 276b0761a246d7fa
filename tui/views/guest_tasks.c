// SPDX-License-Identifier: GPL-2.0-only
/* The line below a vCPU's lane with the guest's tasks, from the guest's own switches. */
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/views/text.h"

#define LABEL	"  tasks"
#define NOBODY	(-1)

/* The task on the guest's CPU in the middle of each column; 0: idle, NOBODY: unknown. */
static int32_t *who_ran(const struct text *t, const struct timeline *guest, int32_t vcpu,
			const struct slices *s)
{
	const struct input_clock *clock = t->data.clock;
	int32_t *tid = malloc(s->columns * sizeof(*tid));
	struct timeline_cursor cursor;
	bool inside;

	if (!tid)
		return NULL;
	timeline_cursor_init(&cursor, guest, vcpu, NOBODY);
	for (unsigned int c = 0; c < s->columns; c++) {
		uint64_t time = s->first + (2 * c + 1) * s->nr * s->length / (2 * s->columns);
		struct spe_record rec = { .has = SPE_HAS_TICKS, .ticks = input_clock_ticks(clock, time) };

		if (!timeline_cursor_when(guest, &cursor, &rec, &tid[c], &inside))
			tid[c] = NOBODY;
	}
	return tid;
}

/* A task's columns: the mark of the switch, and its name if there is room. */
static void put_run(FILE *out, const char *name, unsigned int columns, bool utf8)
{
	fputs(utf8 ? "│" : "|", out);
	if (columns > 1)
		cell_write(out, columns > 3 ? name : "", columns - 1, true, false);
}

static void put_tasks(struct text *t, const struct timeline *guest, const struct slices *s,
		      const int32_t *tid)
{
	uint64_t column = s->nr * s->length / s->columns;

	fprintf(t->page.out, "%-*s", TRACK_LABEL, LABEL);
	for (unsigned int c = 0, end; c < s->columns; c = end) {
		uint32_t task = timeline_task(guest, tid[c], s->first + c * column);

		for (end = c + 1; end < s->columns && tid[end] == tid[c];)
			end++;
		if (tid[c] <= 0)
			fprintf(t->page.out, "%*s", (int)(end - c), "");
		else
			put_run(t->page.out, timeline_comm(guest, task), end - c, locale_has_utf8());
	}
}

void guest_tasks_line(struct text *t, const struct slices *s, int32_t vm, int32_t vcpu)
{
	const struct timeline *guest = timeline_guest(t->data.timeline, vm);
	struct text_line *line;
	bool some = false;
	int32_t *tid;

	if (!guest || !t->data.clock || !timeline_has_switches(guest, vcpu))
		return;
	tid = who_ran(t, guest, vcpu, s);
	for (unsigned int c = 0; tid && c < s->columns; c++)
		some |= tid[c] > 0;
	if (some) {
		put_tasks(t, guest, s, tid);
		line = text_line(t, ROLE_GUEST_USER);
		if (line)
			line->still = true;
	}
	t->lines->failed |= !tid;
	free(tid);
}
