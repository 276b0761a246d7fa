// SPDX-License-Identifier: GPL-2.0-only
/*
 * The input is what a client of `spelunk mcp` sends: each answer is a line of JSON without control
 * bytes, at most one for each line, and no request makes a command line with options of its own.
 * Commands are not run: their result comes from the input, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/mcp/server.h"

#define MAX_LEN	(1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static uint8_t choice;

/* Only what the table of tools has, of the commands that read. */
static void check_command(enum command_id command, int argc, char **argv)
{
	static const char *const never[] = {
		"--output", "--local-files", "--debuginfod", "--quiet", "--probe", "--cpu=",
		"--color",
	};
	bool options = true;

	check(command == COMMAND_REPORT || command == COMMAND_ANNOTATE || command == COMMAND_KVM ||
	      command == COMMAND_DIFF || command == COMMAND_DOCTOR);
	check(!argv[argc] && !strcmp(argv[0], command_name(command)));
	for (int i = 1; i < argc; i++) {
		options &= strcmp(argv[i], "--") != 0;
		if (!options)
			continue;
		check(!strncmp(argv[i], "--", 2) && argv[i][2] >= 'a' && argv[i][2] <= 'z');
		for (size_t n = 0; n < sizeof(never) / sizeof(never[0]); n++)
			check(strncmp(argv[i], never[n], strlen(never[n])) != 0);
		/* every path is one that folders_find() returned */
		if (!strncmp(argv[i], "--input=", 8))
			check(argv[i][8] == '/' && strstr(argv[i], "/tests/fuzz/") &&
			      !strstr(argv[i], "/../"));
	}
}

static int run(const struct child *c, enum command_id command, int argc, char **argv,
	       struct child_result *out)
{
	static const char json[] =
		"{\"spelunk\":\"0\",\"findings\":[{\"text\":\"\\u001b[31m\\u202e\\\"\"}],"
		"\"rows\":{\"columns\":[{},{},{}],"
		"\"rows\":[[1,\"a\"],[2.5e3,null],[true,\"b\"]]}}";

	check_command(command, argc, argv);
	*out = (struct child_result){ .end = choice % 5, .status = choice / 5 % 8 };
	if (c->watching(c->arg) && c->cancelled(c->arg))
		out->end = CHILD_CANCELLED;
	if (choice & 1)
		buffer_add(&out->out, json, sizeof(json) - 1);
	if (choice & 2)
		buffer_add(&out->errors, "spelunk: \x1b\xff\n", 12);
	return choice == 255 ? -12 : 0;
}

/* Answers, one by one. */
static void check_answers(const struct json_library *l, const char *text, size_t len, size_t lines)
{
	size_t nr = 0;

	while (len) {
		const char *end = memchr(text, '\n', len);
		struct json_value root;

		check(end != NULL);
		for (const char *at = text; at < end; at++)
			check((unsigned char)*at >= 0x20 && *at != 0x7f);
		check(!json_parse(l, text, (size_t)(end - text), 64, &root));
		json_value_free(&root);
		len -= (size_t)(end + 1 - text);
		text = end + 1;
		nr++;
	}
	check(nr <= lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct json_library *library;
	struct server s = { .timeout = 1000, .run = run };
	char *text = NULL, err[256];
	size_t len = 0, lines = 1;
	int fd;

	library = library ?: json_library_open();
	if (!library || !size || size > MAX_LEN)
		return 0;
	choice = data[0];
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	check(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1) &&
	      !lseek(fd, 0, SEEK_SET));
	for (size_t i = 1; i < size; i++)
		lines += data[i] == '\n';
	s.json = library;
	s.out = open_memstream(&text, &len);
	check(s.out && !folders_add(&s.folders, "tests/fuzz", err, sizeof(err)));
	check(!server_run(&s, fd));
	check(!fclose(s.out));
	check_answers(library, text, len, lines);
	free(text);
	folders_clear(&s.folders);
	close(fd);
	return 0;
}
