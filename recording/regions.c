// SPDX-License-Identifier: GPL-2.0-only
#include "recording/regions.h"

const struct region *region_at(struct region_reader *r, size_t i)
{
	size_t left = r->of->nr - i;

	if (i - r->first >= r->nr) {
		r->first = i;
		r->nr = left < SPOOLED_NEAR ? left : SPOOLED_NEAR;
		r->err = spooled_read(r->of, i, r->near, r->nr);
		if (r->err) {
			r->nr = 0;
			return NULL;
		}
	}
	return &r->near[i - r->first];
}
