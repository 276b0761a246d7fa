// SPDX-License-Identifier: GPL-2.0-only
#include "collector/host/vm_name.h"

#include <stdlib.h>
#include <string.h>

enum way { QEMU_NAME, OPTION, SOCKET, BELOW, LAST };

static const struct row {
	const char *program;
	enum way way;
	const char *word;
} rows[] = {
#define VM_NAME(program, way, word, source)	{ program, way, word },
#include "collector/host/vm_names.def"
#undef VM_NAME
};

struct arguments {
	const char *at, *end;
};

static const char *next(struct arguments *a)
{
	const char *argument = a->at;

	if (a->at >= a->end)
		return NULL;
	a->at += strlen(a->at) + 1;
	return argument;
}

/* The last component of a path. */
static const char *file_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char *copy(const char *text, size_t len)
{
	return len ? strndup(text, len) : NULL;
}

/* "-name guest=web,debug-threads=on" or "-name web": web; ",," stands for a comma. */
static char *qemu_name(const char *arg)
{
	const char *at = strstr(arg, "guest=");
	char *name, *to;

	if (at == arg || (at && at[-1] == ','))
		arg = at + strlen("guest=");
	else if (strchr(arg, '=') && strcspn(arg, "=") < strcspn(arg, ","))
		return NULL;
	name = to = malloc(strlen(arg) + 1);
	if (!name)
		return NULL;
	for (; *arg && (*arg != ',' || arg[1] == ','); arg++) {
		arg += *arg == ',';
		*to++ = *arg;
	}
	*to = '\0';
	return name;
}

/* "path=/run/vms/web.sock": web.  A socket with the program's own name does not name the VM. */
static char *socket_name(const char *arg, const char *program)
{
	const char *file = file_of(strncmp(arg, "path=", 5) ? arg : arg + 5);
	const char *dot = strrchr(file, '.');
	size_t len = dot ? (size_t)(dot - file) : strlen(file);

	return len == strlen(program) && !memcmp(file, program, len) ? NULL : copy(file, len);
}

static char *below(const char *arg, const char *folder)
{
	const char *at = strstr(arg, folder);

	if (!at)
		return NULL;
	at += strlen(folder);
	return at[strcspn(at, "/")] ? copy(at, strcspn(at, "/")) : NULL;
}

/* The value of that option, in this argument or the next one; NULL: another argument. */
static const char *value_of(const char *argument, const char *option, struct arguments *a)
{
	size_t len = strlen(option);

	if (strncmp(argument, option, len))
		return NULL;
	if (argument[len] == '=')
		return argument + len + 1;
	return argument[len] ? NULL : next(a);
}

static char *name_by_option(const struct row *row, struct arguments a)
{
	const char *argument;

	while ((argument = next(&a))) {
		const char *value = value_of(argument, row->word, &a);

		if (!value)
			continue;
		if (row->way == QEMU_NAME)
			return qemu_name(value);
		return row->way == SOCKET ? socket_name(value, row->program) :
		       copy(value, strlen(value));
	}
	return NULL;
}

static char *name_by(const struct row *row, struct arguments a)
{
	const char *argument, *last = NULL;
	char *name = NULL;

	if (row->way != BELOW && row->way != LAST)
		return name_by_option(row, a);
	while (!name && (argument = next(&a))) {
		if (row->way == BELOW)
			name = below(argument, row->word);
		last = argument;
	}
	return row->way == LAST && last ? copy(last, strlen(last)) : name;
}

char *vm_name(const char *text, size_t len)
{
	struct arguments a = { text, text + len };
	const char *program = next(&a);
	char *name = NULL;

	if (!program)
		return NULL;
	program = file_of(program);
	for (size_t i = 0; !name && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strncmp(program, rows[i].program, strlen(rows[i].program)))
			name = name_by(&rows[i], a);
	return name;
}
