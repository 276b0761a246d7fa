// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores whose fields are known, for access.sh.  The comment above a function lists all
 * fields of structs that it touches, and an optional mark:
 *
 *	=	all of them must be found with GCC -O2
 *	~	some may not be found: their objects are not certain
 *	-	none may be found with GCC -O2: it merges instructions for several objects
 *
 * One with ? is loaded together with the field before it.
 */
#include <stddef.h>
#include <stdint.h>

#define noipa __attribute__((noinline, noclone))
/* The compiler knows nothing of what it does. */
#define away(p) __asm__ volatile("" : : "r"(p) : "memory")

struct inner {
	int first, second;
	struct inner *link;
};

struct outer {
	long number;
	struct inner in;
	struct inner *ptr;
	struct outer *next;
	char name[16];
	union {
		struct inner *as_inner;
		struct outer *as_outer;
	} u;
	void *data;
	int (*run)(struct outer *);
	struct inner many[4];
};

struct other {
	long other_number;
	int pad[2];
	long *other_link;
	struct other *other_ptr;
};

struct node {
	struct node *forward, *back;
};

struct item {
	int weight;
	struct node node;
	int price;
};

struct table {
	uint64_t count;
	uint64_t slot[];
};

struct small {
	uint64_t a, b;
};

struct third {
	long third_number, third_pad;
	struct small *third_small;
};

struct two {
	struct third a, b;
	long pad[12];
};

struct wide {
	uint64_t w[8];
};

struct outer global;
struct outer *global_ptr;
static struct inner statics[8];
struct small small_global;

noipa void callee_too(void *p)
{
	away(p);
	away(&p);
}

void *memcpy(void *to, const void *from, size_t n)
{
	for (volatile char *c = to; n--; c++)
		*c = ((const char *)from)[c - (volatile char *)to];
	return to;
}

/* Calls to it change what registers and memory the rules allow. */
noipa void callee(void *p)
{
	away(p);
}

/* = outer.in.second */
noipa int parameter(struct outer *o)
{
	return o->in.second;
}

/* = outer.ptr inner.second */
noipa int through_member(struct outer *o)
{
	return o->ptr->second;
}

/* = outer.next outer.ptr inner.link inner.first */
noipa int through_many(struct outer *o)
{
	return o->next->next->ptr->link->first;
}

/* = outer.in.first */
noipa int of_global(void)
{
	return global.in.first;
}

/* = outer.ptr inner.first */
noipa int through_global(void)
{
	return global_ptr->ptr->first;
}

/* = outer.ptr outer.in.second inner.first */
noipa int across_call(struct outer *o)
{
	callee(NULL);
	o->in.second = 3;
	callee(o);
	return o->ptr->first;
}

/* = inner.second inner.link */
noipa long list(struct inner *i)
{
	long sum = 0;

	for (; i; i = i->link)
		sum += i->second;
	return sum;
}

/* ~ inner.second */
noipa long array(struct inner *i, int n)
{
	long sum = 0;

	for (int k = 0; k < n; k++)
		sum += i[k].second;
	return sum;
}

/* ~ inner.first inner.link */
noipa long by_index(struct inner *i, long k)
{
	return i[k].first + (long)i[k + 1].link;
}

/* = outer.number outer.in.first outer.ptr outer.name[] inner.second inner.first outer.in.link */
noipa long many_cases(struct outer *o, int k)
{
	switch (k) {
	case 0:
		return o->number;
	case 1:
		callee(o);
		return o->in.first;
	case 2:
		return o->ptr->second;
	case 3:
		callee(NULL);
		return o->name[3];
	case 5:
		callee(o->ptr);
		return o->ptr->first;
	case 6:
		return o->in.link->second;
	}
	return 1;
}

/* ~ outer.number outer.ptr other.other_number inner.first */
noipa long cases_that_fall_through(struct outer *o, struct other *p, int k, long x)
{
	struct inner *i = NULL;

	switch (k) {
	case 0:
		i = o->ptr;
		callee(i);
		/* fallthrough */
	case 1:
		x += o->number;
		/* fallthrough */
	case 2:
		x += p->other_number;
		callee(p);
		/* fallthrough */
	case 3:
		if (i)
			x += i->first;
		return x;
	case 7:
		return x * 3;
	case 8:
		return x * 5;
	}
	return x;
}

/* - outer.number other.other_number */
noipa long merged(struct outer *o, struct other *p, int k)
{
	if (k)
		return o->number;
	else
		return p->other_number;
}

noipa struct outer *get_outer(void)
{
	return &global;
}

noipa struct other *get_other(void)
{
	static struct other other;

	return &other;
}

/* - outer.in.link other.other_link */
noipa long merged_behind(int k)
{
	long x;

	if (k) {
		struct outer *o = get_outer();

		x = (long)o->in.link;
		callee(NULL);
		callee((void *)x);
		callee((void *)1);
		callee(NULL);
	} else {
		struct other *p = get_other();

		x = (long)p->other_link;
		callee(NULL);
		callee((void *)x);
		callee((void *)1);
		callee(NULL);
	}
	return x + 4;
}

noipa struct third *get_third(void)
{
	static struct third third;

	return &third;
}

/* - outer.in.link inner.link third.third_small small.b */
noipa long merged_deeper(int k)
{
	long x;

	if (k) {
		struct outer *o = get_outer();
		struct inner *i = o->in.link;

		callee(NULL);
		x = (long)i->link;
		callee((void *)x);
		callee((void *)1);
		callee(NULL);
	} else {
		struct third *t = get_third();
		struct small *s = t->third_small;

		callee(NULL);
		x = (long)s->b;
		callee((void *)x);
		callee((void *)1);
		callee(NULL);
	}
	return x + 4;
}

/* Nothing stays in a register. */
#define spill() __asm__ volatile("" : : : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", \
	"x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", \
	"x23", "x24", "x25", "x26", "x27", "x28", "memory")

static inline long link_of_outer(struct outer *o)
{
	return (long)o->in.link;
}

static inline long link_of_other(struct other *p)
{
	return (long)p->other_link;
}

/* - outer.in.link other.other_link */
noipa long merged_and_saved(int k)
{
	long x;

	if (k) {
		struct outer *o = get_outer();

		callee(NULL);
		spill();
		callee(NULL);
		x = link_of_outer(o);
		callee((void *)x);
		callee((void *)1);
	} else {
		struct other *p = get_other();

		callee(NULL);
		spill();
		callee(NULL);
		x = link_of_other(p);
		callee((void *)x);
		callee((void *)1);
	}
	return x + 4;
}

/* - outer.next two.b.third_pad */
noipa long merged_on_stack(int k)
{
	long x;

	if (k) {
		struct outer o[1];

		callee(o);
		x = (long)o->next;
		callee((void *)x);
		callee((void *)1);
		callee(NULL);
	} else {
		struct two t;

		callee_too(&t);
		x = t.b.third_pad;
		callee((void *)x);
		callee((void *)1);
		callee(NULL);
	}
	return x + 4;
}

/* - small.a small.b */
noipa long of_either(struct small *s, int k)
{
	uint64_t *p = k ? &s->a : &s->b;

	return *p;
}

/* - outer.number other.other_number */
noipa long of_two_types(struct outer *o)
{
	struct other *p = (struct other *)o;

	return p->other_number;
}

/* ~ outer.ptr small.b */
noipa long fallen_into(struct outer *o, void *v, int k, long x)
{
	switch (k) {
	case 0:
		v = o->ptr;
		x++;
		/* fallthrough */
	case 1:
		x += ((struct small *)v)->b;
		/* fallthrough */
	case 2:
		return x * 2;
	case 3:
		callee(v);
		return x * 3;
	case 4:
		callee(NULL);
		return x * 5;
	case 5:
		callee(o);
		return x * 7;
	}
	return x;
}

union either {
	struct outer *o;
	struct other *p;
};

/* ~ either other.other_number */
noipa long changed_in_union_by_callee(struct outer *o)
{
	union either e = { .o = o };

	callee(&e);
	return e.p->other_number;
}

/* ~ either other.other_number */
noipa long changed_in_union(struct outer *o, struct other *p, union either **where)
{
	union either e, *also;

	*where = &e;
	away(where);
	also = *where;
	e.o = o;
	also->p = p;
	return e.p->other_number;
}

/* ~ outer.number other.other_number */
noipa long chosen(struct outer *o, struct other *p, int k)
{
	long *l = k ? &o->number : &p->other_number;

	return *l;
}

/* = inner.first */
noipa int chosen_of_one_type(struct inner *a, struct inner *b, int k)
{
	struct inner *i = k ? a : b;

	return i->first;
}

/* ~ item.weight item.price node.forward item.node.forward */
noipa long contained(struct node *head)
{
	long sum = 0;

	for (struct node *n = head->forward; n != head; n = n->forward) {
		struct item *i = (struct item *)((char *)n - offsetof(struct item, node));

		sum += i->weight * i->price;
	}
	return sum;
}

/* = item.node.forward ?item.node.back node.forward node.back */
noipa void unlink_item(struct item *i)
{
	i->node.forward->back = i->node.back;
	i->node.back->forward = i->node.forward;
}

/* ~ outer.u inner.first */
noipa int of_union(struct outer *o)
{
	return o->u.as_inner->first;
}

/* = outer.data outer.u */
noipa int through_void(struct outer *o)
{
	int *i = o->data;

	o->u.as_outer = NULL;
	return i[1];
}

/* ~ outer.data inner.second */
noipa int through_cast(struct outer *o)
{
	struct inner *i = o->data;

	callee(i);
	return i->second;
}

/* = outer.run */
noipa int indirect(struct outer *o)
{
	return o->run(o);
}

/* = outer.run outer.number outer.in.first */
noipa int indirect_twice(struct outer *o)
{
	o->number += o->run(o);
	if (o->in.first)
		return o->run(o);
	return 0;
}

/* = outer.in.second */
noipa int on_stack(void)
{
	struct outer o;

	callee(&o);
	return o.in.second;
}

/* ~ inner.first inner.second outer.number other.other_number */
noipa long slots_are_shared(int k)
{
	if (k) {
		struct outer o;

		callee(&o);
		return o.number;
	} else {
		struct other p;

		callee(&p);
		return p.other_number;
	}
}

/* ~ inner.first outer.ptr other.other_ptr other.other_number outer.number */
noipa long changed_by_callee(struct outer *o)
{
	struct outer *p = o;

	callee(&p);
	return p->number;
}

/* ~ outer.number inner.first inner.second inner.link other.other_number other.other_link
   other.other_ptr outer.ptr outer.next */
noipa long spilled(struct outer *a, struct inner *b, struct other *c, struct inner *d, struct outer *e,
		   struct other *f, struct inner *g, struct outer *h)
{
	long x = 0;

	for (int i = 0; i < 10; i++) {
		callee(a);
		x += a->number + b->first;
		callee(b);
		x += c->other_number + d->second;
		callee(c);
		x += (long)e->ptr + (long)f->other_link + (long)g->link + (long)h->next;
		callee(d);
		x += (long)f->other_ptr;
	}
	return x;
}

/* ~ table.count table.slot[] */
noipa uint64_t of_table(struct table *t)
{
	uint64_t x = t->count;

	for (uint64_t i = 0; i < t->count; i++)
		x ^= t->slot[i];
	return x;
}

/* ~ small.a */
noipa uint64_t behind_the_object(struct small *s, int n)
{
	uint64_t *more = (uint64_t *)(s + 1), x = s->a;

	for (int i = 0; i < n; i++)
		x ^= more[2 * i];
	return x;
}

/* ~ small.a */
noipa uint64_t behind_the_object_by_constants(struct small *s)
{
	uint64_t *more = (uint64_t *)(s + 1);

	return s->a + more[0] + more[3];
}

/* = small.b */
noipa void store_global(uint64_t x)
{
	small_global.b = x;
}

/* = small.a small.b */
noipa void atomics(struct small *s)
{
	__atomic_fetch_add(&s->b, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&s->a, 2, __ATOMIC_RELEASE);
}

/* ~ wide.w[] */
noipa void copy(struct wide *to, const struct wide *from)
{
	*to = *from;
}

/* ~ inner.first inner.second */
noipa int of_static(int k)
{
	away(statics);
	return statics[3].second + statics[k].first;
}

static inline int inlined_second(struct inner *i)
{
	return i->second;
}

static inline int inlined_both(struct outer *o)
{
	return inlined_second(&o->in) + inlined_second(o->ptr);
}

/* = outer.in.second outer.ptr inner.second */
noipa int inlined(struct outer *o)
{
	return inlined_both(o);
}

/* = outer.many[].second */
noipa int of_member_array(struct outer *o)
{
	return o->many[2].second;
}

/* ~ outer.many[].second */
noipa int of_member_array_by_index(struct outer *o, int k)
{
	return o->many[k].second;
}

/* ~ outer.number other.other_number outer.ptr */
noipa long reused(struct outer *o, struct other *p)
{
	long x = o->number;

	o = (struct outer *)p;
	x += ((struct other *)o)->other_number;
	callee(p);
	return x;
}

/* ~ outer.number inner.first */
noipa long of_computed(struct outer *o, long distance)
{
	struct outer *p = (struct outer *)((char *)o + distance);

	return p->number;
}

/* = outer.in.first outer.number */
noipa void stores(struct outer *o, int x)
{
	o->in.first = x;
	o->number = -1;
}

/* ~ inner.first inner.second outer.ptr */
noipa int until_found(struct outer *o, int key)
{
	struct inner *i = o->ptr, *end = i + 4;

	while (i < end && i->first != key)
		i++;
	return i->second;
}

/* ~ inner.first inner.second inner.link */
noipa void fill(struct inner *i, int n)
{
	while (n--)
		*i++ = (struct inner){ n, n + 1, i };
}

/* = other.pad[] */
noipa int of_pad(struct other *p)
{
	return p->pad[1];
}

/* ~ outer.number inner.first */
noipa long jumps_by_label(struct outer *o, struct inner *i, int k)
{
	static const void *const labels[] = { &&one, &&two, &&three };
	void *p = o;

	goto *labels[k];
one:
	p = i;
	callee(p);
two:
	callee(p);
	return *(long *)p;
three:
	return o->number + i->first;
}

/* linux/arch/arm64/include/asm/jump_label.h: the kernel may replace the NOP by a branch. */
#define static_branch(label) __asm__ goto( \
	"1: nop\n" \
	"	.pushsection __jump_table, \"aw\"\n" \
	"	.align 3\n" \
	"	.long 1b - ., %l[" #label "] - .\n" \
	"	.quad 0\n" \
	"	.popsection\n" : : : : label)

/* ~ outer.ptr small.b */
noipa long static_key(struct outer *o, void *v, int k)
{
	static_branch(there);
	v = o->ptr;
there:
	return ((struct small *)v)->b;
}

/* linux/arch/arm64/include/asm/alternative.h: the kernel may replace the instruction. */
/* ~ outer.ptr small.b */
noipa long alternative(struct outer *o, void *v)
{
	register void *got __asm__("x0");
	register struct outer *from __asm__("x1") = o;
	register void *other __asm__("x2") = v;

	__asm__("1: ldr %0, [%1, %3]\n"
		"	.pushsection .altinstructions, \"a\"\n"
		"	.long 1b - ., 2f - .\n"
		"	.short 0\n"
		"	.byte 4, 4\n"
		"	.popsection\n"
		"	.subsection 1\n"
		"2: mov %0, %2\n"
		"	.previous\n"
		: "=r"(got) : "r"(from), "r"(other), "i"(offsetof(struct outer, ptr)), "m"(o->ptr));
	return ((struct small *)got)->b;
}

/* linux/arch/arm64/include/asm/asm-extable.h: after a fault the kernel continues at the label. */
/* ~ outer.number outer.ptr small.b */
noipa long fixup(struct outer *o, void *v)
{
	__asm__ goto("1: ldr xzr, [%0]\n"
		"	.pushsection __ex_table, \"a\"\n"
		"	.align 2\n"
		"	.long 1b - ., %l[there] - .\n"
		"	.short 2, 31 << 5 | 31\n"
		"	.popsection\n" : : "r"(o) : : there);
	v = o->ptr;
there:
	return ((struct small *)v)->b;
}

void _start(void)
{
}
