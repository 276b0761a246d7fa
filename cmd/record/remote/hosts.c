// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/record/remote/remote_impl.h"
#include "report/report.h"

/* The longest name of a host [RFC 1035 2.3.4], and a user's. */
#define WHERE_MAX	320

struct parse {
	struct remote *r;
	const char *folder;
};

/*
 * Names become arguments of ssh and names of files.  Only characters of host names, addresses and
 * user names pass, and nothing that looks like an option or is hidden.
 */
static bool is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "._-:%";

	return *name && *name != '-' && *name != '.' && !name[strspn(name, plain)];
}

static bool is_known(const struct remote *r, const char *name)
{
	for (size_t i = 0; i < r->nr_hosts; i++)
		if (!strcmp(r->hosts[i].name, name))
			return true;
	return false;
}

static int name_file(struct remote_file *f, const char *folder, const char *name, const char *end)
{
	if (asprintf(&f->path, "%s/%s.data%s", folder, name, end) < 0)
		f->path = NULL;
	if (f->path && asprintf(&f->partial, "%s.partial", f->path) < 0)
		f->partial = NULL;
	return f->partial ? 0 : -ENOMEM;
}

/* "name" or "user@name" */
static int take_host(struct options *o, const char *option, const char *word, size_t len, void *to)
{
	struct parse *parse = to;
	struct remote *r = parse->r;
	char text[WHERE_MAX + 1], shown[64], *at;
	struct remote_host *h;

	snprintf(text, sizeof(text), "%.*s", (int)len, word);
	report_escape(shown, sizeof(shown), text);
	at = strrchr(text, '@');
	if (at)
		*at = '\0';
	if (len > WHERE_MAX || !is_plain(text) || (at && !is_plain(at + 1)))
		return options_fail(o, "--on takes names of hosts, user@name or name, not '%s'; what else "
				    "ssh needs to know belongs in ~/.ssh/config", shown);
	if (is_known(r, at ? at + 1 : text))
		return options_fail(o, "--on has %s twice, and both would have the same file",
				    at ? at + 1 : text);
	h = array_add(r->hosts, r->nr_hosts);
	if (!h)
		return -ENOMEM;
	*h = (struct remote_host){
		.in = -1, .out = -1, .err = -1, .fd = -1, .nr_files = r->args->archive ? 2 : 1,
		.files = { { .what = "recording" }, { .what = "archive" } },
	};
	if (at)
		*at = '@';
	h->where = strdup(text);
	if (!h->where)
		return -ENOMEM;
	h->name = h->where + (at ? at + 1 - text : 0);
	return name_file(&h->files[REMOTE_FILE_RECORDING], parse->folder, h->name, "") ?:
	       name_file(&h->files[REMOTE_FILE_ARCHIVE], parse->folder, h->name, ".archive");
}

int remote_hosts_parse(struct remote *r, char *err, size_t errlen)
{
	struct options o = { .err = err, .errlen = errlen };
	struct parse parse = { .r = r, .folder = r->args->output };
	int ret = option_list(&o, "on", r->args->on, take_host, &parse);

	if (ret == -ENOMEM)
		options_fail(&o, "out of memory");
	return ret;
}

void remote_hosts_free(struct remote *r)
{
	for (size_t i = 0; i < r->nr_hosts; i++) {
		free((char *)r->hosts[i].where);
		for (unsigned int k = 0; k < REMOTE_FILES; k++) {
			free(r->hosts[i].files[k].path);
			free(r->hosts[i].files[k].partial);
		}
	}
	free(r->hosts);
}
