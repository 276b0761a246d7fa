// SPDX-License-Identifier: GPL-2.0-only
/* `spelunk version`; with -v also the libraries and files on this machine. */
#include <stdio.h>
#include <string.h>

#include "base/sandbox.h"
#include "cmd/cmd.h"
#include "collector/live/perf_open.h"
#include "symbolizer/disasm.h"
#include "symbolizer/files/debuginfod.h"
#include "symbolizer/library.h"

#define PTRUE	0x2518e3e0	/* ptrue p0.b: an SVE instruction, which not every library knows */

/* The disassemblers; disassembles an instruction for which all libraries are loaded. */
static void say_instructions(void)
{
	char text[DISASM_LEN];
	struct disasm *d;
	bool sve;

	if (disasm_new(&d))
		return;
	sve = disasm_text(d, PTRUE, 0, text);
	printf("  instructions  %s\n", *disasm_libraries(d) ? disasm_libraries(d) :
	       "shown as .inst: install libcapstone or libllvm");
	if (*disasm_libraries(d) && !sve)
		printf("                SVE is shown as .inst: %s\n", disasm_advice(d));
	disasm_free(d);
}

/* What recordings and symbol files are read in. */
static void say_sandbox(void)
{
	struct sandbox_state s;

	sandbox_probe(&s);
	printf("  sandbox       ");
	if (s.landlock)
		printf("Landlock %d%s\n", s.landlock, s.seccomp ? " and seccomp" :
		       "; this system has no seccomp");
	else
		puts(s.seccomp ? "seccomp; this system has no Landlock" :
		     "none: this system has neither Landlock nor seccomp");
}

int cmd_version(bool verbose)
{
	const char *trouble;

	printf("spelunk %s\n", SPELUNK_VERSION);
	if (!verbose)
		return EXIT_OK;
	trouble = debuginfod_trouble();
	printf("  program       %s\n", library_program);
	printf("  events        %s\n", perf_opens_by());
	say_instructions();
	printf("  debuginfod    %s\n", trouble ? trouble : "asks the servers of DEBUGINFOD_URLS");
	say_sandbox();
	return EXIT_OK;
}
