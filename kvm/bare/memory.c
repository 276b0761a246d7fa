// SPDX-License-Identifier: GPL-2.0-only
/* Functions that compilers call, also in kvm/world, without a libc. */
#include <stddef.h>
#include <stdint.h>

void *memset(void *to, int byte, size_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);

void *memset(void *to, int byte, size_t n)
{
	uint8_t *p = to;

	while (n--)
		*p++ = (uint8_t)byte;
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	uint8_t *p = to;
	const uint8_t *q = from;

	while (n--)
		*p++ = *q++;
	return to;
}
