// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/model/roof.h"

#include <string.h>

/* An operation delayed by MUTANT_LATE. */
struct late {
	enum { LATE_NONE, LATE_WRITE, LATE_ISB, LATE_DSB, LATE_PSB } what;
	enum sysreg reg;
	u64 val;
};

static struct {
	struct explore *x;
	struct machine *m;
	struct mutant mutant;
	struct late late;
	void (*listener)(void *arg, const char *what, enum sysreg reg, u64 val);
	void *listener_arg;
} roof;

extern const struct site __start_world_sites[], __stop_world_sites[];

const struct site *roof_site(size_t nr)
{
	for (const struct site *s = __start_world_sites; s < __stop_world_sites; s++)
		if (!strncmp(s->file, "kvm/world/", 10) && !nr--)
			return s;
	return NULL;
}

void roof_mutate(const struct mutant *mutant)
{
	roof.mutant = mutant ? *mutant : (struct mutant){ 0 };
}

void roof_bind(struct explore *x, struct machine *m)
{
	roof.x = x;
	roof.m = m;
	roof.late = (struct late){ 0 };
}

void roof_listen(void (*f)(void *arg, const char *what, enum sysreg reg, u64 val),
		 void *arg)
{
	roof.listener = f;
	roof.listener_arg = arg;
}

static void tell(const char *what, enum sysreg reg, u64 val)
{
	if (roof.listener)
		roof.listener(roof.listener_arg, what, reg, val);
	if (reg == SYS_COUNT)
		explore_trace(roof.x, "    %s", what);
	else
		explore_trace(roof.x, "    %-5s %s %#llx", what, pe_reg_name(reg),
			      (unsigned long long)val);
}

static void perform(const struct late *op)
{
	switch (op->what) {
	case LATE_NONE: break;
	case LATE_WRITE:
		tell("write", op->reg, op->val);
		pe_msr(roof.x, roof.m, op->reg, op->val);
		break;
	case LATE_ISB:
		tell("isb", SYS_COUNT, 0);
		pe_isb(roof.x, roof.m);
		break;
	case LATE_DSB:
		tell("dsb nsh", SYS_COUNT, 0);
		pe_dsb(roof.x, roof.m);
		break;
	case LATE_PSB:
		tell("psb csync", SYS_COUNT, 0);
		pe_psb(roof.x, roof.m);
		break;
	}
}

static void before(const struct late *op)
{
	const struct pe *pe = &roof.m->pe[roof.m->at];

	roof.m->ops++;
	if (op->what != LATE_WRITE || spu_minds(pe, pe_name(roof.x, pe, op->reg)))
		spu_async(roof.x, roof.m);
	/* The operation's own choices are at another place. */
	roof.m->ops++;
}

static void operation(const struct site *at, struct late op)
{
	struct late late = roof.late;

	before(&op);
	if (at == roof.mutant.at && roof.mutant.kind == MUTANT_DROP)
		return;
	if (at == roof.mutant.at && roof.mutant.kind == MUTANT_LATE && !late.what) {
		roof.late = op;
		explore_learn(roof.x, 1);
		return;
	}
	perform(&op);
	if (late.what) {
		roof.late = (struct late){ 0 };
		before(&late);
		perform(&late);
	}
}

void roof_done(void)
{
	struct late late = roof.late;

	roof.late = (struct late){ 0 };
	perform(&late);
}

u64 model_read(enum sysreg reg, const struct site *at)
{
	u64 val;

	before(&(struct late){ .what = LATE_WRITE, .reg = reg });
	if (at == roof.mutant.at && roof.mutant.kind == MUTANT_DROP)
		return 0;
	val = pe_mrs(roof.x, roof.m, reg);
	explore_learn(roof.x, val);
	tell("read", reg, val);
	return val;
}

void model_write(enum sysreg reg, u64 val, const struct site *at)
{
	operation(at, (struct late){ .what = LATE_WRITE, .reg = reg, .val = val });
}

void model_isb(const struct site *at)
{
	operation(at, (struct late){ .what = LATE_ISB });
}

void model_dsb(const struct site *at)
{
	operation(at, (struct late){ .what = LATE_DSB });
}

void model_psb(const struct site *at)
{
	operation(at, (struct late){ .what = LATE_PSB });
}

bool model_ctx(const struct site *at)
{
	return at != roof.mutant.at || roof.mutant.kind != MUTANT_DROP;
}
