/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FLEET_FLEET_IMPL_H
#define REPORT_FLEET_FLEET_IMPL_H

#include "report/fleet/fleet.h"

/* Parts of reports of several recordings. */

struct page;
struct json;

/* The findings of an open recording, if d->has_findings.  0 or -ENOMEM. */
int fleet_findings_fill(struct fleet_file *f, const struct report_data *d);
void fleet_findings_clear(struct fleet_file *f);
/* The section "Findings"; nothing if no recording was examined. */
void fleet_text_findings(struct page *p, const struct fleet_report *r);
/* The member "findings"; none if it was not examined. */
void fleet_json_findings(struct json *j, const struct fleet_file *f);

#endif
