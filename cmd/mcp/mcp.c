// SPDX-License-Identifier: GPL-2.0-only
/* `spelunk mcp`: a server for programs that ask, on standard input and output. */
#include "cmd/mcp/mcp.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/mcp/confine.h"
#include "cmd/mcp/server.h"
#include "cmd/run.h"
#include "symbolizer/library.h"

#define TIMEOUT_MS	(5 * 60 * 1000)

struct mcp_run {
	struct run run;
	struct mcp_args args;
	struct server server;
	struct json_library *json;
};

static int parse(struct run *run)
{
	struct mcp_args *a = &((struct mcp_run *)run)->args;
	struct options o = {
		.command = COMMAND_MCP, .args = { [ARGS_mcp] = a },
		.err = run->err, .errlen = sizeof(run->err),
	};
	int ret;

	a->timeout = TIMEOUT_MS;
	ret = options_read(&o, run->argc, run->argv);
	run->help = o.help;
	if (!ret && !o.help && o.nr_rest)
		return options_fail(&o, "unexpected '%.40s': requests name the recordings; --root "
				    "DIR names their folder", *o.rest);
	return ret;
}

/* Clients start servers anywhere: in / nobody has chosen what may be read. */
static int add_current(struct mcp_run *m)
{
	struct run *run = &m->run;
	int ret = folders_add(&m->server.folders, ".", run->err, sizeof(run->err));

	if (!ret && !strcmp(m->server.folders.list[0].real, "/"))
		ret = run_fail(run, -EINVAL, "the current folder is /: give --root DIR, a folder "
			       "with recordings");
	return ret;
}

static int add_folders(struct mcp_run *m)
{
	struct run *run = &m->run;
	int ret = 0;

	run->exit = EXIT_USAGE;
	for (size_t i = 0; i < m->args.roots.nr && !ret; i++)
		ret = folders_add(&m->server.folders, m->args.roots.word[i], run->err,
				  sizeof(run->err));
	if (!m->args.roots.nr)
		ret = add_current(m);
	if (!ret)
		run->exit = EXIT_UNUSABLE;
	return ret;
}

static int serve(struct run *run)
{
	struct mcp_run *m = (struct mcp_run *)run;
	struct server *s = &m->server;
	int ret = add_folders(m);

	if (ret)
		return ret;
	m->json = json_library_open();
	if (!m->json)
		return run_fail(run, -ENOENT, "%s", library_no_json);
	if (!confine_works())
		cmd_error(run->command, NULL, "this kernel has no Landlock (Linux 5.13): requests "
			  "cannot name files outside of --root, but their processes are not "
			  "confined");
	signal(SIGPIPE, SIG_IGN);
	s->out = stdout;
	s->json = m->json;
	s->debuginfod = m->args.debuginfod;
	s->timeout = m->args.timeout;
	s->run = child_run;
	ret = server_run(s, STDIN_FILENO);
	/* a client that ends reads no answers */
	return ret == -EPIPE ? 0 : run_errno(run, ret);
}

static void release(struct run *run)
{
	struct mcp_run *m = (struct mcp_run *)run;

	folders_clear(&m->server.folders);
	json_library_close(m->json);
	free(m->args.roots.word);
}

const struct command command_MCP = {
	.size = sizeof(struct mcp_run), .parse = parse, .work = serve, .release = release,
};
