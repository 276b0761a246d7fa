// SPDX-License-Identifier: GPL-2.0-only
/*
 * speedscope's own format: https://www.speedscope.app/file-format-schema.json, in its source
 * src/lib/file-format-spec.ts.  A profile has an array of stacks and one of weights; frames are
 * indices of an array that all profiles share.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/intern.h"
#include "export/exporter.h"
#include "export/names.h"
#include "export/stacks.h"
#include "report/json/writer.h"

struct speedscope {
	const struct export *x;
	struct json j;
	struct intern frames;	/* each a name, a NUL, and an object */
};

/* The number of a frame, in the array of stacks.  0 or -ENOMEM. */
static int put_frame(struct speedscope *s, const char *name, const char *object)
{
	char key[2 * EXPORT_NAME];
	size_t len = strnlen(name, EXPORT_NAME - 1), more = strnlen(object, EXPORT_NAME - 1);
	uint32_t number;

	memcpy(key, name, len);
	key[len] = '\0';
	memcpy(key + len + 1, object, more);
	number = intern_add(&s->frames, key, len + 1 + more);
	if (number == INTERN_NONE)
		return -ENOMEM;
	json_uint(&s->j, NULL, number);
	return 0;
}

static int put_sample(void *arg, const struct export_stack *stack)
{
	struct speedscope *s = arg;
	char vm[EXPORT_NAME];
	int err;

	json_open(&s->j, NULL, '[');
	err = put_frame(s, world_name(stack->world), "");
	if (export_vm(s->x, stack->world, stack->vm, vm))
		err = err ?: put_frame(s, vm, "");
	err = err ?: put_frame(s, stack->comm, "");
	for (size_t i = 0; !err && i < stack->nr; i++)
		err = put_frame(s, stack->frame[i].name, stack->frame[i].object);
	json_close(&s->j, ']');
	return err;
}

static int put_weight(void *arg, const struct export_stack *stack)
{
	json_uint(&((struct speedscope *)arg)->j, NULL, stack->weight);
	return 0;
}

static void put_frames(struct speedscope *s)
{
	json_open(&s->j, "shared", '{');
	json_open(&s->j, "frames", '[');
	for (uint32_t i = 0; i < s->frames.nr; i++) {
		const char *name = intern_get(&s->frames, i), *object = name + strlen(name) + 1;

		json_open(&s->j, NULL, '{');
		json_string(&s->j, "name", name);
		if (*object)
			json_string(&s->j, "file", object);
		json_close(&s->j, '}');
	}
	json_close(&s->j, ']');
	json_close(&s->j, '}');
}

static int put_profile(struct speedscope *s)
{
	const struct export *x = s->x;
	int err;

	json_open(&s->j, NULL, '{');
	json_string(&s->j, "type", "sampled");
	json_string(&s->j, "name", export_weight_name(x));
	json_string(&s->j, "unit", x->weight == EXPORT_TIME && x->calls.clock ? "nanoseconds" : "none");
	json_uint(&s->j, "startValue", 0);
	json_uint(&s->j, "endValue", x->total);
	json_open(&s->j, "samples", '[');
	err = export_each_stack(x, put_sample, s);
	json_close(&s->j, ']');
	json_open(&s->j, "weights", '[');
	err = err ?: export_each_stack(x, put_weight, s);
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	return err;
}

static int write(struct export *x, FILE *out)
{
	struct speedscope s = { .x = x, .j = { .out = out, .first = true } };
	int err;

	json_open(&s.j, NULL, '{');
	json_string(&s.j, "$schema", "https://www.speedscope.app/file-format-schema.json");
	json_string(&s.j, "exporter", "spelunk " SPELUNK_VERSION);
	json_string(&s.j, "name", x->file);
	json_open(&s.j, "profiles", '[');
	err = put_profile(&s);
	json_close(&s.j, ']');
	put_frames(&s);
	json_close(&s.j, '}');
	fputc('\n', out);
	intern_clear(&s.frames);
	return err;
}

const struct exporter exporter_SPEEDSCOPE = {
	.weighed = true, .count = export_count_stacks, .write = write,
};
