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
#include "tests/perfdata_build.h"

static int parse(struct tracepoint *tp, const char *text)
{
	return tracepoint_parse(tp, text, strlen(text));
}

static void the_formats_of_linux_6_12_are_read(void **state)
{
	struct tracepoint tp;

	assert_int_equal(parse(&tp, kvm_entry_format), 0);
	assert_int_equal(tp.id, 62);
	assert_int_equal(tp.pc.offset, 8);
	assert_int_equal(tp.pc.size, 8);
	assert_int_equal(tp.ret.size, 0);
	assert_int_equal(parse(&tp, kvm_exit_format), 0);
	assert_int_equal(tp.id, 61);
	assert_int_equal(tp.ret.offset, 8);
	assert_int_equal(tp.esr_ec.offset, 12);
	assert_int_equal(tp.pc.offset, 16);
}

static void fields_of_kernels_before_5_2_are_found(void **state)
{
	struct tracepoint tp;

	assert_int_equal(parse(&tp, "name: kvm_exit\nID: 7\nformat:\n"
			       "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
			       "\tfield:int idx;\toffset:8;\tsize:4;\tsigned:1;\n"
			       "\tfield:unsigned int exit_reason;\toffset:12;\tsize:4;\tsigned:0;\n"
			       "\tfield:unsigned long vcpu_pc;\toffset:16;\tsize:8;\tsigned:0;\n"
			       "\nprint fmt: \"\"\n"), 0);
	assert_int_equal(tp.ret.offset, 8);
	assert_int_equal(tp.esr_ec.offset, 12);
}

static void what_is_no_format_is_refused(void **state)
{
	struct tracepoint tp;
	char *large = calloc(1, TRACEPOINT_FORMAT_MAX + 2);

	assert_int_equal(parse(&tp, ""), -EBADMSG);
	assert_int_equal(parse(&tp, "name: kvm_exit\n"), -EBADMSG);
	assert_int_equal(parse(&tp, "name: kvm_exit\nID: x\nformat:\n"), -EBADMSG);
	assert_int_equal(parse(&tp, "name: kvm_exit\nID: 1\nformat:\n\x1b[31m"), -EBADMSG);
	memset(large, ' ', TRACEPOINT_FORMAT_MAX + 1);
	memcpy(large, "name: kvm_exit\n", 15);
	assert_int_equal(parse(&tp, large), -EBADMSG);
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
	parse(&tp, "name: kvm_exit\nID: 1\nformat:\n\tfield:((((;\toffset:x;\n");
	parse(&tp, "name: kvm_exit\nID: 1\nformat:\n\tfield:int a[b[c[;\toffset:8;\n");
	parse(&tp, "name: \"kvm_exit\nID: 1\nformat:\n");
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
	raw[12] = 0xd6;		/* bits above the 6 of EC are no part of it */
	raw[16] = 0x40;
	assert_int_equal(parse(&tp, kvm_exit_format), 0);
	assert_true(tracepoint_read(&tp, raw, 24, &ev));
	assert_int_equal(ev.vcpu.ret, 1);
	assert_int_equal(ev.vcpu.esr_ec, 0x16);
	assert_int_equal(ev.vcpu.pc, 0x40);
	assert_false(tracepoint_read(&tp, raw, 20, &ev));
	assert_int_equal(ev.vcpu.ret, 1);
	assert_int_equal(ev.vcpu.pc, 0);
	assert_false(tracepoint_read(&tp, raw, 0, &ev));
	tp.pc.offset = UINT32_MAX;
	assert_false(tracepoint_read(&tp, raw, 24, &ev));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_formats_of_linux_6_12_are_read),
		cmocka_unit_test(fields_of_kernels_before_5_2_are_found),
		cmocka_unit_test(what_is_no_format_is_refused),
		cmocka_unit_test(a_hostile_format_prints_nothing),
		cmocka_unit_test(fields_past_the_sample_read_as_zero),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
