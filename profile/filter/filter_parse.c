// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "base/pattern.h"
#include "decoder/names.h"
#include "profile/filter/filter_impl.h"

#define TEXT_MAX_LEN	16384	/* maximum bytes of an expression */
#define DEPTH_MAX	64	/* maximum nesting of '(' and '!' */

_Static_assert(NR_FIELDS <= 64, "filter_fields() is one word");
_Static_assert(NR_SPE_OPS <= 64, "subclasses are bits of one word");

enum token_kind {
	TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_CMP,
	TOKEN_AND, TOKEN_OR, TOKEN_NOT, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_BAD,
};

struct token {
	enum token_kind kind;
	enum filter_cmp cmp;
	const char *at;		/* without quotes */
	size_t len;
	int column;		/* from 1 */
};

struct parser {
	const char *text, *next;
	struct token tok;
	struct filter *f;
	unsigned int depth;
	char *err;
	size_t errlen;
};

static const struct {
	const char *name;
	char kind;		/* of fields.def: its first letter, A for ADDRESS */
} fields[NR_FIELDS] = {
#define KIND_WORD	'W'
#define KIND_NUMBER	'N'
#define KIND_ADDRESS	'N'
#define KIND_NAME	'T'
#define KIND_FLAG	'F'
#define FIELD(id, name, kind, unit, what) [FIELD_##id] = { name, KIND_##kind },
#include "profile/fields.def"
#undef FIELD
};

__attribute__((format(printf, 3, 4)))
static int fail(struct parser *p, const struct token *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!p->errlen)
		return -EINVAL;
	n = snprintf(p->err, p->errlen, "column %d: ", t->column);
	if (n < 0 || (size_t)n >= p->errlen)
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(p->err + n, p->errlen - (size_t)n, fmt, ap);
	va_end(ap);
	/* The text comes from a command line: remove control bytes from the message. */
	for (char *c = p->err; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -EINVAL;
}

/* "%.*s" for a token, truncated for a message. */
#define WORD(t)	((int)((t)->len < 40 ? (t)->len : 40)), (t)->at

/*
 * Words
 */

static bool in_word(char c)
{
	return c && !strchr(" \t\n\r()&|!<>=\"'", c);
}

static bool is_end(const struct token *t)
{
	return t->kind == TOKEN_END;
}

static bool take(struct parser *p, const char *s)
{
	size_t len = strlen(s);

	if (strncmp(p->next, s, len))
		return false;
	p->next += len;
	return true;
}

static bool lex_cmp(struct parser *p)
{
	static const struct { const char *s; enum filter_cmp cmp; } cmps[] = {
		{ "=~", CMP_MATCH }, { "!~", CMP_NO_MATCH }, { "==", CMP_EQ },
		{ "!=", CMP_NE }, { "<=", CMP_LE }, { ">=", CMP_GE },
		{ "=", CMP_EQ }, { "<", CMP_LT }, { ">", CMP_GT },
	};

	for (size_t i = 0; i < sizeof(cmps) / sizeof(cmps[0]); i++)
		if (take(p, cmps[i].s)) {
			p->tok.kind = TOKEN_CMP;
			p->tok.cmp = cmps[i].cmp;
			return true;
		}
	return false;
}

static void lex_quoted(struct parser *p)
{
	char quote = *p->next++;
	const char *end = strchr(p->next, quote);

	p->tok.at = p->next;
	p->tok.kind = end ? TOKEN_QUOTED : TOKEN_BAD;
	p->tok.len = end ? (size_t)(end - p->next) : strlen(p->next);
	p->next += p->tok.len + (end ? 1 : 0);
}

static void advance(struct parser *p)
{
	struct token *t = &p->tok;

	while (*p->next && strchr(" \t\n\r", *p->next))
		p->next++;
	*t = (struct token){ .at = p->next, .column = (int)(p->next - p->text) + 1 };
	if (!*p->next)
		t->kind = TOKEN_END;
	else if (take(p, "&&"))
		t->kind = TOKEN_AND;
	else if (take(p, "||"))
		t->kind = TOKEN_OR;
	else if (take(p, "("))
		t->kind = TOKEN_OPEN;
	else if (take(p, ")"))
		t->kind = TOKEN_CLOSE;
	else if (*p->next == '"' || *p->next == '\'') {
		lex_quoted(p);
		return;
	} else if (lex_cmp(p))
		;
	else if (take(p, "!"))
		t->kind = TOKEN_NOT;
	else if (in_word(*p->next)) {
		t->kind = TOKEN_WORD;
		while (in_word(*p->next))
			p->next++;
	} else {
		t->kind = TOKEN_BAD;
		p->next++;
	}
	t->len = (size_t)(p->next - t->at);
}

static bool word_is(const struct token *t, const char *word)
{
	return t->len == strlen(word) && !memcmp(t->at, word, t->len);
}

/*
 * Steps
 */

/* Add a step, borrowed until the next one; NULL: out of memory. */
static struct filter_step *add(struct parser *p, enum filter_code code)
{
	struct filter_step *s = array_add(p->f->step, p->f->nr);

	if (s)
		s->code = code;
	return s;
}

static bool is_time(enum field f)
{
	return !strcmp(field_unit(f), "ns");
}

static int parse_number(struct parser *p, enum field f, const struct token *t, uint64_t *out)
{
	bool hex = t->len > 2 && t->at[0] == '0' && (t->at[1] == 'x' || t->at[1] == 'X');
	const char *digits = "0123456789abcdefABCDEF";
	uint64_t base = hex ? 16 : 10, value = 0;

	for (size_t i = hex ? 2 : 0; i < t->len; i++) {
		const char *d = t->at[i] ? strchr(digits, t->at[i]) : NULL;
		uint64_t n = d ? (uint64_t)(d - digits) : UINT64_MAX;

		if (n >= 16 && n < 22)
			n -= 6;
		if (n >= base)
			return fail(p, t, "'%.*s' is not a number; write decimal digits, or hex "
				    "digits after 0x%s", WORD(t), is_time(f) ?
				    ", or a time such as 20ms or 0.5s" : "");
		if (value > (UINT64_MAX - n) / base)
			return fail(p, t, "'%.*s' does not fit in 64 bits", WORD(t));
		value = value * base + n;
	}
	*out = value;
	return 0;
}

/* Behind a decimal number one of the units of time, in ns; 0: neither. */
static uint64_t unit_of(const struct token *t, size_t *digits)
{
	static const struct { const char *name; uint64_t ns; } units[] = {
		{ "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 },
	};
	size_t at = 0, whole;

	while (at < t->len && t->at[at] >= '0' && t->at[at] <= '9')
		at++;
	whole = at;
	if (at && at < t->len && t->at[at] == '.')
		for (at++; at < t->len && t->at[at] >= '0' && t->at[at] <= '9'; at++)
			;
	*digits = at;
	for (size_t i = 0; whole && i < sizeof(units) / sizeof(units[0]); i++)
		if (t->len - at == strlen(units[i].name) &&
		    !memcmp(t->at + at, units[i].name, t->len - at))
			return units[i].ns;
	return 0;
}

/* "0.045s" in ns: so many digits with a point among them, and the unit behind them. */
static int parse_time(struct parser *p, const struct token *t, size_t digits, uint64_t unit,
		      uint64_t *out)
{
	bool fits = true;
	size_t i;

	*out = 0;
	for (i = 0; i < digits && t->at[i] != '.'; i++)
		fits &= !__builtin_mul_overflow(*out, 10, out) &&
			!__builtin_add_overflow(*out, (uint64_t)(t->at[i] - '0'), out);
	fits &= !__builtin_mul_overflow(*out, unit, out);
	for (i++; i < digits; i++) {
		uint64_t n = (uint64_t)(t->at[i] - '0');

		if (n && unit < 10)
			return fail(p, t, "'%.*s' is finer than 1 ns", WORD(t));
		unit /= 10;
		fits &= !__builtin_add_overflow(*out, n * unit, out);
	}
	return fits ? 0 : fail(p, t, "'%.*s' does not fit in 64 bits of ns", WORD(t));
}

/* Compile the pattern of t; *out is owned by the caller. */
static int compile(struct parser *p, const struct token *t, regex_t **out)
{
	char why[160];
	int ret = pattern_compile(out, t->at, t->len, 0, why, sizeof(why));

	return ret == -EINVAL ? fail(p, t, "%s", why) : ret;
}

static bool is_regex(const struct token *cmp)
{
	return cmp->cmp == CMP_MATCH || cmp->cmp == CMP_NO_MATCH;
}

static bool is_negated(const struct token *cmp)
{
	return cmp->cmp == CMP_NE || cmp->cmp == CMP_NO_MATCH;
}

/* Words of a fixed set become bits, even if selected by a regular expression. */

struct word_set {
	uint64_t bits;
	unsigned int kinds;
	bool any;
	const struct token *value;
	const regex_t *regex;	/* NULL: the value is the word itself */
	struct nearest near;
};

static bool accepts(struct word_set *w, const char *word)
{
	bool yes;

	nearest_try(&w->near, word);
	yes = w->regex ? !regexec(w->regex, word, 0, NULL, 0) : word_is(w->value, word);
	w->any |= yes;
	return yes;
}

/* Fields with such words: word n, counted from .first, is bit .shift + n of the step. */
static const struct words {
	enum filter_code step;
	unsigned int first, end, shift;
	const char *(*name)(unsigned int n);
} words[NR_FIELDS] = {
	[FIELD_WORLD] = { STEP_WORLD, 0, NR_WORLDS, 0, world_name },
	[FIELD_BASIS] = { STEP_BASIS, 0, NR_BASES, 0, basis_name },
	[FIELD_REASON] = { STEP_REASON, 0, NR_REASONS, 1, exit_reason_name },
	[FIELD_ACCESS] = { STEP_ACCESS, SPE_ACCESS_NONE + 1, NR_SPE_ACCESSES, 0, spe_access_name },
	[FIELD_OP] = { STEP_OP, 0, NR_SPE_OPS, 0, spe_op_name },
	[FIELD_SUBCLASS] = { STEP_OP, 0, NR_SPE_OPS, 0, spe_op_name },
};

/*
 * Words for several values.  Regular expressions do not match them: "host" is no world's name, and
 * "h.*" already matches both of its worlds.
 */
static const struct {
	enum field field;
	const char *word;
	uint64_t bits;
} groups[] = {
	{ FIELD_WORLD, "host", 1u << WORLD_HOST_USER | 1u << WORLD_HOST_KERNEL },
	{ FIELD_WORLD, "guest", 1u << WORLD_GUEST_USER | 1u << WORLD_GUEST_KERNEL },
	{ FIELD_REASON, "mmio", 1ull << (1 + REASON_MMIO) | 1ull << (1 + REASON_MMIO_USER) },
};

static void classes(struct word_set *w)
{
	for (unsigned int k = SPE_KIND_OTHER; k <= SPE_KIND_BRANCH; k++)
		if (accepts(w, spe_kind_name(k)))
			w->kinds |= 1u << k;
	if (accepts(w, "atomic"))
		w->kinds |= FILTER_KIND_ATOMIC;
}

/* Set the bits of the field's words that the value selects. */
static void find_words(struct word_set *w, enum field f)
{
	const struct words *all = &words[f];

	if (f == FIELD_OP)
		classes(w);
	/*
	 * A class has precedence over a subclass of the same name: `other` is every operation that
	 * is not a load, store or branch.
	 */
	if (f == FIELD_OP && w->any && !w->regex)
		return;
	for (unsigned int i = all->first; i < all->end; i++)
		if (accepts(w, all->name(i)))
			w->bits |= 1ull << (all->shift + i);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && !w->regex; i++)
		if (groups[i].field == f && accepts(w, groups[i].word))
			w->bits |= groups[i].bits;
}

static int fail_word(struct parser *p, const struct token *t, enum field f,
		     const struct word_set *w)
{
	if (w->near.best)
		return fail(p, t, "'%.*s' is no %s; did you mean '%s'?", WORD(t),
			    field_name(f), w->near.best);
	return fail(p, t, "'%.*s' is no %s (%s)", WORD(t), field_name(f), field_what(f));
}

static int parse_words(struct parser *p, enum field f, const struct token *cmp,
		       const struct token *t)
{
	struct word_set w = { .value = t };
	regex_t *regex = NULL;
	struct filter_step *s;
	int ret;

	nearest_start(&w.near, t->at, t->len);
	if (is_regex(cmp)) {
		ret = compile(p, t, &regex);
		if (ret)
			return ret;
		w.regex = regex;
	}
	find_words(&w, f);
	if (regex) {
		pattern_free(regex);
		if (!w.any)
			return fail(p, t, "'%.*s' matches no possible %s", WORD(t),
				    field_name(f));
	}
	if (!w.any)
		return fail_word(p, t, f, &w);
	s = add(p, words[f].step);
	if (!s)
		return -ENOMEM;
	s->num = w.bits;
	s->kinds = (uint8_t)w.kinds;
	s->negate = is_negated(cmp);
	return 0;
}

/* Text, a pattern, or for data sources a number. */
static int parse_text(struct parser *p, enum field f, const struct token *cmp,
		      const struct token *t)
{
	bool number = f == FIELD_SOURCE && t->kind == TOKEN_WORD && !is_regex(cmp) &&
		      t->at[0] >= '0' && t->at[0] <= '9';
	struct filter_step s = { .negate = is_negated(cmp), .field = f }, *new;
	int ret = 0;

	if (!t->len)
		return fail(p, t,
			    "an unknown %s is never equal to a value; for samples "
			    "without one write !(%s=~\".\")",
			    field_name(f), field_name(f));
	if (f == FIELD_SOURCE)
		s.code = STEP_SOURCE;
	else
		s.code = is_regex(cmp) ? STEP_NAME_REGEX : STEP_NAME;
	if (number) {
		s.is_num = true;
		ret = parse_number(p, f, t, &s.num);
	} else if (is_regex(cmp)) {
		ret = compile(p, t, &s.regex);
	} else {
		s.text = strndup(t->at, t->len);
		ret = s.text ? 0 : -ENOMEM;
	}
	if (ret)
		return ret;
	new = add(p, s.code);
	if (!new) {
		pattern_free(s.regex);
		free(s.text);
		return -ENOMEM;
	}
	*new = s;
	return 0;
}

static int parse_numeric(struct parser *p, enum field f, const struct token *cmp,
			 const struct token *t)
{
	struct filter_step *s;
	size_t digits;
	uint64_t num, unit = unit_of(t, &digits);
	int ret;

	if (unit && !is_time(f))
		return fail(p, t, "'%.*s' has a unit of time, but '%s' is not a time%s%s", WORD(t),
			    field_name(f), *field_unit(f) ? ": it is in " : "", field_unit(f));
	ret = unit ? parse_time(p, t, digits, unit, &num) : parse_number(p, f, t, &num);
	if (ret)
		return ret;
	s = add(p, STEP_NUMBER);
	if (!s)
		return -ENOMEM;
	s->field = f;
	s->cmp = cmp->cmp;
	s->num = num;
	s->since = unit;
	return 0;
}

/* All digits, or hex digits after 0x. */
static bool is_number(const struct token *t)
{
	bool hex = t->len > 2 && t->at[0] == '0' && (t->at[1] == 'x' || t->at[1] == 'X');

	return t->kind == TOKEN_WORD &&
	       (hex ? strspn(t->at + 2, "0123456789abcdefABCDEF") + 2 : strspn(t->at, "0123456789")) >= t->len;
}

/* A VM: a word that is no number is its name, and so is any quoted text. */
static int parse_vm(struct parser *p, const struct token *cmp, const struct token *t)
{
	if (is_number(t))
		return parse_numeric(p, FIELD_VM, cmp, t);
	if (cmp->cmp != CMP_EQ && cmp->cmp != CMP_NE)
		return fail(p, t, "'%.*s' is the name of a VM: compare a name with = or !=", WORD(t));
	if (!t->len)
		return fail(p, t, "expected the number or the name of a VM");
	return parse_text(p, FIELD_VM, cmp, t);
}

static int check_cmp(struct parser *p, enum field f, const struct token *cmp)
{
	bool order = cmp->cmp >= CMP_LT && cmp->cmp <= CMP_GE;

	if (cmp->kind != TOKEN_CMP)
		return fail(p, cmp, "expected a comparison after '%s': =, !=, %s",
			    field_name(f),
			    fields[f].kind == 'N' ? "<, <=, > or >=" : "=~ or !~");
	if (fields[f].kind == 'N' && is_regex(cmp))
		return fail(p, cmp,
			    "'%s' is a number: compare it with =, !=, <, <=, > or >=",
			    field_name(f));
	if (fields[f].kind != 'N' && order)
		return fail(p, cmp, "'%s' has no order: compare it with =, !=, =~ or !~",
			    field_name(f));
	return 0;
}

static int parse_comparison(struct parser *p, enum field f)
{
	struct token cmp, value;
	int ret;

	cmp = p->tok;
	ret = check_cmp(p, f, &cmp);
	if (ret)
		return ret;
	advance(p);
	value = p->tok;
	if (value.kind == TOKEN_BAD && value.at > p->text && strchr("\"'", value.at[-1]))
		return fail(p, &value, "unterminated quote");
	if (value.kind != TOKEN_WORD &&
	    (value.kind != TOKEN_QUOTED || (fields[f].kind == 'N' && f != FIELD_VM)))
		return fail(p, &value, "expected a %s to compare '%s' with", f == FIELD_VM ?
			    "number or a name" : fields[f].kind == 'N' ? "number" :
			    "word or quoted text", field_name(f));
	advance(p);
	p->f->fields |= 1ull << f;
	if (f == FIELD_VM)
		return parse_vm(p, &cmp, &value);
	if (fields[f].kind == 'N')
		return parse_numeric(p, f, &cmp, &value);
	if (words[f].name)
		return parse_words(p, f, &cmp, &value);
	return parse_text(p, f, &cmp, &value);
}

static int add_flag(struct parser *p, enum filter_code code, int event)
{
	struct filter_step *s = add(p, code);

	if (!s)
		return -ENOMEM;
	s->num = (uint64_t)event;
	if (code == STEP_EVENT || code == STEP_TAKEN)
		p->f->fields |= 1ull << FIELD_EVENTS;
	if (code == STEP_TAKEN)
		p->f->fields |= 1ull << FIELD_OP;
	if (code == STEP_SATURATED)
		p->f->fields |=
			1ull << FIELD_TOTAL | 1ull << FIELD_ISSUE | 1ull << FIELD_XLAT;
	return 0;
}

static int fail_field(struct parser *p, const struct token *t)
{
	struct nearest near;

	nearest_start(&near, t->at, t->len);
	for (unsigned int f = 0; f < NR_FIELDS; f++)
		nearest_try(&near, field_name(f));
	for (unsigned int b = 0; b < 64; b++)
		if (spe_event_name(b))
			nearest_try(&near, spe_event_name(b));
	nearest_try(&near, "taken");
	nearest_try(&near, "saturated");
	if (near.best)
		return fail(p, t, "'%.*s' is not a field or flag; did you mean '%s'?",
			    WORD(t), near.best);
	return fail(p, t, "'%.*s' is not a field or flag; `spelunk help filter` lists them",
		    WORD(t));
}

static int parse_term(struct parser *p)
{
	struct token t = p->tok;
	int f, event, ret;

	if (is_end(&t))
		return fail(p, &t, "the expression ends here; expected a field, a flag, "
			    "'!' or '('");
	if (t.kind != TOKEN_WORD)
		return fail(p, &t, "expected a field, a flag, '!' or '(', not '%.*s'",
			    WORD(&t));
	advance(p);
	f = field_find(t.at, t.len);
	if (f >= 0)
		return parse_comparison(p, f);
	event = spe_event_find(t.at, t.len);
	if (event >= 0)
		ret = add_flag(p, STEP_EVENT, event);
	else if (word_is(&t, "taken"))
		ret = add_flag(p, STEP_TAKEN, 0);
	else if (word_is(&t, "saturated"))
		ret = add_flag(p, STEP_SATURATED, 0);
	else
		return fail_field(p, &t);
	if (!ret && p->tok.kind == TOKEN_CMP)
		return fail(p, &p->tok,
			    "'%.*s' is a flag and stands alone; write %.*s or "
			    "!%.*s",
			    WORD(&t), WORD(&t), WORD(&t));
	return ret;
}

static int parse_or(struct parser *p);

static int parse_unary(struct parser *p)
{
	struct token t = p->tok;
	int ret;

	if (t.kind != TOKEN_NOT && t.kind != TOKEN_OPEN)
		return parse_term(p);
	if (++p->depth > DEPTH_MAX)
		return fail(p, &t, "more than %d nested '(' and '!'", DEPTH_MAX);
	advance(p);
	ret = t.kind == TOKEN_NOT ? parse_unary(p) : parse_or(p);
	p->depth--;
	if (ret)
		return ret;
	if (t.kind == TOKEN_NOT)
		return add(p, STEP_NOT) ? 0 : -ENOMEM;
	if (p->tok.kind != TOKEN_CLOSE)
		return fail(p, &p->tok,
			    "expected '&&', '||' or the ')' for the '(' at column "
			    "%d",
			    t.column);
	advance(p);
	return 0;
}

/*
 * a && b: run a; if it is false, skip b and keep a's result.  Each operator could jump to the end
 * of the chain, but jumping to the next operator costs one step and needs no list.
 */
static int parse_chain(struct parser *p, enum token_kind link, enum filter_code skip,
		       int (*operand)(struct parser *p))
{
	int ret = operand(p);

	while (!ret && p->tok.kind == link) {
		size_t at = p->f->nr;

		advance(p);
		if (!add(p, skip))
			return -ENOMEM;
		ret = operand(p);
		p->f->step[at].to = (uint32_t)p->f->nr;
	}
	return ret;
}

static int parse_and(struct parser *p)
{
	return parse_chain(p, TOKEN_AND, STEP_UNLESS_FALSE, parse_unary);
}

static int parse_or(struct parser *p)
{
	return parse_chain(p, TOKEN_OR, STEP_UNLESS_TRUE, parse_and);
}

static int parse_all(struct parser *p)
{
	int ret;

	if (strlen(p->text) > TEXT_MAX_LEN)
		return fail(p, &p->tok, "the expression is longer than %d bytes",
			    TEXT_MAX_LEN);
	advance(p);
	ret = parse_or(p);
	if (ret || is_end(&p->tok))
		return ret;
	if (p->tok.kind == TOKEN_CLOSE)
		return fail(p, &p->tok, "unmatched ')'");
	return fail(p, &p->tok, "expected '&&' or '||' before '%.*s'", WORD(&p->tok));
}

int filter_parse(struct filter **out, const char *text, char *err, size_t errlen)
{
	struct parser p = { .text = text, .next = text, .err = err, .errlen = errlen,
			    .tok.column = 1 };
	int ret;

	*out = NULL;
	if (errlen)
		err[0] = '\0';
	p.f = calloc(1, sizeof(*p.f));
	ret = p.f ? parse_all(&p) : -ENOMEM;
	if (ret) {
		filter_free(p.f);
		return ret;
	}
	*out = p.f;
	return 0;
}
