/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_CALLTREE_FIXTURE_H
#define TESTS_UNIT_CALLTREE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "kvm/timeline.h"
#include "profile/calltree.h"
#include "symbolizer/naming.h"

/* Stacks written as text. */

#define OBJECTS	32

/* Each function has an object of its own: "/main" contains "main+0x0xx". */
struct call_names {
	struct object object[OBJECTS];
	char *path[OBJECTS];
	size_t nr;
	struct symbolizer *symbolizer;
	struct naming *naming;
};

static inline void call_names_init(struct call_names *n)
{
	memset(n, 0, sizeof(*n));
	assert_int_equal(symbolizer_new(&n->symbolizer, &(struct symbolizer_config){ 0 }), 0);
	n->naming = naming_new(n->symbolizer);
	assert_non_null(n->naming);
}

static inline void call_names_clear(struct call_names *n)
{
	naming_free(n->naming);
	symbolizer_free(n->symbolizer);
	for (size_t i = 0; i < n->nr; i++)
		free(n->path[i]);
}

static inline uint32_t call_number(struct call_names *n, const char *name, size_t len)
{
	struct place place = { .offset = 0 };
	uint32_t number;
	size_t i = 0;

	while (i < n->nr && (strlen(n->path[i]) != len + 1 || memcmp(n->path[i] + 1, name, len)))
		i++;
	if (i == n->nr) {
		assert_true(i < OBJECTS);
		assert_true(asprintf(&n->path[i], "/%.*s", (int)len, name) > 0);
		n->object[i] = (struct object){
			.id = (uint32_t)i + 1, .kind = OBJECT_FILE, .vm = -1, .path = n->path[i],
		};
		n->nr++;
	}
	place.object = &n->object[i];
	assert_int_equal(naming_number(n->naming, &place, 0, &number), 0);
	return number;
}

/* "main;f;^g": outermost first; ^ marks a kernel function, ? where unwinding stopped. */
static inline void call_add(struct call_names *n, struct calltree *t, const char *comm,
			    const char *stack, uint64_t samples, uint64_t cycles)
{
	struct call_frame frames[16];
	struct call_stack s = { .vm = -1, .comm = naming_intern(n->naming, comm) };
	size_t nr = 0, len;

	for (const char *at = stack; *at; at += len + (at[len] == ';')) {
		bool kernel = *at == '^';
		struct call_frame f = { .kind = CALL_FUNCTION };

		at += kernel;
		len = strcspn(at, ";");
		f.world = kernel ? WORLD_HOST_KERNEL : WORLD_HOST_USER;
		if (*at == '?')
			f = (struct call_frame){ .kind = CALL_STOPPED };
		else
			f.name = call_number(n, at, len);
		frames[16 - ++nr] = f;
	}
	s.frame = &frames[16 - nr];
	s.nr = nr;
	assert_int_equal(calltree_add(t, &s, (struct call_weight){ samples, cycles }), 0);
}

#endif
