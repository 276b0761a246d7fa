/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_SHARING_H
#define CMD_SHARING_H

#include "profile/filter/filter.h"
#include "report/sharing/lines.h"

/*
 * A filter for samples that matter for sharing and that match another filter (NULL: none).  0 or
 * -errno.
 */
int sharing_filter_new(struct filter **out, const char *more);

#endif
