// SPDX-License-Identifier: GPL-2.0-only
/* The parts of a VMM that Linux needs: its files in memory, and a serial port. */
#include "tests/lab/guest/linux.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#define UART_DR		0x000
#define UART_ID		0xfe0	/* eight registers, of which the low bytes are valid */

static void load(uint8_t *to, size_t max, const char *path)
{
	FILE *f = fopen(path, "re");
	size_t size;

	if (!f)
		err(1, "%s", path);
	size = fread(to, 1, max, f);
	if (ferror(f) || !size || fgetc(f) != EOF)
		errx(1, "%s: unreadable, empty, or more than %zu bytes", path, max);
	fclose(f);
}

void linux_load(uint8_t *ram, const char *image, const char *initrd, const char *dtb)
{
	load(ram + LINUX_IMAGE, LINUX_INITRD - LINUX_IMAGE, image);
	load(ram + LINUX_INITRD, LINUX_INITRD_MAX, initrd);
	load(ram + LINUX_DTB, LINUX_RAM_SIZE - LINUX_DTB, dtb);
}

void linux_box(const uint8_t *ram, const char *path)
{
	FILE *f = fopen(path, "we");
	uint64_t size;

	memcpy(&size, ram + LINUX_BOX, sizeof(size));
	if (!f)
		err(1, "%s", path);
	if (!size || size > LINUX_BOX_SIZE - sizeof(size))
		errx(1, "the guest left nothing in its box");
	if (fwrite(ram + LINUX_BOX + sizeof(size), 1, size, f) != size || fclose(f))
		errx(1, "%s: cannot be written", path);
}

/* Never busy and without input; the driver reads its identification. */
static uint32_t uart_read(uint64_t at)
{
	static const uint8_t id[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	return at >= UART_ID ? id[(at - UART_ID) / 4 % sizeof(id)] : at == 0x18 ? 0x90 : 0;
}

void linux_uart(struct kvm_run *run)
{
	uint64_t at = run->mmio.phys_addr - LINUX_UART;
	uint32_t value;

	if (run->mmio.is_write) {
		if (at == UART_DR)
			fputc(run->mmio.data[0], stderr);
		return;
	}
	value = uart_read(at);
	memset(run->mmio.data, 0, sizeof(run->mmio.data));
	memcpy(run->mmio.data, &value, run->mmio.len < sizeof(value) ? run->mmio.len : sizeof(value));
}
