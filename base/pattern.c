// SPDX-License-Identifier: GPL-2.0-only
#include "base/pattern.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATTERN_MAX	256	/* bytes */
#define COST_MAX	4000ul	/* nodes, as glibc counts them */

/*
 * How large glibc's matcher makes a pattern: it copies what a `+` or {n}
 * repeats, so that ((a{255}){255}){255} or a row of forty `+` is memory
 * without end (regcomp.c, duplicate_tree).
 */
struct cost {
	unsigned long sum[PATTERN_MAX + 1];	/* of every group that is open */
	unsigned long last[PATTERN_MAX + 1];	/* of its last atom */
	size_t depth;
};

static void cost_repeat(struct cost *c, unsigned long times)
{
	c->sum[c->depth] += c->last[c->depth] * (times - 1) + 1;
	c->last[c->depth] = c->last[c->depth] * times + 1;
}

static void cost_atom(struct cost *c, unsigned long n)
{
	c->sum[c->depth] += n;
	c->last[c->depth] = n;
}

/* s is behind '{': the larger number, and one for what {n,} adds. */
static size_t cost_interval(struct cost *c, const char *s, size_t len)
{
	unsigned long n = 0, most = 1;
	size_t i;

	for (i = 0; i < len && s[i] && strchr("0123456789,", s[i]); i++) {
		n = s[i] == ',' ? 0 : n * 10 + (unsigned long)(s[i] - '0');
		if (n > COST_MAX)
			n = COST_MAX;
		most = n > most ? n : most;
	}
	cost_repeat(c, most + 1);
	return i;
}

/* s is behind '[': bytes up to the ']' that ends the set. */
static size_t set_len(const char *s, size_t len)
{
	size_t i = len && s[0] == '^';

	for (i += i < len && s[i] == ']'; i < len && s[i] != ']'; i++) {
		char class;

		if (s[i] != '[' || i + 1 >= len || !s[i + 1] || !strchr(":.=", s[i + 1]))
			continue;
		class = s[i + 1];
		for (i += 2; i + 1 < len && !(s[i] == class && s[i + 1] == ']'); i++)
			;
		i++;
	}
	return i;
}

static void cost_close(struct cost *c)
{
	unsigned long n = c->sum[c->depth] + 1;

	if (!c->depth)
		return;		/* an unmatched ')' is for regcomp() to refuse */
	c->depth--;
	cost_atom(c, n);
}

static void cost_open(struct cost *c)
{
	c->depth++;
	c->sum[c->depth] = c->last[c->depth] = 0;
}

/* What is wrong with it; false: nothing. */
static bool is_refused(const char *text, size_t len, char *why, size_t whylen)
{
	struct cost c = { .depth = 0 };

	for (size_t i = 0; i < len; i++) {
		char ch = text[i];
		const char *rest = text + i + 1;
		size_t left = len - i - 1;

		if (ch == '\\' && left && rest[0] >= '1' && rest[0] <= '9') {
			snprintf(why, whylen, "back-references (\\%c) are not supported", rest[0]);
			return true;
		}
		if (ch == '(')
			cost_open(&c);
		else if (ch == ')')
			cost_close(&c);
		else if (ch == '+' || ch == '*' || ch == '?')
			cost_repeat(&c, ch == '+' ? 2 : 1);
		else if (ch == '{')
			i += cost_interval(&c, rest, left);
		else
			cost_atom(&c, 1);
		if (ch == '[')
			i += set_len(rest, left);
		else if (ch == '\\')
			i++;
		if (c.sum[c.depth] > COST_MAX) {
			snprintf(why, whylen, "the regular expression repeats too much: use "
				 "fewer + and {n} within each other");
			return true;
		}
	}
	return false;
}

int pattern_compile(regex_t **out, const char *text, size_t len, int flags, char *why,
		    size_t whylen)
{
	char pattern[PATTERN_MAX + 1], sentence[96];
	regex_t *regex;
	int ret;

	*out = NULL;
	if (len > PATTERN_MAX) {
		snprintf(why, whylen, "the regular expression has %zu bytes; at most %d are "
			 "supported",
			 len, PATTERN_MAX);
		return -EINVAL;
	}
	if (is_refused(text, len, why, whylen))
		return -EINVAL;
	memcpy(pattern, text, len);
	pattern[len] = '\0';
	regex = calloc(1, sizeof(*regex));
	if (!regex)
		return -ENOMEM;
	ret = regcomp(regex, pattern, REG_EXTENDED | REG_NOSUB | flags);
	if (!ret) {
		*out = regex;
		return 0;
	}
	regerror(ret, regex, sentence, sizeof(sentence));
	free(regex);
	snprintf(why, whylen, "bad regular expression: %s", sentence);
	return ret == REG_ESPACE ? -ENOMEM : -EINVAL;
}

void pattern_free(regex_t *regex)
{
	if (regex)
		regfree(regex);
	free(regex);
}
