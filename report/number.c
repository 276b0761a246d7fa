// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "report/write.h"

/* printf's %f uses the locale's decimal point: a comma would begin another CSV field. */
char *number_fixed(char out[NUMBER_LEN], double v, unsigned int decimals)
{
	static const unsigned int scale[] = { 1, 10, 100, 1000 };
	unsigned long long n;

	if (!(v > 0)) {
		v = 0;		/* negative or not a number, which does not occur */
	} else if (v > 1e15) {
		snprintf(out, NUMBER_LEN, v > 1e25 ? "%.3e" : "%.0f", v);
		return out;
	}
	if (decimals > 3)
		decimals = 3;
	n = (unsigned long long)(v * scale[decimals] + 0.5);
	if (decimals)
		snprintf(out, NUMBER_LEN, "%llu.%0*llu", n / scale[decimals],
			 (int)decimals, n % scale[decimals]);
	else
		snprintf(out, NUMBER_LEN, "%llu", n);
	return out;
}

char *number_signed(char out[NUMBER_LEN], double v, unsigned int decimals)
{
	char number[NUMBER_LEN];
	bool zero;

	number_fixed(number, v < 0 ? -v : v, decimals);
	zero = number[strspn(number, "0.")] == '\0';
	snprintf(out, NUMBER_LEN, "%s%.30s", v < 0 && !zero ? "-" : "", number);
	return out;
}

char *number_id(char out[NUMBER_LEN], int32_t id)
{
	if (id < 0)
		return strcpy(out, "-");
	snprintf(out, NUMBER_LEN, "%" PRId32, id);
	return out;
}

char *number_grouped(char out[NUMBER_LEN], uint64_t v)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)v);
	char *to = out;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return out;
}

static char *scaled(char out[NUMBER_LEN], uint64_t v, const char *const *suffix,
		    size_t nr, const char *unit)
{
	double x = (double)v;
	size_t i = 0;

	while (i < nr - 1 && x >= 999.95) {
		x /= 1000;
		i++;
	}
	number_fixed(out, x, i ? 1 : 0);
	if (*suffix[i] || *unit)
		snprintf(out + strlen(out), NUMBER_LEN - strlen(out), " %s%s", suffix[i],
			 unit);
	return out;
}

static const char *const suffixes[] = { "", "k", "M", "G", "T", "P", "E" };

char *number_short(char out[NUMBER_LEN], uint64_t v)
{
	return scaled(out, v, suffixes, 7, "");
}

char *number_bytes(char out[NUMBER_LEN], uint64_t v)
{
	return scaled(out, v, suffixes, 7, "B");
}
