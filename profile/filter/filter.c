// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/pattern.h"
#include "decoder/names.h"
#include "profile/filter/filter_impl.h"

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->nr; i++) {
		pattern_free(f->step[i].regex);
		free(f->step[i].text);
	}
	free(f->step);
	free(f);
}

uint64_t filter_fields(const struct filter *f)
{
	return f->fields;
}

bool filter_value(const struct filter *f, size_t *at, struct filter_value *out)
{
	while (*at < f->nr) {
		const struct filter_step *s = &f->step[(*at)++];

		if ((s->code == STEP_NUMBER && s->cmp == CMP_EQ && !s->since) ||
		    (s->code == STEP_NAME && !s->negate)) {
			*out = (struct filter_value){ s->field, s->text, s->num };
			return true;
		}
	}
	return false;
}

bool filter_vm_name(const struct filter *f, size_t *at, const char **name)
{
	while (*at < f->nr) {
		const struct filter_step *s = &f->step[(*at)++];

		if (s->code == STEP_NAME && s->field == FIELD_VM) {
			*name = s->text;
			return true;
		}
	}
	return false;
}

bool filter_asks_vm_number(const struct filter *f)
{
	for (size_t i = 0; i < f->nr; i++)
		if (f->step[i].code == STEP_NUMBER && f->step[i].field == FIELD_VM)
			return true;
	return false;
}

bool filter_asks_record(const struct filter *f)
{
	for (unsigned int i = 0; i < NR_FIELDS; i++)
		if (f->fields & 1ull << i && field_is_of_record(i))
			return true;
	for (size_t i = 0; i < f->nr; i++) {
		enum filter_code code = f->step[i].code;

		if (code == STEP_EVENT || code == STEP_TAKEN || code == STEP_SATURATED)
			return true;
	}
	return false;
}

static bool given(uint64_t *out, uint64_t value, bool has)
{
	*out = value;
	return has;
}

static bool natural(uint64_t *out, int32_t id)
{
	*out = (uint64_t)id;
	return id >= 0;
}

/* -1: unknown. */
static int32_t node_of(const struct filter_input *in)
{
	return in->rec->has & SPE_HAS_PA ? nodes_of_address(in->nodes, in->rec->pa) : -1;
}

static bool far_of(const struct filter_input *in, uint64_t *out)
{
	int32_t cpu = nodes_of_cpu(in->nodes, in->cpu), data = node_of(in);

	*out = cpu != data;
	return cpu >= 0 && data >= 0;
}

/* The value of a numeric field; false: the record does not have it. */
static bool number_of(const struct filter_input *in, enum field f, uint64_t *out)
{
	const struct spe_record *r = in->rec;
	uint32_t has = r->has;

	switch (f) {
	case FIELD_VM:		return natural(out, in->owner->vm);
	case FIELD_VCPU:	return natural(out, in->owner->vcpu);
	case FIELD_PID:		return natural(out, in->owner->pid);
	case FIELD_TID:		return natural(out, in->owner->tid);
	case FIELD_NSPID:	return given(out, (uint64_t)in->nspid, in->nspid > 0);
	case FIELD_GUEST_PID:	return natural(out, in->owner->guest_pid);
	case FIELD_GUEST_TID:	return natural(out, in->owner->guest_tid);
	case FIELD_CPU:		return natural(out, in->cpu);
	case FIELD_EL:		return given(out, r->pc_el, has & SPE_HAS_PC);
	case FIELD_ADDRESS:	return given(out, r->pc, has & SPE_HAS_PC);
	case FIELD_OFFSET:
		*out = in->offset && has & SPE_HAS_PC ? in->offset(in->arg) : 0;
		return in->offset && has & SPE_HAS_PC;
	case FIELD_TARGET:	return given(out, r->target, has & SPE_HAS_TARGET);
	case FIELD_PREV_TARGET:
		return given(out, r->prev_target, has & SPE_HAS_PREV_TARGET);
	case FIELD_VA:		return given(out, spe_untagged(r->va), has & SPE_HAS_VA);
	case FIELD_CACHE_LINE:
		return given(out, spe_untagged(r->va) & ~63ull, has & SPE_HAS_VA);
	case FIELD_PAGE: return given(out, spe_untagged(r->va) & ~4095ull, has & SPE_HAS_VA);
	case FIELD_PA:		return given(out, r->pa, has & SPE_HAS_PA);
	case FIELD_PA_LINE:	return given(out, r->pa & ~63ull, has & SPE_HAS_PA);
	case FIELD_CPU_NODE:	return natural(out, nodes_of_cpu(in->nodes, in->cpu));
	case FIELD_NODE:	return natural(out, node_of(in));
	case FIELD_FAR:		return far_of(in, out);
	case FIELD_WORD:
		return given(out, spe_record_word(r), has & (SPE_HAS_VA | SPE_HAS_PA));
	case FIELD_MEMBER_OFFSET:
		return in->data_offset && in->data_offset(in->arg, out);
	case FIELD_TOTAL:	return given(out, r->total, has & SPE_HAS_TOTAL);
	case FIELD_TOTAL_STEP:
		return given(out, latency_step(r->total), has & SPE_HAS_TOTAL);
	case FIELD_ISSUE:	return given(out, r->issue, has & SPE_HAS_ISSUE);
	case FIELD_XLAT:	return given(out, r->xlat, has & SPE_HAS_XLAT);
	case FIELD_EVENTS:	return given(out, r->events, has & SPE_HAS_EVENTS);
	case FIELD_CTX_EL1:	return given(out, r->ctx_el1, has & SPE_HAS_CTX_EL1);
	case FIELD_CTX_EL2:	return given(out, r->ctx_el2, has & SPE_HAS_CTX_EL2);
	case FIELD_TIME:	return given(out, in->time, in->time != 0);
	case FIELD_SLICE:
		return given(out, in->slice ? in->time / in->slice * in->slice : 0,
			     in->slice && in->time);
	case FIELD_EXTRA:	return given(out, r->nr_extra, true);
	case FIELD_WORLD:
	case FIELD_BASIS:
	case FIELD_REASON:
	case FIELD_OP:
	case FIELD_SUBCLASS:
	case FIELD_ACCESS:
	case FIELD_SOURCE:
	case FIELD_HOST:
	case FIELD_COMM:
	case FIELD_CGROUP:
	case FIELD_POD:
	case FIELD_CONTAINER:
	case FIELD_UNIT:
	case FIELD_MACHINE:
	case FIELD_GUEST_COMM:
	case FIELD_OBJECT:
	case FIELD_SYMBOL:
	case FIELD_LINE:
	case FIELD_TYPE:
	case FIELD_MEMBER:
	case NR_FIELDS:
		break;
	}
	return false;
}

static bool compare(uint64_t a, enum filter_cmp cmp, uint64_t b)
{
	switch (cmp) {
	case CMP_EQ:	return a == b;
	case CMP_NE:	return a != b;
	case CMP_LT:	return a < b;
	case CMP_LE:	return a <= b;
	case CMP_GT:	return a > b;
	case CMP_GE:	return a >= b;
	case CMP_MATCH:
	case CMP_NO_MATCH:
		break;
	}
	return false;
}

static bool compare_step(const struct filter_step *s, const struct filter_input *in, uint64_t num)
{
	if (!s->since)
		return compare(num, s->cmp, s->num);
	/* beyond the end of the clock all is less */
	return compare(num, s->cmp, s->num > UINT64_MAX - in->begin ? UINT64_MAX : in->begin + s->num);
}

static bool bit(uint64_t mask, unsigned int n)
{
	return n < 64 && mask >> n & 1;
}

static bool regex_matches(const struct filter *f, const struct filter_step *s, const char *name,
			  struct filter_memo *memo)
{
	uint32_t step = (uint32_t)(s - f->step);
	uintptr_t hash = ((uintptr_t)name >> 3) * 0x9fb21c651e98df25ull + step;
	struct filter_match *m = memo ? &memo->at[hash >> 20 & (FILTER_MEMO - 1)] : NULL;
	bool match;

	if (m && m->name == name && m->step == step)
		return m->match;
	match = !regexec(s->regex, name, 0, NULL, 0);
	if (m)
		*m = (struct filter_match){ .name = name, .step = step, .match = match };
	return match;
}

static bool name_matches(const struct filter *f, const struct filter_step *s,
			 const struct filter_input *in)
{
	const char *name = in->name ? in->name(in->arg, s->field) : "";
	bool match;

	if (!name || !*name)
		return false;
	match = s->code == STEP_NAME ? !strcmp(name, s->text)
				     : regex_matches(f, s, name, in->memo);
	return match != s->negate;
}

static bool op_matches(const struct filter_step *s, const struct spe_record *r)
{
	bool match;

	if (!(r->has & SPE_HAS_OP))
		return false;
	match = bit(s->num, spe_op(r->op_class, r->op)) || bit(s->kinds, spe_kind(r)) ||
		((s->kinds & FILTER_KIND_ATOMIC) && spe_op_is_atomic(r->op_class, r->op));
	return match != s->negate;
}

static bool access_matches(const struct filter_step *s, const struct spe_record *r)
{
	enum spe_access access = spe_access(r);

	return access != SPE_ACCESS_NONE && bit(s->num, access) != s->negate;
}

static bool source_matches(const struct filter_step *s, const struct filter_input *in)
{
	const char *name;
	char number[8];
	bool match;

	if (!(in->rec->has & SPE_HAS_SOURCE))
		return false;
	if (s->is_num)
		return (in->rec->source == s->num) != s->negate;
	name = spe_source_name(in->midr, in->rec->source);
	if (!name) {
		snprintf(number, sizeof(number), "%u", in->rec->source);
		name = number;
	}
	match = s->regex ? !regexec(s->regex, name, 0, NULL, 0) :
			   !strcasecmp(name, s->text);
	return match != s->negate;
}

/* A branch that did not fail its condition [Arm ARM D18.2.6, event 6]. */
static bool was_taken(const struct spe_record *r)
{
	return (r->has & SPE_HAS_EVENTS) && spe_kind(r) == SPE_KIND_BRANCH &&
	       !(r->events >> SPE_EV_NOT_TAKEN & 1);
}

/* Counters saturate at their maximum [D18.2.3]; if the size is unknown, both maxima count. */
static bool at_top(uint16_t cycles, uint8_t count_size)
{
	return cycles == 0xffff || (count_size != 16 && cycles == 0xfff);
}

static bool is_saturated(const struct filter_input *in)
{
	const struct spe_record *r = in->rec;

	return ((r->has & SPE_HAS_TOTAL) && at_top(r->total, in->count_size)) ||
	       ((r->has & SPE_HAS_ISSUE) && at_top(r->issue, in->count_size)) ||
	       ((r->has & SPE_HAS_XLAT) && at_top(r->xlat, in->count_size));
}

static bool holds(const struct filter *f, const struct filter_step *s,
		  const struct filter_input *in)
{
	uint64_t num;

	switch ((enum filter_code)s->code) {
	case STEP_NUMBER:
		return number_of(in, s->field, &num) && compare_step(s, in, num);
	case STEP_NAME:
	case STEP_NAME_REGEX:
		return name_matches(f, s, in);
	case STEP_WORLD:
		return bit(s->num, in->owner->world) != s->negate;
	case STEP_BASIS:
		return bit(s->num, in->owner->basis) != s->negate;
	case STEP_REASON:
		return bit(s->num, in->owner->reason) != s->negate;
	case STEP_OP:
		return op_matches(s, in->rec);
	case STEP_ACCESS:
		return access_matches(s, in->rec);
	case STEP_SOURCE:
		return source_matches(s, in);
	case STEP_EVENT:
		return (in->rec->has & SPE_HAS_EVENTS) && bit(in->rec->events, s->num);
	case STEP_TAKEN:
		return was_taken(in->rec);
	case STEP_SATURATED:
		return is_saturated(in);
	case STEP_NOT:
	case STEP_UNLESS_FALSE:
	case STEP_UNLESS_TRUE:
		break;
	}
	return false;
}

bool filter_match(const struct filter *f, const struct filter_input *in)
{
	bool truth = true;
	size_t i = 0;

	while (i < f->nr) {
		const struct filter_step *s = &f->step[i++];

		if (s->code == STEP_NOT)
			truth = !truth;
		else if (s->code == STEP_UNLESS_FALSE)
			i = truth ? i : s->to;
		else if (s->code == STEP_UNLESS_TRUE)
			i = truth ? s->to : i;
		else
			truth = holds(f, s, in);
	}
	return truth;
}
