// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kvm/devices.h"

#define QEMU	"qemu-system-aar"	/* 15 bytes, as the kernel keeps */

static void assert_device(const char *comm, uint64_t ipa, const char *name)
{
	char out[DEVICE_LEN];

	assert_int_equal(device_at(out, comm, ipa), *name != '\0');
	assert_string_equal(out, name);
}

static void qemus_devices_have_names(void **state)
{
	assert_device(QEMU, 0x08000000, "GIC distributor");
	assert_device(QEMU, 0x080bffff, "GIC redistributor 0");
	assert_device(QEMU, 0x080c0000, "GIC redistributor 1");
	assert_device(QEMU, 0x08ffffff, "GIC redistributor 122");
	assert_device(QEMU, 0x09000040, "PL011 UART");
	assert_device(QEMU, 0x0a000050, "virtio-mmio 0");
	assert_device(QEMU, 0x0a003ffc, "virtio-mmio 31");
	assert_device("qemu-kvm", 0x10000000, "PCIe memory window");
	assert_device(QEMU, 0x3fffffff, "PCIe configuration space");
}

static void what_is_not_known_has_none(void **state)
{
	assert_device(QEMU, 0x07ffffff, "");
	assert_device(QEMU, 0x09020018, "");
	assert_device(QEMU, 0x0a004000, "");
	assert_device(QEMU, 0x40000000, "");
	assert_device(QEMU, UINT64_MAX, "");
	assert_device("firecracker", 0x09000000, "");
	assert_device("qemu-system-x86", 0x09000000, "");
	assert_device("", 0x09000000, "");
}

static void devices_do_not_overlap(void **state)
{
	static const struct { uint64_t base, size, each; } rows[] = {
#define DEVICE(base, size, each, name) { base, size, each },
#include "kvm/devices.def"
#undef DEVICE
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(rows[i].size);
		assert_true(!rows[i].each || rows[i].size % rows[i].each == 0);
		assert_true(!i || rows[i].base >= rows[i - 1].base + rows[i - 1].size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemus_devices_have_names),
		cmocka_unit_test(what_is_not_known_has_none),
		cmocka_unit_test(devices_do_not_overlap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
