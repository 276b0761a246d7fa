// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/exits_stays.h"

#include <errno.h>
#include <stdlib.h>

#include "kvm/exits_impl.h"

/* Of one vCPU. */
struct exit_stays {
	struct trail stays;	/* at: its start; id: the account */
	struct trail handled;	/* two items per exit: kind HANDLED_*; id: the reason */
	bool any;
	enum account last;	/* of .stays, if .any */
};

enum { HANDLED_FROM, HANDLED_UNTIL };

void exits_want_stays(struct exits *x)
{
	x->stays_wanted = true;
}

int exits_begin_stays(struct exits *x, size_t nr)
{
	x->stays = calloc(nr + 1, sizeof(*x->stays));
	if (!x->stays)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++) {
		x->stays[i].stays.file = x->has_file ? &x->file : NULL;
		x->stays[i].handled.file = x->has_file ? &x->file : NULL;
	}
	return 0;
}

void exits_free_stays(struct exits *x)
{
	for (size_t i = 0; x->stays && i < x->nr_vcpus; i++) {
		trail_clear(&x->stays[i].stays);
		trail_clear(&x->stays[i].handled);
	}
	free(x->stays);
}

static struct exit_stays *stays_of(const struct exits *x, const struct ledger *l)
{
	return &x->stays[(const struct exit_state *)l - x->states];
}

int exits_take_stay(void *arg, const struct ledger *l, enum account in, uint64_t from)
{
	struct exit_stays *s = stays_of(arg, l);
	const struct trail_item item = { .at = from, .id = in };

	if (s->any && s->last == in)
		return 0;
	s->any = true;
	s->last = in;
	return trail_add(&s->stays, &item);
}

int exits_take_handled(void *arg, const struct ledger *l, enum exit_reason reason, uint64_t from,
		       uint64_t until)
{
	struct exit_stays *s = stays_of(arg, l);
	struct trail_item item = { .at = from, .id = reason, .kind = HANDLED_FROM };
	int err = trail_add(&s->handled, &item);

	item.at = until;
	item.kind = HANDLED_UNTIL;
	return err ?: trail_add(&s->handled, &item);
}

/* Leave out the time before the thread was created. */
static int hand_stay(const struct exit_vcpu *v, exit_stay_fn *fn, void *arg,
		     const struct trail_item *s, uint64_t until)
{
	uint64_t from = s->at > v->begin ? s->at : v->begin;

	return until > from ? fn(arg, (enum account)s->id, from, until) : 0;
}

int exits_each_stay(const struct exits *x, size_t vcpu, exit_stay_fn *fn, void *arg)
{
	const struct exit_vcpu *v = &x->vcpus[vcpu];
	const struct trail_item *s;
	struct trail_item last = { .at = 0 };
	struct trail_walk w;
	bool any = false;
	int ret = 0;

	trail_walk(&w, &x->stays[vcpu].stays, false);
	while (!ret && (s = trail_next(&w))) {
		if (any)
			ret = hand_stay(v, fn, arg, &last, s->at);
		last = *s;
		any = true;
	}
	if (!ret && !w.err && any)
		ret = hand_stay(v, fn, arg, &last, v->end);
	return ret ?: w.err;
}

int exits_each_handled(const struct exits *x, size_t vcpu, exit_handled_fn *fn, void *arg)
{
	const struct trail_item *s;
	struct trail_walk w;
	uint64_t from = 0;
	int ret = 0;

	trail_walk(&w, &x->stays[vcpu].handled, false);
	while (!ret && (s = trail_next(&w))) {
		if (s->kind == HANDLED_UNTIL)
			ret = fn(arg, (enum exit_reason)s->id, from, s->at);
		from = s->at;
	}
	return ret ?: w.err;
}
