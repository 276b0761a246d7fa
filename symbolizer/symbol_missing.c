// SPDX-License-Identifier: GPL-2.0-only
/* Why an object has no names, and messages for errors with files. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "symbolizer/symbol_impl.h"

void symbol_say(char *err, size_t errlen, const char *format, ...)
{
	va_list args;

	if (!err || !errlen)
		return;
	va_start(args, format);
	vsnprintf(err, errlen, format, args);
	va_end(args);
}

const char *symbol_file_error(int err)
{
	switch (-err) {
	case EACCES:
		return "it cannot be read, or all its addresses are zero (copy /proc/kallsyms as "
			"root)";
	case ENOEXEC:
	case EINVAL:
		return "it is neither an ELF file nor a copy of /proc/kallsyms (decompress it "
			"first)";
	case EFBIG:
		return "it is too large";
	default:
		return strerror(-err);
	}
}

void missing_set(struct entry *e, const char *format, ...)
{
	va_list args;

	if (e->missing)
		return;
	va_start(args, format);
	if (vasprintf(&e->missing, format, args) < 0)
		e->missing = NULL;
	va_end(args);
}

/* " (build-id 1a2b3c4d..)"; "" if it has none. */
struct short_id short_id(const uint8_t *id, uint8_t len, const char *format)
{
	struct short_id out = { "" };
	char hex[9] = "";

	for (int i = 0; i < 4 && i < len; i++)
		snprintf(hex + i * 2, 3, "%02x", id[i]);
	if (len)
		snprintf(out.text, sizeof(out.text), format, hex);
	return out;
}

struct short_id object_id(const struct object *o)
{
	return short_id(o->build_id, o->build_id_len, " (build-id %s..)");
}

void missing_kernel(const struct symbolizer *s, struct entry *e)
{
	struct short_id id = object_id(e->object);

	if (s->kallsyms_err)
		missing_set(e, "no symbols for the host kernel%s: --kallsyms %s: %s", id.text,
			    s->kallsyms_path, symbol_file_error(s->kallsyms_err));
	if (s->vmlinux_err)
		missing_set(e, "no symbols for the host kernel%s: --vmlinux %s: %s", id.text,
			    s->vmlinux_path, symbol_file_error(s->vmlinux_err));
	if (e->runs > 0 && s->running_err == -EACCES)
		missing_set(e, "no symbols for the host kernel%s: it runs on this machine, but "
			    "/proc/kallsyms hides its addresses from this user", id.text);
	if (!e->runs)
		missing_set(e, "no symbols for the host kernel%s: this machine runs another "
			    "kernel", id.text);
	missing_set(e, "no symbols for the host kernel%s", id.text);
}

void missing_module(const struct symbolizer *s, struct entry *e)
{
	struct short_id id = object_id(e->object);

	if (s->kallsyms_err)
		missing_set(e, "no symbols for the host module %s%s: --kallsyms %s: %s",
			    e->object->path, id.text, s->kallsyms_path,
			    symbol_file_error(s->kallsyms_err));
	if (s->kallsyms.main.kallsyms)
		missing_set(e, "no symbols for the host module %s%s: %s does not name it",
			    e->object->path, id.text, s->kallsyms_path);
	missing_set(e, "no symbols for the host module %s%s", e->object->path, id.text);
}

void missing_file(struct entry *e)
{
	const struct found *f = &e->own.main;
	struct short_id id = object_id(e->object), other;

	other = short_id(f->refused_id, f->refused_id_len, "%s..");
	if (f->refused && !f->path)
		missing_set(e, "no symbols for %s%s: %s%s is another build (%s)",
			    e->object->path, id.text, f->refused_here ? "this machine's " : "",
			    f->refused, other.text);
	if (f->elf && !elf_file_has_offsets(f->elf))
		missing_set(e, "no symbols for %s%s: %s is a debug file that lacks the offsets of its "
			    "code; the file that it belongs to has them", e->object->path, id.text,
			    f->path);
	if (f->path)
		missing_set(e, "no symbols for %s%s: %s is stripped, and its .debug file was not "
			    "found", e->object->path, id.text, f->path);
	if (f->unproven_here)
		missing_set(e, "no symbols for %s%s: no build-id proves that this machine's file is "
			    "the recorded one (--local-files uses it anyway)", e->object->path, id.text);
	missing_set(e, "no symbols for %s%s", e->object->path, id.text);
}

bool object_is_other_build(const struct object *o, const struct elf_file *elf,
			   struct short_id *id)
{
	uint8_t len;
	const uint8_t *theirs = elf_file_build_id(elf, &len);

	if (!len || !o->build_id_len ||
	    (len == o->build_id_len && !memcmp(theirs, o->build_id, len)))
		return false;
	*id = short_id(theirs, len, "%s..");
	return true;
}
