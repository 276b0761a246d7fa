// SPDX-License-Identifier: GPL-2.0-only
/* CSV and JSON, for programs. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "report/escape.h"
#include "report/json/writer.h"
#include "tests/unit/report_fixture.h"

static const enum column few[] = { COLUMN_SAMPLES, COLUMN_SHARE, COLUMN_LLC_MISS };

/*
 * CSV
 */

static void csv_is_one_header_and_a_line_per_row(void **state)
{
	struct fixture *x = fixture_new();
	char *text;

	x->d.rows = &x->host;
	x->opt.format = REPORT_CSV;
	x->opt.columns = few;
	x->opt.nr_columns = 3;
	text = fixture_report(x);
	assert_string_equal(text,
		"symbol,object,samples,share,llc_miss\n"
		"\"work(int, char const*)\",\"/usr/bin/wo,rk\",3000,75.00,\n"
		"\"evil\\x1b[31m\"\"\\xff\\u{202e}\",/tmp/\\x09a b,900,22.50,\n");
	free(text);
	free(x);
}

/* Without samples of CPU cycles three columns are missing. */
static void csv_has_all_columns(bool cycles)
{
	struct fixture *x = fixture_new();
	unsigned int last = cycles ? NR_COLUMNS + 2 : NR_COLUMNS - 1;
	char *text, *line;
	unsigned int commas[3] = { 0 };

	x->d.rows = &x->guest;
	x->opt.format = REPORT_CSV;
	x->opt.cycles = cycles;
	text = fixture_report(x);
	assert_int_equal(strncmp(text,
				 "vm,symbol,object,samples,share,operations,total_mean,",
				 53),
			 0);
	line = text;
	for (unsigned int i = 0; i < 3; i++, line++)
		for (; *line && *line != '\n'; line++)
			commas[i] += *line == ',';
	assert_int_equal(*line, '\0');
	assert_int_equal(commas[0], last);
	assert_int_equal(commas[1], last);
	assert_int_equal(commas[2], last);
	assert_true(!!strstr(text, ",cycle_samples,cycles,time_share\n") == cycles);
	/* An unknown key is empty. */
	assert_non_null(strstr(text, "\n0,,[guest:vm0],20,"));
	free(text);
	free(x);
}

static void csv_has_all_columns_from_samples_on(void **state)
{
	csv_has_all_columns(false);
	csv_has_all_columns(true);
}

static void csv_quotes_what_rfc_4180_asks_for(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "plain", "plain" }, { "a,b", "\"a,b\"" }, { "a\"b", "\"a\"\"b\"" },
		{ "a\nb\r", "\"a\\x0ab\\x0d\"" }, { " a", "\" a\"" }, { "a ", "\"a \"" },
		{ "\"", "\"\"\"\"" }, { "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	};
	struct fixture *x = fixture_new();

	x->d.rows = &x->worlds;
	x->opt = (struct report_options){ .format = REPORT_CSV, .columns = few,
					  .nr_columns = 1, .limit = 1 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char expected[128], *text;

		x->value[0] = text_value(cases[i].in);
		snprintf(expected, sizeof(expected), "world,samples\n%s,4000\n",
			 cases[i].out);
		text = fixture_report(x);
		assert_string_equal(text, expected);
		free(text);
	}
	free(x);
}

/* JSON: a strict reader of RFC 8259, which returns the rest of the text, or NULL. */

static const char *read_value(const char *s);

static const char *space(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

static const char *read_string(const char *s)
{
	if (*s++ != '"')
		return NULL;
	while (*s != '"') {
		struct glyph g = glyph_at(s);

		if (!g.used || !g.valid || g.code < 0x20)
			return NULL;
		s += g.used;
		if (g.code != '\\')
			continue;
		if (*s == 'u') {
			for (int i = 1; i <= 4; i++)
				if (!isxdigit((unsigned char)s[i]))
					return NULL;
			s += 5;
		} else if (*s && strchr("\"\\/bfnrt", *s)) {
			s++;
		} else {
			return NULL;
		}
	}
	return s + 1;
}

static const char *read_number(const char *s)
{
	if (*s == '-')
		s++;
	if (*s == '0' && isdigit((unsigned char)s[1]))
		return NULL;
	if (!isdigit((unsigned char)*s))
		return NULL;
	s += strspn(s, "0123456789");
	if (*s == '.') {
		if (!isdigit((unsigned char)*++s))
			return NULL;
		s += strspn(s, "0123456789");
	}
	return s;
}

static const char *read_list(const char *s, char end, bool names)
{
	s = space(s + 1);
	if (*s == end)
		return s + 1;
	for (;;) {
		if (names) {
			s = read_string(space(s));
			if (!s || *(s = space(s)) != ':')
				return NULL;
			s++;
		}
		s = read_value(s);
		if (!s)
			return NULL;
		s = space(s);
		if (*s == end)
			return s + 1;
		if (*s++ != ',')
			return NULL;
	}
}

static const char *read_value(const char *s)
{
	static const char *const words[] = { "true", "false", "null" };

	s = space(s);
	if (*s == '{')
		return read_list(s, '}', true);
	if (*s == '[')
		return read_list(s, ']', false);
	if (*s == '"')
		return read_string(s);
	for (size_t i = 0; i < 3; i++)
		if (!strncmp(s, words[i], strlen(words[i])))
			return s + strlen(words[i]);
	return read_number(s);
}

static bool is_json(const char *text)
{
	const char *end = read_value(text);

	return end && !*space(end);
}

static void the_reader_is_strict(void **state)
{
	assert_true(is_json("{\"a\":[1,-2.5,true,null,\"\\u001b\\\\\"],\"b\":{}}"));
	assert_false(is_json("{\"a\":1,}"));
	assert_false(is_json("[1 2]"));
	assert_false(is_json("[01]"));
	assert_false(is_json("[1.]"));
	assert_false(is_json("[\"\x1b\"]"));
	assert_false(is_json("[\"\xff\"]"));
	assert_false(is_json("[\"\\x1b\"]"));
	assert_false(is_json("{} {}"));
}

static void json_is_valid_and_has_its_keys(void **state)
{
	static const char *const keys[] = {
		"spelunk", "file",       "machine", "recording", "host_mode",
		"losses",  "worlds",     "vms",     "rows",      "symbols",
		"sources", "operations", "missing", "notes",
	};
	struct fixture *x = fixture_new();
	char *text, key[64];

	x->d.rows = &x->host;
	x->opt.format = REPORT_JSON;
	text = fixture_report(x);
	assert_true(is_json(text));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(key, sizeof(key), "\n \"%s\":", keys[i]);
		assert_non_null(strstr(text, key));
	}
	assert_non_null(strstr(text, "\"host_mode\":\"VHE\""));
	assert_non_null(
		strstr(text, "\"basis\":{\"none\":0,\"el\":1000,\"context\":500,"));
	assert_non_null(
		strstr(text, "\"midr\":\"0x413fd0c1\",\"model\":\"Neoverse N1\""));
	/* Integral numbers have no decimal point, others do. */
	assert_non_null(
		strstr(text, "[\"work(int, char const*)\",\"/usr/bin/wo,rk\",3000,75,"));
	assert_non_null(strstr(text, ",900,22.5,"));
	assert_non_null(strstr(
		text, "\"evil\\u001b[31m\\\"\\\\xff\\u202e\",\"/tmp/\\u0009a b\""));
	/* An unknown symbol is null; a VM is a number. */
	assert_non_null(strstr(text, "[0,null,\"[guest:vm0]\",20,"));
	free(text);
	free(x);
}

static void json_is_valid_whatever_the_names_are(void **state)
{
	struct fixture *x = fixture_new();
	char name[3] = "", *text;

	x->opt.format = REPORT_JSON;
	x->opt.columns = few;
	x->opt.nr_columns = 1;
	x->vm.name = x->vcpu[0].comm = x->info.hostname = x->attr.name = x->d.filter =
		name;
	for (unsigned int i = 1; i < 0x10000; i += i < 0x200 ? 1 : 37) {
		name[0] = (char)(i & 0xff);
		name[1] = (char)(i >> 8);
		text = fixture_report(x);
		if (!is_json(text))
			fail_msg("name %02x %02x", i & 0xff, i >> 8);
		free(text);
	}
	free(x);
}

static void json_of_nothing_is_valid(void **state)
{
	static struct summary empty;
	struct fixture *x = fixture_new();
	char *text;

	x->info = (struct input_info){ 0 };
	nr_fake_vms = nr_fake_vcpus = 0;
	x->d = (struct report_data){ .info = &x->info, .timeline = x->d.timeline,
				     .summary = &empty };
	x->opt.format = REPORT_JSON;
	text = fixture_report(x);
	assert_true(is_json(text));
	assert_non_null(strstr(text, "\"path\":null"));
	free(text);
	free(x);
}

static void characters_above_16_bits_are_pairs(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct json j = { .out = f, .first = true };

	json_open(&j, NULL, '[');
	json_string(&j, NULL, "\xf3\xa0\x81\x81");	/* U+E0041, a tag: invisible */
	json_string(&j, NULL, "\xf0\x9f\x98\x80");	/* U+1F600: visible */
	json_uint(&j, NULL, UINT64_MAX);
	json_int(&j, NULL, -1);
	json_fixed(&j, NULL, 0.5, 2);
	json_close(&j, ']');
	fclose(f);
	assert_string_equal(text, "[\n \"\\udb40\\udc41\",\n \"\xf0\x9f\x98\x80\",\n "
			    "18446744073709551615,\n -1,\n 0.5\n]");
	free(text);
}

static void a_full_disk_is_an_error(void **state)
{
	struct fixture *x = fixture_new();
	FILE *f = fopen("/dev/full", "w");

	if (!f)
		skip();
	x->d.rows = &x->host;
	for (unsigned int format = REPORT_TEXT; format <= REPORT_JSON; format++) {
		x->opt.format = format;
		assert_int_equal(report_write(f, &x->d, &x->opt), -ENOSPC);
	}
	fclose(f);
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_one_header_and_a_line_per_row),
		cmocka_unit_test(csv_has_all_columns_from_samples_on),
		cmocka_unit_test(csv_quotes_what_rfc_4180_asks_for),
		cmocka_unit_test(the_reader_is_strict),
		cmocka_unit_test(json_is_valid_and_has_its_keys),
		cmocka_unit_test(json_is_valid_whatever_the_names_are),
		cmocka_unit_test(json_of_nothing_is_valid),
		cmocka_unit_test(characters_above_16_bits_are_pairs),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
