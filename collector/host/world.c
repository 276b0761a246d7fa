// SPDX-License-Identifier: GPL-2.0-only
/* The exception level of the kernel, its KVM, and whether it is a guest itself. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sysfiles.h"
#include "collector/host/host_impl.h"

#define INTERRUPTS_MAX_BYTES	(64u << 20)	/* a line has a number for each CPU */
#define CMDLINE_MAX_BYTES	(64u << 10)	/* COMMAND_LINE_SIZE: 2048 */

/*
 * The timer's interrupt shows the exception level: arch_timer_select_ppi() of
 * drivers/clocksource/arm_arch_timer.c uses EL2's physical timer if the kernel runs at EL2, EL1's
 * physical timer if the kernel was started at EL2 and dropped to EL1, and the virtual timer if it
 * was started at EL1.  INTIDs: Arm Base System Architecture (DEN0094), "PPI assignments".
 */
enum timer_intid { TIMER_NONE = 0, TIMER_EL2 = 26, TIMER_VIRTUAL = 27, TIMER_EL1 = 30 };

/* "13:  731  GICv3  26 Level  arch_timer": the number before the trigger; 0: none */
static unsigned int line_intid(char *line)
{
	char *word, *save, *last = NULL;

	for (word = strtok_r(line, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (last && (!strcmp(word, "Level") || !strcmp(word, "Edge")))
			return (unsigned int)strtoul(last, NULL, 10);
		last = word;
	}
	return 0;
}

static unsigned int timer_intid(const char *root)
{
	unsigned int intid = 0;
	char *text, *line, *save;

	if (sysfiles_whole(root, &text, INTERRUPTS_MAX_BYTES, "/proc/interrupts") < 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line && !intid;
	     line = strtok_r(NULL, "\n", &save)) {
		size_t len = strlen(line);

		if (len > 11 && !strcmp(line + len - 11, " arch_timer"))
			intid = line_intid(line);
	}
	free(text);
	return intid;
}

/* Compare a parameter's name like the kernel: - and _ are equal. */
static bool same_word(const char *at, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((at[i] == '-' ? '_' : at[i]) != (word[i] == '-' ? '_' : word[i]))
			return false;
	return true;
}

/*
 * Does the kernel's command line set that parameter, as in "kvm-arm.mode=nvhe"?  The last one of a
 * name counts.
 */
static bool parameter_is(const char *root, const char *name, const char *value)
{
	size_t name_len = strlen(name), value_len = strlen(value);
	bool is = false;
	char *text;

	if (sysfiles_whole(root, &text, CMDLINE_MAX_BYTES, "/proc/cmdline") < 0)
		return false;
	for (const char *at = text; *at; at += strcspn(at, " \n")) {
		at += strspn(at, " \n");
		if (strnlen(at, name_len + 1) <= name_len || !same_word(at, name, name_len) ||
		    at[name_len] != '=')
			continue;
		at += name_len + 1;
		is = strcspn(at, " \n") == value_len && !strncmp(at, value, value_len);
	}
	free(text);
	return is;
}

static void say_el(struct host *h, unsigned int el, const char *why)
{
	h->kernel_el = el;
	snprintf(h->kernel_el_why, sizeof(h->kernel_el_why), "%s", why);
}

static void find_kernel_el(struct host *h, const char *root, unsigned int intid)
{
	if (h->said[KMSG_VHE_FEATURE] || h->said[KMSG_KVM_VHE])
		say_el(h, 2, "kernel log");
	else if (h->said[KMSG_EL1] || h->said[KMSG_KVM_NVHE] || h->said[KMSG_KVM_NVHE_61] ||
		 h->said[KMSG_KVM_HVHE] || h->said[KMSG_KVM_PNVHE] || h->said[KMSG_KVM_PHVHE])
		say_el(h, 1, "kernel log");
	else if (intid == TIMER_EL2)
		say_el(h, 2, "/proc/interrupts: it ticks by EL2's timer");
	else if (intid == TIMER_EL1)
		say_el(h, 1, "/proc/interrupts: it ticks by EL1's physical timer");
	else if (intid == TIMER_VIRTUAL)
		say_el(h, 1, "/proc/interrupts: it ticks by the virtual timer");
	else if (parameter_is(root, "kvm-arm.mode", "nvhe"))
		say_el(h, 1, "/proc/cmdline: kvm-arm.mode=nvhe");
}

static void say_kvm(struct host *h, enum kvm_mode mode, const char *why)
{
	h->kvm = mode;
	snprintf(h->kvm_why, sizeof(h->kvm_why), "%s", why);
}

/* By KVM's own messages; false: there are none. */
static bool kvm_by_log(struct host *h)
{
	static const struct { enum kmsg_line line; enum kvm_mode mode; } words[] = {
		{ KMSG_KVM_VHE, KVM_MODE_VHE },		{ KMSG_KVM_NVHE, KVM_MODE_NVHE },
		{ KMSG_KVM_NVHE_61, KVM_MODE_NVHE },	{ KMSG_KVM_HVHE, KVM_MODE_HVHE },
		{ KMSG_KVM_PNVHE, KVM_MODE_PROTECTED },	{ KMSG_KVM_PHVHE, KVM_MODE_PROTECTED },
		{ KMSG_KVM_NO_HYP, KVM_MODE_NONE },	{ KMSG_KVM_OFF, KVM_MODE_NONE },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (h->said[words[i].line]) {
			say_kvm(h, words[i].mode, "kernel log");
			return true;
		}
	}
	return false;
}

/* The log is a ring: messages from boot may have been overwritten, or we may not read it. */
static void find_kvm(struct host *h, const char *root)
{
	if (kvm_by_log(h))
		return;
	if (h->config[KCONFIG_KVM] == CONFIG_NO)
		say_kvm(h, KVM_MODE_NONE, "kernel configuration");
	else if (parameter_is(root, "kvm-arm.mode", "none"))
		say_kvm(h, KVM_MODE_NONE, "/proc/cmdline: kvm-arm.mode=none");
	else if (h->kvm_device == ANSWER_NO)
		say_kvm(h, KVM_MODE_NONE, "KVM has no device");
	else if (h->kernel_el == 2)
		say_kvm(h, KVM_MODE_VHE, h->kernel_el_why);
	else if (h->kernel_el == 1 && parameter_is(root, "kvm-arm.mode", "protected"))
		say_kvm(h, KVM_MODE_PROTECTED, "/proc/cmdline: kvm-arm.mode=protected");
	else if (h->kernel_el == 1)
		say_kvm(h, KVM_MODE_NVHE, h->kernel_el_why);
}

static void say_virtual(struct host *h, const char *name, const char *where, const char *text)
{
	h->virtual = ANSWER_YES;
	snprintf(h->hypervisor, sizeof(h->hypervisor), "%s", name);
	snprintf(h->virtual_why, sizeof(h->virtual_why), "%s%s%s", where, *text ? ": " : "",
		 text);
}

static const struct { const char *word, *name; } hypervisors[] = {
#define HYPERVISOR(word, name) { word, name },
#include "collector/host/hypervisors.def"
#undef HYPERVISOR
};

/* Returns whether SMBIOS texts exist. */
static bool virtual_by_dmi(struct host *h, const char *root)
{
	static const char *const files[] = { "product_name", "sys_vendor", "board_vendor",
					     "bios_vendor" };
	char text[64], product[64];
	bool any = false;

	sysfiles_text(root, product, sizeof(product), "/sys/class/dmi/id/product_name");
	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		if (sysfiles_text(root, text, sizeof(text), "/sys/class/dmi/id/%s", files[f]) <= 0)
			continue;
		any = true;
		for (size_t i = 0; i < sizeof(hypervisors) / sizeof(hypervisors[0]); i++) {
			size_t len = strlen(hypervisors[i].word);

			if (strncmp(text, hypervisors[i].word, len) ||
			    strstr(product, ".metal"))
				continue;
			say_virtual(h, hypervisors[i].name, files[f], text);
			return true;
		}
	}
	return any;
}

/* Returns whether a device tree exists. */
static bool virtual_by_tree(struct host *h, const char *root)
{
	char text[64];

	/* a list of strings, each with a NUL; the first one is the most specific */
	if (sysfiles_text(root, text, sizeof(text), "/proc/device-tree/hypervisor/compatible") > 0)
		say_virtual(h, !strncmp(text, "xen", 3) ? "Xen" :
			       !strcmp(text, "linux,kvm") ? "KVM" : "",
			    "device tree's hypervisor", text);
	if (sysfiles_text(root, text, sizeof(text), "/proc/device-tree/compatible") <= 0)
		return false;
	/* linux Documentation/devicetree/bindings/arm/linux,dummy-virt.yaml */
	if (h->virtual != ANSWER_YES && !strcmp(text, "linux,dummy-virt"))
		say_virtual(h, "", "device tree", text);
	return true;
}

/* x86: "hypervisor" is among the CPU's flags. */
static bool virtual_by_flags(struct host *h, const char *root)
{
	char *text, *flags;

	if (sysfiles_whole(root, &text, 65536, "/proc/cpuinfo") < 0)
		return false;
	flags = strstr(text, "\nflags");
	if (flags) {
		flags[1 + strcspn(flags + 1, "\n")] = '\0';
		if (strstr(flags, " hypervisor"))
			say_virtual(h, "", "/proc/cpuinfo", "");
	}
	free(text);
	return flags;
}

static void find_virtual(struct host *h, const char *root, unsigned int intid)
{
	char text[64];
	bool looked;

	if (sysfiles_text(root, text, sizeof(text), "/sys/hypervisor/type") > 0 &&
	    strcmp(text, "none"))
		say_virtual(h, !strcmp(text, "xen") ? "Xen" : "", "/sys/hypervisor/type", text);
	looked = virtual_by_tree(h, root);
	if (h->virtual != ANSWER_YES)
		looked |= virtual_by_dmi(h, root);
	if (h->virtual != ANSWER_YES && !host_is_arm(h))
		looked |= virtual_by_flags(h, root);
	if (h->virtual == ANSWER_YES)
		return;
	/* nothing says guest; but a kernel on bare metal would be started at EL2 */
	if (h->said[KMSG_EL1] || intid == TIMER_VIRTUAL)
		snprintf(h->virtual_why, sizeof(h->virtual_why),
			 "the kernel was started at EL1, as in a guest");
	else if (looked)
		h->virtual = ANSWER_NO;
}

/* virt/kvm/kvm_main.c: kvm_dev; /dev/kvm may be hidden from a container. */
static enum answer find_kvm_device(const char *root)
{
	if (!sysfiles_there(root, "/dev/kvm") || !sysfiles_there(root, "/sys/class/misc/kvm"))
		return ANSWER_YES;
	return sysfiles_there(root, "/sys/class/misc") ? ANSWER_UNKNOWN : ANSWER_NO;
}

void host_read_world(struct host *h, const char *root)
{
	bool arm = host_is_arm(h);
	unsigned int intid = arm ? timer_intid(root) : TIMER_NONE;

	h->kvm_device = find_kvm_device(root);
	if (arm) {
		find_kernel_el(h, root, intid);
		find_kvm(h, root);
	}
	find_virtual(h, root, intid);
}
