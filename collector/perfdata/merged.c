// SPDX-License-Identifier: GPL-2.0-only
#include "collector/perfdata/perfdata_impl.h"

#include <stdlib.h>

#include "collector/bytes.h"
#include "collector/perfdata/merge.h"

#define PARTS_MAX	256
#define PIECES_MAX	(1u << 20)	/* some 60 GB */

/* The pieces of one guest's recording. */
struct merged_part {
	struct input_piece *pieces;
	size_t room;
};

static struct input_merged *add_part(struct perfdata *pd, const uint8_t *p)
{
	struct input_info *info = &pd->input.info;
	size_t nr = info->nr_merged;
	uint64_t pid = le64(p + 8);
	struct merged_part *parts;
	struct input_merged *merged;

	if (nr == PARTS_MAX || pid > INT32_MAX)
		return NULL;
	parts = realloc(pd->parts, (nr + 1) * sizeof(*parts));
	pd->parts = parts ? parts : pd->parts;
	merged = realloc(pd->merged, (nr + 1) * sizeof(*merged));
	pd->merged = merged ? merged : pd->merged;
	info->merged = pd->merged;
	if (!parts || !merged)
		return NULL;
	parts[nr] = (struct merged_part){ .room = 0 };
	merged[nr] = (struct input_merged){
		.pid = (int32_t)pid, .has_offset = le64(p + 16) == 1,
		.offset = (int64_t)le64(p + 24),
	};
	info->nr_merged++;
	return &merged[nr];
}

static bool add_piece(struct merged_part *part, struct input_merged *m, uint64_t at, uint64_t len)
{
	size_t room = part->room ? 2 * part->room : 16;
	struct input_piece *more;

	if (m->nr_pieces == PIECES_MAX)
		return false;
	if (m->nr_pieces == part->room) {
		more = realloc(part->pieces, room * sizeof(*more));
		if (!more)
			return false;
		part->pieces = more;
		part->room = room;
	}
	part->pieces[m->nr_pieces++] = (struct input_piece){ at, len };
	m->pieces = part->pieces;
	return true;
}

void perfdata_merged(struct perfdata *pd, const uint8_t *p, size_t len, uint64_t at)
{
	size_t nr = pd->input.info.nr_merged;
	uint64_t number = len > PERFDATA_MERGE_HEAD ? le64(p) : UINT64_MAX;
	struct input_merged *m = NULL;

	/* its pieces are one behind the other */
	if (at != UINT64_MAX && number == nr)
		m = add_part(pd, p);
	else if (at != UINT64_MAX && nr && number == nr - 1)
		m = &pd->merged[nr - 1];
	if (!m || !add_piece(&pd->parts[number], m, at + PERFDATA_MERGE_HEAD,
			     len - PERFDATA_MERGE_HEAD))
		notes_add(&pd->notes, "A piece of a guest's recording that was merged into this one "
			  "is out of place; it was skipped.");
}

void perfdata_merged_free(struct perfdata *pd)
{
	for (size_t i = 0; i < pd->input.info.nr_merged; i++)
		free(pd->parts[i].pieces);
	free(pd->parts);
	free(pd->merged);
}
