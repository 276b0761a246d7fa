// SPDX-License-Identifier: GPL-2.0-only
/* Places of tasks: those that samples have beside their events, and those in OWN_TASKS records. */
#include <string.h>

#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"
#include "collector/perfdata/write.h"

void perfdata_places(struct perfdata *pd, const uint8_t *p, size_t len)
{
	pd->places = (struct places){ p, len };
}

/* Copy the record's path, which may lack a NUL. */
static const char *path_of(struct perfdata *pd, const uint8_t *p, size_t len)
{
	if (!len || len >= PERFDATA_OWN_MAX)
		return NULL;
	memcpy(pd->scratch, p, len);
	pd->scratch[len] = '\0';
	return (const char *)pd->scratch;
}

static int next_of_ours(struct perfdata *pd, struct event *ev)
{
	struct places *t = &pd->places;
	uint32_t len = t->left < TASKS_EACH ? 0 : le32(t->p + 20);
	size_t size = TASKS_EACH + (((size_t)len + 7) & ~(size_t)7);

	if (!t->left)
		return 0;
	if (t->left < TASKS_EACH || size > t->left) {
		notes_add(&pd->notes, "A record of tasks is shorter than it states: what is not "
			  "there was left out.");
		t->left = 0;
		return 0;
	}
	*ev = (struct event){ .type = EVENT_TASK_PLACE, .cpu = -1, .time = le64(t->p) };
	ev->pid = (int32_t)le32(t->p + 8);
	ev->tid = (int32_t)le32(t->p + 12);
	ev->place.nspid = (int32_t)le32(t->p + 16);
	ev->place.path = path_of(pd, t->p + TASKS_EACH, len);
	t->p += size;
	t->left -= size;
	return 1;
}

int perfdata_next_place(struct perfdata *pd, struct event *ev)
{
	if (!pd->has_place)
		return next_of_ours(pd, ev);
	*ev = pd->place;
	pd->has_place = false;
	return 1;
}
