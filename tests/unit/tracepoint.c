// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/tracepoint.h"
#include "tests/perfdata/build.h"

static int parse(struct tracepoint *tp, enum kvm_event event, const char *text)
{
	return tracepoint_parse(tp, event, text, strlen(text));
}

static void the_formats_of_linux_6_12_are_read(void **state)
{
	struct tracepoint tp;

	assert_int_equal(parse(&tp, KVM_ENTRY, kvm_entry_format), 0);
	assert_int_equal(tp.id, 62);
	assert_int_equal(tp.field[0].offset, 8);
	assert_int_equal(tp.field[0].size, 8);
	assert_int_equal(tp.field[1].size, 0);
	assert_int_equal(parse(&tp, KVM_EXIT, kvm_exit_format), 0);
	assert_int_equal(tp.id, 61);
	assert_int_equal(tp.field[1].offset, 8);
	assert_int_equal(tp.field[2].offset, 12);
	assert_int_equal(tp.field[0].offset, 16);
}

static void fields_of_kernels_before_5_2_are_found(void **state)
{
	struct tracepoint tp;

	assert_int_equal(parse(&tp, KVM_EXIT, "name: kvm_exit\nID: 7\nformat:\n"
			       "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
			       "\tfield:int idx;\toffset:8;\tsize:4;\tsigned:1;\n"
			       "\tfield:unsigned int exit_reason;\toffset:12;\tsize:4;\tsigned:0;\n"
			       "\tfield:unsigned long vcpu_pc;\toffset:16;\tsize:8;\tsigned:0;\n"
			       "\nprint fmt: \"\"\n"), 0);
	assert_int_equal(tp.field[1].offset, 8);
	assert_int_equal(tp.field[2].offset, 12);
}

static void what_is_no_format_is_refused(void **state)
{
	struct tracepoint tp;
	char *large = calloc(1, TRACEPOINT_FORMAT_MAX + 2);

	assert_int_equal(parse(&tp, KVM_EXIT, ""), -EBADMSG);
	assert_int_equal(parse(&tp, KVM_EXIT, "name: kvm_exit\n"), -EBADMSG);
	assert_int_equal(parse(&tp, KVM_EXIT, "name: kvm_exit\nID: x\nformat:\n"), -EBADMSG);
	assert_int_equal(parse(&tp, KVM_EXIT, "name: kvm_exit\nID: 1\nformat:\n\x1b[31m"), -EBADMSG);
	memset(large, ' ', TRACEPOINT_FORMAT_MAX + 1);
	memcpy(large, "name: kvm_exit\n", 15);
	assert_int_equal(parse(&tp, KVM_EXIT, large), -EBADMSG);
	free(large);
}

static void a_hostile_format_prints_nothing(void **state)
{
	struct tracepoint tp;
	int saved = dup(2), pipe_fd[2];
	char c;

	assert_int_equal(pipe(pipe_fd), 0);
	fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK);
	dup2(pipe_fd[1], 2);
	parse(&tp, KVM_EXIT, "name: kvm_exit\nID: 1\nformat:\n\tfield:((((;\toffset:x;\n");
	parse(&tp, KVM_EXIT, "name: kvm_exit\nID: 1\nformat:\n\tfield:int a[b[c[;\toffset:8;\n");
	parse(&tp, KVM_EXIT, "name: \"kvm_exit\nID: 1\nformat:\n");
	dup2(saved, 2);
	assert_int_equal(read(pipe_fd[0], &c, 1), -1);
	close(saved);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

static void fields_past_the_sample_read_as_zero(void **state)
{
	struct tracepoint tp;
	struct event ev;
	uint8_t raw[24] = { 0 };

	raw[8] = 1;
	raw[12] = 0xd6;		/* bits above the 6 of EC are not part of it */
	raw[16] = 0x40;
	assert_int_equal(parse(&tp, KVM_EXIT, kvm_exit_format), 0);
	assert_true(tracepoint_read(&tp, raw, 24, &ev));
	assert_int_equal(ev.vcpu.ret, 1);
	assert_int_equal(ev.vcpu.esr_ec, 0x16);
	assert_int_equal(ev.vcpu.pc, 0x40);
	assert_false(tracepoint_read(&tp, raw, 20, &ev));
	assert_int_equal(ev.vcpu.ret, 1);
	assert_int_equal(ev.vcpu.pc, 0);
	assert_false(tracepoint_read(&tp, raw, 0, &ev));
	tp.field[0].offset = UINT32_MAX;
	assert_false(tracepoint_read(&tp, raw, 24, &ev));
}

#define COMMON \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* Formats of linux 6.12. */
static const char sysreg_format[] = "name: kvm_sys_access\nID: 64\nformat:\n" COMMON
	"\tfield:unsigned long vcpu_pc;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:bool is_write;\toffset:16;\tsize:1;\tsigned:0;\n"
	"\tfield:const char * name;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:u8 Op0;\toffset:32;\tsize:1;\tsigned:0;\n"
	"\tfield:u8 Op1;\toffset:33;\tsize:1;\tsigned:0;\n"
	"\tfield:u8 CRn;\toffset:34;\tsize:1;\tsigned:0;\n"
	"\tfield:u8 CRm;\toffset:35;\tsize:1;\tsigned:0;\n"
	"\tfield:u8 Op2;\toffset:36;\tsize:1;\tsigned:0;\n"
	"\nprint fmt: \"PC: %lx %s\", REC->vcpu_pc, REC->name ?: \"UNKN\"\n";
static const char user_format[] = "name: kvm_userspace_exit\nID: 44\nformat:\n" COMMON
	"\tfield:__u32 reason;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:int errno;\toffset:12;\tsize:4;\tsigned:1;\n"
	"\nprint fmt: \"reason %d\", REC->reason\n";
static const char mmio_format[] = "name: kvm_mmio\nID: 50\nformat:\n" COMMON
	"\tfield:u32 type;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:u32 len;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\tfield:u64 gpa;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 val;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\nprint fmt: \"mmio\"\n";

static void what_an_exit_was_for_is_read(void **state)
{
	struct tracepoint tp;
	struct event ev;
	uint8_t raw[40] = { 0 };

	/* MRS x0, ID_AA64DFR0_EL1 is S3_0_C0_C5_0 */
	assert_int_equal(parse(&tp, KVM_SYSREG, sysreg_format), 0);
	raw[32] = 3;
	raw[35] = 5;
	assert_true(tracepoint_read(&tp, raw, 40, &ev));
	assert_int_equal(ev.type, EVENT_VCPU_WHY);
	assert_int_equal(ev.why.kind, WHY_SYSREG);
	assert_int_equal(ev.why.value, SYSREG(3, 0, 0, 5, 0));
	assert_int_equal(ev.why.write, 0);
	raw[16] = 1;
	assert_false(tracepoint_read(&tp, raw, 36, &ev));
	assert_int_equal(ev.why.write, 1);

	memset(raw, 0, sizeof(raw));
	memset(raw + 12, 0xff, 4);
	raw[8] = 6;
	raw[12] = 0xfc;		/* -EINTR */
	assert_int_equal(parse(&tp, KVM_USER, user_format), 0);
	assert_true(tracepoint_read(&tp, raw, 16, &ev));
	assert_int_equal(ev.type, EVENT_VCPU_USER);
	assert_int_equal(ev.user.reason, 6);
	assert_int_equal(ev.user.error, -4);

	memset(raw, 0, sizeof(raw));
	raw[8] = 2;
	raw[19] = 0x09;
	assert_int_equal(parse(&tp, KVM_MMIO, mmio_format), 0);
	assert_true(tracepoint_read(&tp, raw, 32, &ev));
	assert_int_equal(ev.why.kind, WHY_MMIO);
	assert_int_equal(ev.why.value, 0x09000000);
	assert_int_equal(ev.why.write, 1);
	raw[8] = 1;
	assert_true(tracepoint_read(&tp, raw, 32, &ev));
	assert_int_equal(ev.why.write, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_formats_of_linux_6_12_are_read),
		cmocka_unit_test(fields_of_kernels_before_5_2_are_found),
		cmocka_unit_test(what_is_no_format_is_refused),
		cmocka_unit_test(a_hostile_format_prints_nothing),
		cmocka_unit_test(fields_past_the_sample_read_as_zero),
		cmocka_unit_test(what_an_exit_was_for_is_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
