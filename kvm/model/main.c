// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model as a test: TAP on stdout.
 *
 *	model explore		every exploration, and what others' switches are worth
 *	model mutants [NR OF]	every fault in kvm/world must be found; or part NR of OF
 *	model needs		where each barrier and control of SPE is needed
 *	model trace NAME	how one of the known switches breaks its property
 *	model accesses [no-spe | el3]	registers and barriers of an entry and an exit, by kind
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/model/accesses.h"
#include "kvm/model/known.h"
#include "kvm/model/roof.h"
#include "kvm/model/walk.h"

struct tap {
	unsigned int nr, failed;
};

static void tap(struct tap *t, bool ok, const char *what, const char *note)
{
	printf("%sok %u - %s\n", ok ? "" : "not ", ++t->nr, what);
	if (!ok) {
		t->failed++;
		printf("#   %s\n", note);
	}
}

static int tap_end(const struct tap *t)
{
	printf("1..%u\n", t->nr);
	return t->failed > 0;
}

static int run(const struct walk *w, const struct machine_switch *sw,
	       struct explore_result *res)
{
	if (!w->run(w, sw, res))
		return 0;
	fprintf(stderr, "model: %s: not enough memory\n", w->name);
	exit(2);
}

static void print_trace(const char *trace)
{
	while (*trace) {
		int len = (int)strcspn(trace, "\n");

		printf("#   %.*s\n", len, trace);
		trace += len + (trace[len] == '\n');
	}
}

static void explore_ours(struct tap *t)
{
	struct explore_result *res = malloc(sizeof(*res));
	size_t states = 0, points = 0;
	const struct walk *w;
	char what[256];

	if (!res)
		exit(2);
	for (size_t i = 0; (w = walk_nr(i)); i++) {
		run(w, &switch_ours, res);
		snprintf(what, sizeof(what), "%s: %zu states, %zu choices within, %s",
			 w->name, res->states, res->points,
			 res->complete ? "all" : "cut short");
		tap(t, !res->verdict[0] && res->complete, what, res->verdict);
		if (res->verdict[0])
			print_trace(res->trace);
		states += res->states;
		points += res->points;
	}
	printf("# %zu states between events, %zu choices within them\n", states, points);
	free(res);
}

static void judge_known(struct tap *t)
{
	struct explore_result *res = malloc(sizeof(*res));
	char what[512];

	if (!res)
		exit(2);
	for (size_t i = 0; known_switches[i].name; i++) {
		const struct known *k = &known_switches[i];

		run(walk_find(k->walk), k->sw, res);
		snprintf(what, sizeof(what), "%s: %s", k->name,
			 res->verdict[0] ? res->verdict : "accepted");
		tap(t,
		    !strncmp(res->verdict, k->verdict, strlen(k->verdict)) &&
			    !res->verdict[0] == !k->verdict[0] && res->complete,
		    what, k->verdict[0] ? k->verdict : "should be accepted");
	}
	free(res);
}

static int trace_known(const char *name)
{
	struct explore_result *res = malloc(sizeof(*res));

	for (size_t i = 0; res && known_switches[i].name; i++) {
		if (strcmp(known_switches[i].name, name))
			continue;
		run(walk_find(known_switches[i].walk), known_switches[i].sw, res);
		printf("%s%s\n", res->trace, res->verdict[0] ? res->verdict : "accepted");
		free(res);
		return 0;
	}
	free(res);
	fprintf(stderr, "model: no such switch: %s; there are:\n", name);
	for (size_t i = 0; known_switches[i].name; i++)
		fprintf(stderr, "  %s\n", known_switches[i].name);
	return 2;
}

/* A swap is meaningful if it reorders a barrier, or something that enables SPE. */
static bool worth(const struct site *at, enum mutant_kind kind)
{
	static const char *const ordered[] = {
		"isb",
		"dsb nsh",
		"psb csync",
		"write PMSCR_EL1",
		"write PMSCR_EL12",
		"write PMBLIMITR_EL1",
	};

	if (kind == MUTANT_DROP)
		return true;
	for (size_t i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++)
		if (!strcmp(at->text, ordered[i]))
			return true;
	return false;
}

static const char *const kinds[] = { "", "left out", "after its successor" };

/* The ordinal of the site among those with the same text in the file. */
static unsigned int ordinal(const struct site *at)
{
	const struct site *s;
	unsigned int nth = 1;

	for (size_t i = 0; (s = roof_site(i)); i++)
		nth += s != at && !strcmp(s->file, at->file) &&
		       !strcmp(s->text, at->text) && s->line < at->line;
	return nth;
}

static const struct equal *equal_of(const struct mutant *m)
{
	for (const struct equal *e = equal_mutants; e->file; e++)
		if (!strcmp(e->file, m->at->file) && !strcmp(e->text, m->at->text) &&
		    e->nth == ordinal(m->at) && e->kind == m->kind)
			return e;
	return NULL;
}

/* Walks have the names of files of kvm/world. */
static bool is_about(const struct walk *w, const struct site *at)
{
	const char *file = strrchr(at->file, '/') + 1;

	return !strncmp(w->name, file, strcspn(file, "."));
}

static void judge_mutant(struct tap *t, const struct mutant *m,
			 struct explore_result *res)
{
	const struct equal *equal = equal_of(m);
	const struct walk *w;
	char what[512];

	res->verdict[0] = '\0';
	roof_mutate(m);
	/* Try the file's own walks first, because they find faults soonest. */
	for (unsigned int others = 0; others < 2; others++)
		for (size_t i = 0; !res->verdict[0] && (w = walk_nr(i)); i++)
			if (is_about(w, m->at) != others)
				run(w, &switch_ours, res);
	roof_mutate(NULL);
	snprintf(what, sizeof(what), "%s:%d: %s %s: %s", m->at->file, m->at->line,
		 m->at->text, kinds[m->kind], equal ? equal->why : res->verdict);
	if (equal)
		tap(t, !res->verdict[0], what, "listed as equal, and refused");
	else
		tap(t, res->verdict[0], what, "nothing is broken by it");
}

static void judge_mutants(struct tap *t, size_t part, size_t parts)
{
	struct explore_result *res = malloc(sizeof(*res));
	const struct site *at;
	size_t nr = 0;

	if (!res)
		exit(2);
	for (size_t i = 0; (at = roof_site(i)); i++)
		for (enum mutant_kind kind = MUTANT_DROP; kind < MUTANT_KINDS; kind++)
			if (worth(at, kind) && nr++ % parts == part)
				judge_mutant(t,
					     &(struct mutant){ .at = at, .kind = kind },
					     res);
	free(res);
}

/* Which configurations fail without it, and how. */
static void print_needs(void)
{
	struct explore_result *res = malloc(sizeof(*res));
	const struct site *at;
	const struct walk *w;

	if (!res)
		exit(2);
	for (size_t i = 0; (at = roof_site(i)); i++) {
		struct mutant m = { .at = at, .kind = MUTANT_DROP };

		if (!worth(at, MUTANT_LATE))
			continue;
		printf("%s:%d: %s\n", at->file, at->line, at->text);
		roof_mutate(&m);
		for (size_t k = 0; (w = walk_nr(k)); k++) {
			if (strncmp(w->name, "spe", 3))
				continue;
			run(w, &switch_ours, res);
			if (res->verdict[0])
				printf("    %s: %s\n", w->name, res->verdict);
		}
		roof_mutate(NULL);
	}
	free(res);
}

int main(int argc, char **argv)
{
	struct tap t = { 0 };

	if (argc == 2 && !strcmp(argv[1], "explore")) {
		explore_ours(&t);
		judge_known(&t);
		return tap_end(&t);
	}
	if ((argc == 2 || argc == 4) && !strcmp(argv[1], "mutants")) {
		size_t parts = argc == 4 ? strtoul(argv[3], NULL, 10) : 1;

		if (!parts)
			return 2;
		judge_mutants(&t, argc == 4 ? strtoul(argv[2], NULL, 10) : 0, parts);
		return tap_end(&t);
	}
	if (argc == 3 && !strcmp(argv[1], "trace"))
		return trace_known(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "needs")) {
		print_needs();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "accesses")) {
		accesses_print(true, false);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "accesses") &&
	    (!strcmp(argv[2], "no-spe") || !strcmp(argv[2], "el3"))) {
		accesses_print(false, !strcmp(argv[2], "el3"));
		return 0;
	}
	fprintf(stderr, "usage: model explore | mutants [NR OF] | needs | trace NAME | "
			"accesses [no-spe | el3]\n");
	return 2;
}
