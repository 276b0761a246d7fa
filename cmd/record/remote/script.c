// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "cmd/record/remote/remote_impl.h"

/*
 * Runs on the host, in dash, bash or busybox.  The login shell may be any, also csh or fish, so
 * that it gets one line in single quotes: no newline, backslash, exclamation mark or single quote.
 *
 * A folder for recordings and for a program: /var/tmp is on a disk more often than /tmp, and both
 * may be mounted noexec.
 */
#define FOLDER									\
	"for at in \"${TMPDIR:-/var/tmp}\" /tmp \"$HOME\"; do "			\
		"dir=$(mktemp -d \"$at/spelunk.XXXXXX\" 2>/dev/null) || continue; "	\
		"echo : >\"$dir/try\"; chmod 700 \"$dir/try\"; "		\
		"\"$dir/try\" 2>/dev/null && break; "					\
		"rm -rf \"$dir\"; dir=; "						\
	"done; "								\
	"[ \"$dir\" ] || fail \"no program can run in TMPDIR, /var/tmp, /tmp or the home folder: "	\
		"each is mounted noexec, or this user cannot write there\"; "

/* head may read more than it prints: nothing follows the program. */
#define RECEIVE									\
	"echo \"spelunk host $(uname -m)\"; "					\
	"read -r args size archive || exit 1; "					\
	"eval \"set -- $(dd bs=1 count=\"$args\" 2>/dev/null)\"; "		\
	"head -c \"$size\" >\"$dir/spelunk\"; "					\
	"[ \"$(wc -c <\"$dir/spelunk\")\" -eq \"$size\" ] || "			\
		"fail \"the program did not arrive as a whole\"; "		\
	"chmod 700 \"$dir/spelunk\"; "

/* Descriptor 3: a background process would read /dev/null instead of standard input. */
#define RECORD									\
	"exec 3<&0; "								\
	"\"$dir/spelunk\" \"$@\" </dev/null >&2 3<&- & "			\
	"pid=$!; "								\
	"(while read -r line <&3; do :; done; kill $pid) >/dev/null 2>&1 & "	\
	"watch=$!; "								\
	"wait $pid; status=$?; pid=; "						\
	"{ kill $watch; wait $watch; } 2>/dev/null; watch=; "

#define SEND									\
	"send() { size=0; [ -f \"$dir/$1\" ] && size=$(wc -c <\"$dir/$1\"); "	\
		"echo \"spelunk $1 $status $((size))\"; "			\
		"[ $((size)) = 0 ] || cat \"$dir/$1\" || exit 1; }; "		\
	"send recording; "							\
	"[ \"$archive\" = 0 ] && exit; "					\
	"\"$dir/spelunk\" archive -q -i \"$dir/recording\" -o \"$dir/archive\" </dev/null >&2 3<&-; " \
	"status=$?; send archive"

static const char script[] =
	"umask 077; dir=; pid=; watch=; "
	"fail() { echo \"spelunk record: $1\" >&2; exit 1; }; "
	"end() { trap - EXIT; [ -z \"$pid$watch\" ] || kill $pid $watch; wait; "
		"[ -z \"$dir\" ] || rm -rf \"$dir\"; }; "
	"trap \"end 2>/dev/null\" EXIT; trap \"exit 1\" HUP INT PIPE TERM; "
	FOLDER RECEIVE RECORD SEND;

/* Options about this side, which the program there does not get. */
static bool is_ours(const char *name)
{
	static const char *const ours[] = { "on", "program", "ssh", "sudo", "archive", "output" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!strcmp(ours[i], name))
			return true;
	return false;
}

char *remote_command(bool sudo)
{
	char *text = NULL;

	if (asprintf(&text, "%ssh -c '%s'", sudo ? "sudo -n " : "", script) < 0)
		return NULL;
	return text;
}

char *remote_arguments(const struct record_args *a)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs("record", out);
	for (size_t i = 0; i < a->given.nr; i++) {
		const struct option_word *w = &a->given.list[i];

		if (is_ours(w->name))
			continue;
		fprintf(out, " --%s", w->name);
		if (w->value) {
			fputc(' ', out);
			quote_word(out, w->value);
		}
	}
	fputs(" --output \"$dir/recording\" --", out);
	for (char **word = a->command; word && *word; word++) {
		fputc(' ', out);
		quote_word(out, *word);
	}
	if (ferror(out) | fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
