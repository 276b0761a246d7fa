// SPDX-License-Identifier: GPL-2.0-only
#include "report/calls/folded.h"

#include <inttypes.h>

#include "export/exporter.h"
#include "export/stacks.h"

static int put_stack(void *arg, const struct export_stack *s)
{
	FILE *out = arg;

	folded_task(out, s->world, s->vm, s->comm);
	for (size_t i = 0; i < s->nr; i++)
		folded_frame(out, s->frame[i].name);
	fprintf(out, " %" PRIu64 "\n", s->weight);
	return 0;
}

static int write(struct export *x, FILE *out)
{
	return export_each_stack(x, put_stack, out);
}

const struct exporter exporter_FOLDED = {
	.weighed = true, .count = export_count_stacks, .write = write,
};
