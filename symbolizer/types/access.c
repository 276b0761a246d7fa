// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/types/access.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/types/flow.h"
#include "symbolizer/types/locals.h"

/* Answers that are kept: 40 bytes each. */
#define KEPT_MAX	(1u << 20)

struct function {
	uint8_t reason;		/* why all of it is unknown, or ACCESS_KNOWN */
	struct flow_access *access;
	size_t nr;
};

/* Code of a function; by from. */
struct span {
	uint64_t from, to;
	uint32_t function;
};

struct accesses {
	struct types *types;
	const struct elf_file *code;
	struct function *function;
	size_t nr_functions;
	struct span *span;
	size_t nr_spans;
	size_t kept;
	struct patches patches;
};

static const char *const texts[ACCESS_REASONS] = {
	[ACCESS_KNOWN] = "",
#define ACCESS(id, text) [ACCESS_##id] = text,
#include "symbolizer/types/access_reasons.def"
#undef ACCESS
};

const char *access_reason_text(enum access_reason reason)
{
	return reason < ACCESS_REASONS ? texts[reason] : "";
}

int accesses_new(struct accesses **out, struct types *types, const struct elf_file *code)
{
	struct accesses *a = calloc(1, sizeof(*a));
	int err;

	if (!a)
		return -ENOMEM;
	a->types = types;
	a->code = code;
	err = patches_read(&a->patches, code);
	if (err)
		free(a);
	else
		*out = a;
	return err;
}

static void forget(struct accesses *a)
{
	for (size_t i = 0; i < a->nr_functions; i++)
		free(a->function[i].access);
	free(a->function);
	free(a->span);
	a->function = NULL;
	a->span = NULL;
	a->nr_functions = a->nr_spans = a->kept = 0;
}

void accesses_free(struct accesses *a)
{
	if (!a)
		return;
	forget(a);
	patches_clear(&a->patches);
	free(a);
}

static bool add_span(struct accesses *a, uint64_t from, uint64_t to)
{
	size_t at = array_first(a->nr_spans, i, a->span[i].from > from);
	struct span *s = array_insert(a->span, a->nr_spans, at);

	if (s)
		*s = (struct span){ from, to, a->nr_functions - 1 };
	return s;
}

static uint8_t reason_of(int err)
{
	switch (err) {
	case 0:
		return ACCESS_KNOWN;
	case -ENOENT:
		return ACCESS_NO_FUNCTION;
	case -EEXIST:
		return ACCESS_FOLDED;
	case -ENOEXEC:
		return ACCESS_NO_CODE;
	default:
		return ACCESS_TOO_LARGE;
	}
}

/* Walk the function at pc, and keep its answers; ACCESS_KNOWN: there is one. */
static uint8_t learn(struct accesses *a, uint64_t pc)
{
	struct locals locals;
	struct function *f;
	int err;

	if (!elf_file_is_aarch64(a->code) || elf_file_is_module(a->code))
		return ACCESS_NO_CODE;
	err = locals_read(a->types, pc, &locals);
	if (err)
		return reason_of(err);
	if (a->kept > KEPT_MAX)
		forget(a);
	f = array_add(a->function, a->nr_functions);
	if (f) {
		f->reason = reason_of(flow_walk(a->types, a->code, &a->patches, &locals,
						&f->access, &f->nr));
		a->kept += f->nr + 1;
		for (size_t i = 0; i < locals.nr_ranges; i++)
			if (!add_span(a, locals.ranges[i].from, locals.ranges[i].to))
				break;
	}
	locals_clear(&locals);
	return f ? ACCESS_KNOWN : ACCESS_TOO_LARGE;
}

static const struct function *find(const struct accesses *a, uint64_t pc)
{
	size_t at = array_first(a->nr_spans, i, a->span[i].from > pc);

	if (!at || pc >= a->span[at - 1].to)
		return NULL;
	return &a->function[a->span[at - 1].function];
}

struct access accesses_find(struct accesses *a, uint64_t pc)
{
	const struct function *f = find(a, pc);
	struct access out = { .reason = ACCESS_NO_FUNCTION };
	size_t at;

	if (!f) {
		out.reason = learn(a, pc);
		f = out.reason ? NULL : find(a, pc);
		if (!f)
			return out;
	}
	out.reason = f->reason;
	if (f->reason)
		return out;
	at = array_first(f->nr, i, f->access[i].pc >= pc);
	if (at < f->nr && f->access[at].pc == pc)
		return f->access[at].access;
	out.reason = ACCESS_NO_ACCESS;
	return out;
}
