// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"

/* Layouts below: linux tools/lib/perf/include/perf/event.h. */

static void too_short(struct perfdata *pd, const struct perf_rec *rec)
{
	notes_add(&pd->notes, "A record of type %u is too short for what it should hold "
		  "and was skipped.", rec->type);
}

/* perf_event_attr, whose size it states, then ids up to the record's end. */
static void header_attr(struct perfdata *pd, const struct perf_rec *rec)
{
	const uint8_t *p = rec->p + 8;
	size_t len = rec->size - 8, size;
	long attr;

	if (len < PERF_ATTR_SIZE_VER0) {
		too_short(pd, rec);
		return;
	}
	size = le32(p + 4);
	if (size < PERF_ATTR_SIZE_VER0)
		size = PERF_ATTR_SIZE_VER0;
	if (size > len)
		size = len;
	attr = attrs_add(&pd->attrs, p, size);
	if (attr < 0) {
		notes_add(&pd->notes, "There are too many events; the rest was skipped.");
		return;
	}
	perfdata_mark_kvm(pd, &pd->attrs.list[attr]);
	for (size_t at = size; at + 8 <= len; at += 8)
		if (attrs_bind(&pd->attrs, le64(p + at), (uint32_t)attr))
			notes_add(&pd->notes, "There are too many event ids; the rest was "
				  "skipped.");
}

/* u64 type, u64 id; then the string, if it is a name. */
static void event_update(struct perfdata *pd, const struct perf_rec *rec, uint64_t at)
{
	const struct perf_id *id;
	uint64_t len;

	if (rec->size >= 32 && (le64(rec->p + 8) & ~0xffull) == PERF_EVENT_UPDATE_SPELUNK) {
		len = le64(rec->p + 24);
		perfdata_own(pd, rec->p[8], rec->p + 32,
			     len < rec->size - 32 ? (size_t)len : rec->size - 32,
			     at == UINT64_MAX ? at : at + 32);
		return;
	}

	if (rec->size <= 24 || le64(rec->p + 8) != PERF_EVENT_UPDATE_NAME)
		return;
	id = attrs_id(&pd->attrs, le64(rec->p + 16));
	if (!id || id->attr >= pd->attrs.nr || pd->attrs.list[id->attr].name)
		return;
	attrs_name(&pd->attrs, id->attr,
		   pool_string(&pd->pool, (const char *)rec->p + 24, rec->size - 24));
}

/*
 * u64 nr, nr entries of {id, idx, cpu, tid}; since Linux 5.19 also nr entries of {machine_pid,
 * vcpu}, where a machine_pid marks an id that perf inject took from a guest.
 */
static void id_index(struct perfdata *pd, const struct perf_rec *rec)
{
	const uint8_t *p = rec->p + 16, *guests = NULL;
	uint64_t nr;
	size_t room;

	if (rec->size < 16)
		return;
	nr = le64(rec->p + 8);
	room = rec->size - 16;
	if (nr > room / 32) {
		too_short(pd, rec);
		nr = room / 32;
	} else if (room / 48 >= nr) {
		guests = p + 32 * nr;
	}
	for (uint64_t i = 0; i < nr; i++) {
		const uint8_t *e = p + 32 * i;
		struct perf_id *id = attrs_id(&pd->attrs, le64(e));

		if (!id)
			continue;
		id->has_index = true;
		id->idx = (int32_t)le64(e + 8);
		id->cpu = (int32_t)le64(e + 16);
		id->tid = (int32_t)le64(e + 24);
		id->guest = guests && le64(guests + 16 * i);
	}
}

/* u64 shift, mult, zero; since Linux 5.10 also cycles, mask and two flag bytes. */
static void time_conv(struct perfdata *pd, const struct perf_rec *rec)
{
	struct input_clock c = { 0 };
	uint64_t shift, mult;

	if (rec->size < 32) {
		too_short(pd, rec);
		return;
	}
	shift = le64(rec->p + 8);
	mult = le64(rec->p + 16);
	c.zero = le64(rec->p + 24);
	c.shift = (uint16_t)shift;
	c.mult = (uint32_t)mult;
	if (rec->size >= 50) {
		c.cycles = le64(rec->p + 32);
		c.mask = le64(rec->p + 40);
		c.short_counter = rec->p[49];
		if (!rec->p[48])
			mult = 0;	/* cap_user_time_zero: 0 makes the numbers meaningless */
	}
	if (shift > 63 || !mult || mult > UINT32_MAX ||
	    (c.short_counter && c.mask & (c.mask + 1))) {
		notes_add(&pd->notes, "The recording's clock conversion is not usable: "
			  "timestamps of samples cannot be placed among other events.");
		return;
	}
	pd->input.clock = c;
	pd->input.has_clock = true;
}

static int by_cpu(const void *a, const void *b)
{
	const struct cpu_fact *x = a, *y = b;

	return array_order(x->cpu, y->cpu);
}

/* {magic, cpu, nr_params, midr, pmu_type, min_interval, ...} for each CPU. */
static void aux_info_cpus(struct perfdata *pd, struct cursor *c, uint64_t nr)
{
	if (nr > c->left / 24)
		nr = c->left / 24;
	if (nr > CPU_FACTS_MAX)
		nr = CPU_FACTS_MAX;
	/* the OWN_HOST records have precedence */
	if (pd->cpus)
		return;
	for (uint64_t i = 0; i < nr; i++) {
		const uint8_t *params;
		uint64_t cpu, nr_params;
		struct cpu_fact *new;

		cursor_u64(c);		/* magic */
		cpu = cursor_u64(c);
		nr_params = cursor_u64(c);
		if (nr_params > 8192)
			c->bad = true;
		params = cursor_take(c, 8 * nr_params);
		new = params && cpu <= INT32_MAX ? array_add(pd->cpus, pd->nr_cpus) : NULL;
		if (!new)
			break;
		new->cpu = (int32_t)cpu;
		if (nr_params > 0)
			new->midr = le64(params);
		if (nr_params > 1)
			new->pmu_type = (uint32_t)le64(params + 8);
		if (nr_params > 2)
			new->min_interval = le64(params + 16);
	}
	if (pd->nr_cpus)
		qsort(pd->cpus, pd->nr_cpus, sizeof(*pd->cpus), by_cpu);
}

#define AUX_INFO_V1_SIZE 16

void perfdata_aux_info(struct perfdata *pd, const struct perf_rec *rec)
{
	struct cursor c = { .p = rec->p + 16 };
	uint64_t version, header, nr;

	if (pd->has_aux_info || rec->size < 16)
		return;
	c.left = rec->size - 16;
	pd->has_aux_info = true;
	pd->aux_info_type = le32(rec->p + 8);
	if (pd->aux_info_type != PERF_AUXTRACE_ARM_SPE)
		return;
	if (c.left <= AUX_INFO_V1_SIZE) {
		if (c.left >= 8)
			pd->aux_info_pmu = (int64_t)(uint32_t)cursor_u64(&c);
		return;
	}
	/* Version 2 and later: the header has its own length in words. */
	version = cursor_u64(&c);
	header = cursor_u64(&c);
	pd->aux_info_pmu = (int64_t)(uint32_t)cursor_u64(&c);
	nr = cursor_u64(&c);
	if (version < 2 || header < 4 || header > 512 || c.bad ||
	    !cursor_take(&c, 8 * (header - 4))) {
		notes_add(&pd->notes, "The SPE metadata has an unknown form: what it says "
			  "of each CPU is missing.");
		return;
	}
	aux_info_cpus(pd, &c, nr);
}

/* u64 size, offset, reference; u32 idx, tid, cpu; the payload follows the record. */
static uint64_t auxtrace(struct perfdata *pd, const struct perf_rec *rec, uint64_t at)
{
	struct aux_chunk c = { 0 };
	int err;

	if (rec->size < 44) {
		too_short(pd, rec);
		return 0;
	}
	c.size = le64(rec->p + 8);
	if (at == UINT64_MAX) {
		notes_add(&pd->notes, "Trace data inside of compressed records was not "
			  "read.");
		return c.size;
	}
	c.offset = le64(rec->p + 16);
	c.idx = (int32_t)le32(rec->p + 32);
	c.tid = (int32_t)le32(rec->p + 36);
	c.cpu = (int32_t)le32(rec->p + 40);
	c.file_offset = at + rec->size;
	c.avail = pd->data_end > c.file_offset ? pd->data_end - c.file_offset : 0;
	if (c.avail > c.size)
		c.avail = c.size;
	if (!c.size)
		return 0;
	err = auxindex_chunk(&pd->aux, &c);
	if (err == -EINVAL)
		notes_add(&pd->notes, "A piece of trace data states an impossible range "
			  "and was skipped.");
	else if (err)
		notes_add(&pd->notes, "There was not enough memory for the index of the "
			  "trace data; some was skipped.");
	return c.size;
}

/* u32 size; the tracing data follow the record. */
static uint64_t tracing_data(struct perfdata *pd, const struct perf_rec *rec, uint64_t at)
{
	struct section sec = { .offset = at + rec->size };
	uint8_t *buf;
	size_t len;

	if (rec->size < 12)
		return 0;
	sec.size = le32(rec->p + 8);
	if (at == UINT64_MAX)
		return sec.size;
	if (sec.offset > pd->data_end || sec.size > pd->data_end - sec.offset) {
		notes_add(&pd->notes, "The stream ends inside its tracing data.");
		return sec.size;
	}
	buf = perfdata_read_section(pd, &sec, &len);
	if (buf)
		perfdata_tracing(pd, buf, len);
	free(buf);
	return sec.size;
}

uint64_t perfdata_user_record(struct perfdata *pd, const struct perf_rec *rec, uint64_t at)
{
	switch (rec->type) {
	case PERF_REC_HEADER_ATTR:
		header_attr(pd, rec);
		break;
	case PERF_REC_HEADER_TRACING_DATA:
		return tracing_data(pd, rec, at);
	case PERF_REC_HEADER_BUILD_ID:
		perfdata_build_id(pd, rec->p, rec->size);
		break;
	case PERF_REC_ID_INDEX:
		id_index(pd, rec);
		break;
	case PERF_REC_AUXTRACE_INFO:
		perfdata_aux_info(pd, rec);
		break;
	case PERF_REC_AUXTRACE:
		return auxtrace(pd, rec, at);
	case PERF_REC_EVENT_UPDATE:
		event_update(pd, rec, at);
		break;
	case PERF_REC_TIME_CONV:
		time_conv(pd, rec);
		break;
	case PERF_REC_HEADER_FEATURE:
		if (rec->size > 16 && le64(rec->p + 8) < PERF_FEAT_BITS)
			perfdata_feature(pd, (unsigned int)le64(rec->p + 8), rec->p + 16,
					 rec->size - 16);
		break;
	default:
		break;
	}
	return 0;
}
