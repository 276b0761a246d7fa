/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_LOOK_H
#define RECORDING_LOOK_H

#include "recording/pipeline.h"

/*
 * Read records before any is attributed: some of each stream for their layouts, which
 * become p->kinds' decoders, and for p->has and p->first_ticks; and, where the sideband does
 * not decide alone, all of them (kvm/census.h).  Then the timeline is decided.  Its
 * sideband is sealed.  0 or -errno.
 */
int look_at_records(struct pipeline *p);

#endif
