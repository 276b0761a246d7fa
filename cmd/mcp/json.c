// SPDX-License-Identifier: GPL-2.0-only
/* The only user of json-c.  Loaded on first use, because only one command needs it. */
#include "cmd/mcp/json.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "symbolizer/library.h"

struct json_library {
#define FUNCTION(name) __typeof__(name) *name;
#include "base/json.def"
#undef FUNCTION
};

struct json_library *json_library_open(void)
{
	void *library = library_open("libjson-c.so.5");
	struct json_library *l = library ? calloc(1, sizeof(*l)) : NULL;
	bool all = l;

	if (!l)
		return NULL;
#define FUNCTION(name) all &= (l->name = library_symbol(library, #name)) != NULL;
#include "base/json.def"
#undef FUNCTION
	if (all)
		return l;
	free(l);
	return NULL;
}

void json_library_close(struct json_library *l)
{
	free(l);
}

int json_parse(const struct json_library *l, const char *text, size_t len, int depth,
	       struct json_value *root)
{
	struct json_tokener *t;
	bool good;

	*root = (struct json_value){ .library = l };
	if (len >= INT32_MAX || memchr(text, '\0', len))
		return -EINVAL;
	t = l->json_tokener_new_ex(depth);
	if (!t)
		return -EINVAL;
	l->json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	root->object = l->json_tokener_parse_ex(t, text, (int)len);
	good = l->json_tokener_get_error(t) == json_tokener_success &&
	       l->json_tokener_get_parse_end(t) == len;
	l->json_tokener_free(t);
	root->known = root->object;
	if (good && (json_kind_of(*root) == JSON_OBJECT || json_kind_of(*root) == JSON_ARRAY))
		return 0;
	json_value_free(root);
	return -EINVAL;
}

void json_value_free(struct json_value *root)
{
	if (root->object)
		root->library->json_object_put(root->object);
	*root = (struct json_value){ 0 };
}

enum json_kind json_kind_of(struct json_value v)
{
	if (!v.known)
		return JSON_NONE;
	switch (v.library->json_object_get_type(v.object)) {
	case json_type_null:	return JSON_NULL;
	case json_type_boolean:	return JSON_BOOL;
	case json_type_double:	return JSON_REAL;
	case json_type_int:	return JSON_INTEGER;
	case json_type_object:	return JSON_OBJECT;
	case json_type_array:	return JSON_ARRAY;
	case json_type_string:	return JSON_STRING;
	}
	return JSON_NONE;
}

struct json_value json_member(struct json_value v, const char *name)
{
	struct json_value out = { .library = v.library };
	struct json_object *object = NULL;

	if (json_kind_of(v) == JSON_OBJECT)
		out.known = v.library->json_object_object_get_ex(v.object, name, &object);
	out.object = object;
	return out;
}

size_t json_length(struct json_value v)
{
	return json_kind_of(v) == JSON_ARRAY ? v.library->json_object_array_length(v.object) : 0;
}

struct json_value json_element(struct json_value v, size_t i)
{
	struct json_value out = { .library = v.library, .known = i < json_length(v) };

	if (out.known)
		out.object = v.library->json_object_array_get_idx(v.object, i);
	return out;
}

const char *json_text(struct json_value v)
{
	const char *text;

	if (json_kind_of(v) != JSON_STRING)
		return NULL;
	text = v.library->json_object_get_string(v.object);
	if (strlen(text) != (size_t)v.library->json_object_get_string_len(v.object))
		return NULL;
	return text;
}

bool json_number(struct json_value v, int64_t *out)
{
	if (json_kind_of(v) != JSON_INTEGER)
		return false;
	/* json-c returns the nearest number for those that do not fit */
	*out = v.library->json_object_get_int64(v.object);
	return *out != INT64_MAX && *out != INT64_MIN;
}

bool json_true(struct json_value v)
{
	return json_kind_of(v) == JSON_BOOL && v.library->json_object_get_boolean(v.object);
}

const char *json_source(struct json_value v)
{
	if (!v.object)
		return "null";
	return v.library->json_object_to_json_string_ext(v.object, JSON_C_TO_STRING_PLAIN);
}

int json_each(struct json_value v, json_member_fn *fn, void *arg)
{
	const struct json_library *l = v.library;
	struct json_object_iterator at, end;
	int ret = 0;

	if (json_kind_of(v) != JSON_OBJECT)
		return 0;
	end = l->json_object_iter_end(v.object);
	for (at = l->json_object_iter_begin(v.object);
	     !ret && !l->json_object_iter_equal(&at, &end); l->json_object_iter_next(&at)) {
		struct json_value member = {
			.library = l, .object = l->json_object_iter_peek_value(&at), .known = true,
		};

		ret = fn(arg, l->json_object_iter_peek_name(&at), member);
	}
	return ret;
}
