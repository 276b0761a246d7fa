// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "base/array.h"
#include "base/bytes.h"
#include "collector/perfdata/merge.h"
#include "collector/perfdata/perfdata_impl.h"

#define PARTS_MAX	256
#define PIECES_MAX	(1u << 20)	/* some 60 GB */

static struct input_merged *add_part(struct perfdata *pd, const uint8_t *p)
{
	struct input_info *info = &pd->input.info;
	size_t nr = info->nr_merged;
	uint64_t pid = le64(p + 8);
	struct input_merged *merged;

	if (nr == PARTS_MAX || pid > INT32_MAX || !array_add(pd->merged_pieces, nr))
		return NULL;
	merged = array_add(pd->merged, info->nr_merged);
	info->merged = pd->merged;
	if (!merged)
		return NULL;
	*merged = (struct input_merged){
		.pid = (int32_t)pid, .has_offset = le64(p + 16) == 1,
		.offset = (int64_t)le64(p + 24),
	};
	return merged;
}

static bool add_piece(struct input_piece **pieces, struct input_merged *m, uint64_t at, uint64_t len)
{
	struct input_piece *new = m->nr_pieces < PIECES_MAX ? array_add(*pieces, m->nr_pieces) : NULL;

	if (!new)
		return false;
	*new = (struct input_piece){ at, len };
	m->pieces = *pieces;
	return true;
}

void perfdata_merged(struct perfdata *pd, const uint8_t *p, size_t len, uint64_t at)
{
	size_t nr = pd->input.info.nr_merged;
	uint64_t number = len > PERFDATA_MERGE_HEAD ? le64(p) : UINT64_MAX;
	struct input_merged *m = NULL;

	/* a part's pieces are adjacent */
	if (at != UINT64_MAX && number == nr)
		m = add_part(pd, p);
	else if (at != UINT64_MAX && nr && number == nr - 1)
		m = &pd->merged[nr - 1];
	if (!m || !add_piece(&pd->merged_pieces[number], m, at + PERFDATA_MERGE_HEAD,
			     len - PERFDATA_MERGE_HEAD))
		notes_add(&pd->notes, "A piece of a guest's recording that was merged into this one "
			  "is out of place; it was skipped.");
}

void perfdata_merged_free(struct perfdata *pd)
{
	for (size_t i = 0; i < pd->input.info.nr_merged; i++)
		free(pd->merged_pieces[i]);
	free(pd->merged_pieces);
	free(pd->merged);
}
