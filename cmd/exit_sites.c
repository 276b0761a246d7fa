// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/exit_sites.h"

#include <errno.h>
#include <stdlib.h>

#include "report/report.h"

static const enum field keys[] = {
	FIELD_REASON, FIELD_VM, FIELD_GUEST_COMM, FIELD_SYMBOL, FIELD_OBJECT, FIELD_ADDRESS,
};

#define NR_KEYS		(sizeof(keys) / sizeof(keys[0]))
#define NR_FUNCTION	(NR_KEYS - 1)

static const struct profile_query query = { .keys = keys, .nr_keys = NR_KEYS };

static int begin(struct exit_sites *s)
{
	struct profile_context ctx = recording_context(s->rec);
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vcpus(s->rec->p.timeline, &vcpus);

	s->readers = calloc(nr + 1, sizeof(*s->readers));
	s->profile = s->readers ? profile_new(&query, &ctx) : NULL;
	s->batch = (struct samples){ .rec = s->record, .all = true };
	return s->profile ? profile_stream(s->profile, -1, 1, 0) : -ENOMEM;
}

static int flush(struct exit_sites *s)
{
	int err = s->batch.n ? profile_add(s->profile, &s->batch) : 0;

	s->batch.n = s->batch.nr_owners = 0;
	return err;
}

int exit_sites_take(void *arg, const struct exit_site *site)
{
	struct exit_sites *s = arg;
	const struct pipeline *p = &s->rec->p;
	int err = s->profile ? 0 : begin(s);
	unsigned int n = s->batch.n;
	struct spe_record *rec = &s->record[n];
	struct owner *o = &s->batch.owner[n];

	if (err)
		return err;
	*rec = (struct spe_record){ .has = SPE_HAS_PC, .pc = site->pc };
	if (p->clock) {
		rec->has |= SPE_HAS_TICKS;
		rec->ticks = source_clock_ticks(p->clock, site->time);
	}
	err = timeline_guest_owner(p->timeline, &s->readers[site->vcpu], site->vcpu,
				   p->clock ? rec->ticks : UINT64_MAX, site->pc, o);
	o->reason = 1 + site->reason;
	s->batch.owner_of[n] = n;
	s->batch.n = s->batch.nr_owners = n + 1;
	return err ?: s->batch.n == PROFILE_BATCH ? flush(s) : 0;
}

int exit_sites_rows(struct exit_sites *s, struct rows **by_function, struct rows **by_address)
{
	struct naming *naming = s->rec->naming;
	int err;

	if (!s->profile)
		return 0;
	err = flush(s) ?: profile_flush(s->profile) ?: profile_end(s->profile) ?:
	      profile_rows(s->profile, keys, NR_FUNCTION, 0, naming, 0, by_function) ?:
	      profile_rows(s->profile, keys, NR_KEYS, 0, naming, 0, by_address);
	if (err)
		return err;
	report_sort(*by_function, COLUMN_SAMPLES, false);
	report_sort(*by_address, COLUMN_SAMPLES, false);
	return 0;
}

void exit_sites_free(struct exit_sites *s)
{
	profile_free(s->profile);
	free(s->readers);
}
