// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/options/values.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/io.h"
#include "base/nearest.h"
#include "decoder/cpu_table.h"

#define CPU_TABLE_MAX	(64 << 10)	/* bytes */
#define TIME_MAX	(1ULL << 50)	/* ms: avoids overflows of sums of times */

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit times[] = {
	{ "ms", 1 }, { "", 1000 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { NULL, 0 },
};
static const struct unit sizes[] = {
	{ "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { "T", 1ULL << 40 }, { NULL, 0 },
};

int option_number(struct options *o, const char *name, const char *word, uint64_t least,
		  uint64_t most, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(word, &end, strncasecmp(word, "0x", 2) ? 10 : 16);
	if (*word >= '0' && *word <= '9' && !*end && !errno && *out >= least && *out <= most)
		return 0;
	return options_fail(o, "--%s takes a whole number from %llu to %llu, not '%.40s'", name,
			    (unsigned long long)least, (unsigned long long)most, word);
}

int option_cpu_table(struct options *o, const char *name, const char *path)
{
	char text[CPU_TABLE_MAX + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	long len = fd < 0 ? -errno : read_full(fd, text, sizeof(text));
	struct cpu_table_error e;

	if (fd >= 0)
		close(fd);
	if (len < 0)
		return options_fail(o, "--%s: cannot read %.100s: %s", name, path,
				    strerror((int)-len));
	if (len > CPU_TABLE_MAX)
		return options_fail(o, "--%s: %.100s is larger than 64 KiB", name, path);
	if (cpu_table_read(text, (size_t)len, &e))
		return options_fail(o, "--%s: %.100s, line %u: %s", name, path, e.line, e.what);
	return 0;
}

/* Parse a number with one of the units. */
static bool read_unit(const char *word, const struct unit *units, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(word, &end, 10);
	if (*word < '0' || *word > '9' || errno)
		return false;
	for (; units->name; units++)
		if (!strcmp(end, units->name))
			return !__builtin_mul_overflow(*out, units->factor, out);
	return false;
}

int option_time(struct options *o, const char *name, const char *word, uint64_t least,
		uint64_t *out)
{
	if (read_unit(word, times, out) && *out >= least && *out <= TIME_MAX)
		return 0;
	return options_fail(o, "--%s takes a time such as 10, 10s, 5m, 1h or 500ms, not '%.40s'",
			    name, word);
}

int option_size(struct options *o, const char *name, const char *word, uint64_t *out)
{
	if (read_unit(word, sizes, out) && *out)
		return 0;
	return options_fail(o, "--%s takes a size such as 512K, 100M or 2G, not '%.40s'", name,
			    word);
}

int option_buffer(struct options *o, const char *name, const char *word, uint64_t *out)
{
	int ret = option_size(o, name, word, out);

	if (!ret && (*out & (*out - 1) || *out < 8 << 10 || *out > 1 << 30))
		return options_fail(o, "--%s takes a power of two from 8K to 1G, not '%.40s'", name,
				    word);
	return ret;
}

int option_size_or_time(struct options *o, const char *name, const char *word, uint64_t *size,
			uint64_t *ms)
{
	*size = *ms = 0;
	if (read_unit(word, sizes, size) && *size)
		return 0;
	*size = 0;
	if (read_unit(word, times, ms) && *ms && *ms <= TIME_MAX)
		return 0;
	return options_fail(o, "--%s takes a size (100M, 2G) or a time (10s, 5m, 1h), not '%.40s'",
			    name, word);
}

/* "a, b or c", of "a b c" */
static void list_words(char *out, size_t size, const char *words)
{
	size_t len = 0;

	while (*words && len < size) {
		size_t n = strcspn(words, " ");
		const char *next = words + n + (words[n] == ' ');

		len += (size_t)snprintf(out + len, size - len, "%.*s%s", (int)n, words, !*next ? "" :
					strchr(next, ' ') ? ", " : " or ");
		words = next;
	}
}

int option_one_of(struct options *o, const char *name, const char *word, const char *words,
		  uint64_t *out)
{
	const char *at = words;
	char list[128];

	for (*out = 0; *at; (*out)++) {
		size_t len = strcspn(at, " ");

		if (strlen(word) == len && !memcmp(word, at, len))
			return 0;
		at += len + (at[len] == ' ');
	}
	list_words(list, sizeof(list), words);
	return options_fail(o, "--%s is %s, not '%.40s'", name, list, word);
}

int option_list(struct options *o, const char *name, const char *list, option_word_fn *fn,
		void *to)
{
	for (;;) {
		size_t len = strcspn(list, ",");
		int ret;

		if (!len)
			return options_fail(o, "--%s has an empty name: write names with one comma "
					    "between them, and no spaces", name);
		ret = fn(o, name, list, len, to);
		if (ret || !list[len])
			return ret;
		list += len + 1;
	}
}

static int take_id(struct options *o, const char *name, const char *word, size_t len, void *to)
{
	struct id_list *l = to;
	char *end;
	unsigned long id = strtoul(word, &end, 10);
	int32_t *new;

	if (*word < '0' || *word > '9' || end != word + len || !id || id > INT_MAX)
		return options_fail(o, "--%s takes numbers, not '%.*s'", name,
				    len < 40 ? (int)len : 40, word);
	new = array_add(l->id, l->nr);
	if (!new)
		return -ENOMEM;
	*new = (int32_t)id;
	return 0;
}

int option_ids(struct options *o, const char *name, const char *word, struct id_list *out)
{
	return option_list(o, name, word, take_id, out);
}

int option_no_word(struct options *o, const char *what, const char *word, size_t len,
		   const char *(*candidate)(unsigned int i), unsigned int nr, const char *list)
{
	int shown = len < 40 ? (int)len : 40;
	struct nearest near;

	nearest_start(&near, word, len);
	for (unsigned int i = 0; i < nr; i++)
		nearest_try(&near, candidate(i));
	if (near.best)
		return options_fail(o, "no %s '%.*s'; did you mean '%s'?", what, shown, word,
				    near.best);
	return options_fail(o, "no %s '%.*s'; run `spelunk help %s` for the list", what, shown,
			    word, list);
}

int word_list_add(struct word_list *w, const char *word)
{
	const char **new = array_add(w->word, w->nr);

	if (!new)
		return -ENOMEM;
	*new = word;
	return 0;
}

static struct vm_ref read_vm(const char *text, size_t len)
{
	bool pid = len > 4 && !memcmp(text, "pid:", 4);
	const char *digits = pid ? text + 4 : text;
	size_t nr = len - (size_t)(digits - text);
	struct vm_ref ref = { .kind = VM_NAME, .text = text, .len = len };

	/* ten digits fit into .number */
	if (nr <= 10 && strspn(digits, "0123456789") == nr) {
		ref.kind = pid ? VM_PID : VM_NUMBER;
		ref.number = strtoll(digits, NULL, 10);
	}
	return ref;
}

int guest_words_add(struct options *o, struct guest_words *w, const char *form, const char *text)
{
	const char *equals = strchr(text, '='), *slash = strchr(text, '/');
	struct guest_word word = { .word = text, .text = text }, *new;

	if (equals && (!slash || equals < slash)) {
		word.word = equals + 1;
		word.vm = read_vm(text, (size_t)(equals - text));
		if (equals == text || !*word.word)
			return options_fail(o, "'%.40s': give %s or VM=%s, where VM is a number, pid:N "
					    "or a name", text, form, form);
	}
	new = array_add(w->list, w->nr);
	if (!new)
		return -ENOMEM;
	*new = word;
	return 0;
}
