/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_GUEST_SLIDES_H
#define RECORDING_GUEST_SLIDES_H

#include "recording/pipeline.h"
#include "symbolizer/symbol.h"

/* Where guests' kernels lay: found for each ELF file that --guest names without a slide. */

struct guest_slides {
	struct guest_slide *list;
	size_t nr;
};

/*
 * Find them, by the guest's kallsyms or else by samples, and tell s.  p is sealed.  0;
 * -EBADMSG with a sentence in err: a file fits none of its VMs; other -errno.
 */
int guest_slides_find(struct guest_slides *g, const struct pipeline *p, struct symbolizer *s,
		      char *err, size_t errlen);
void guest_slides_free(struct guest_slides *g);

#endif
