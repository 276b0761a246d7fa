// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only process of the Linux guest: known functions, system calls between
 * them, and off.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

#define HOT __attribute__((noipa, section(".text.hot_init")))

static uint32_t data[4096];

uint32_t guest_sum(uint32_t n);
void guest_fill(uint32_t n);

HOT uint32_t guest_sum(uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += data[i % 4096];
	return sum;
}

HOT void guest_fill(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		data[i % 4096] = i;
}

/* The kernel's part: a pipe is filled and emptied. */
static void use_kernel(int *ends, uint32_t n)
{
	while (n--)
		if (write(ends[1], data, 4096) != 4096 || read(ends[0], data, 4096) != 4096)
			_exit(1);
}

int main(void)
{
	int ends[2];
	uint32_t sum = 0;

	if (pipe(ends))
		return 1;
	for (int round = 0; round < 40; round++) {
		guest_fill(20000);
		sum += guest_sum(20000);
		use_kernel(ends, 50);
	}
	printf("guest: done %u\n", sum);
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
