/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_SERVER_H
#define CMD_MCP_SERVER_H

#include "cmd/mcp/child.h"
#include "cmd/mcp/json.h"
#include "cmd/mcp/messages.h"
#include "cmd/mcp/opened.h"
#include "cmd/mcp/tools.h"
#include "report/json/writer.h"

/*
 * A server of the Model Context Protocol (modelcontextprotocol.io/specification): reads requests, a
 * line of JSON-RPC 2.0 each, and answers each with a line.
 */

/* Runs a command for a tool; child_run(), or what a test replaces it with. */
typedef int server_run_fn(const struct child *c, enum command_id command, int argc, char **argv,
			  struct child_result *out);

struct server {
	/* Set by the caller. */
	FILE *out;
	const struct json_library *json;
	struct folders folders;
	bool debuginfod;
	uint64_t timeout;	/* of a request, in ms */
	server_run_fn *run;

	struct messages in;
	bool ready;		/* the client has said which version it speaks */
	bool batches;		/* of a version that has them */
	struct opened_list opened;
	FILE *client;		/* where lines go at last: .out collects one */
	/* The request that runs. */
	const char *id;		/* its id as JSON; NULL: it has none, and gets no answer */
};

/* Answer the requests on fd until it ends.  0, or -errno: reading or writing failed. */
int server_run(struct server *s, int fd);

/*
 * While a tool runs: answer pings that have arrived, and look for a notification that cancels the
 * call.  Is there one?
 */
bool server_look(struct server *s);

/* One tool's call. */

/*
 * Do what the params of tools/call ask for.  0: *text is the answer, owned by the caller, and
 * failed says whether it is why it failed; -EINVAL with a sentence in err: the params are wrong;
 * -ENOMEM; -ECANCELED: the client does not want an answer any more.
 */
int call_tool(struct server *s, struct json_value params, char **text, bool *failed, char *err,
	      size_t errlen);

/*
 * A tool's arguments that are options, as options with values; paths are proven to be below the
 * server's folders.  0; -EINVAL with a sentence in err; -ENOMEM.  Clear *out in either case.
 */
int call_options(struct server *s, enum tool_id tool, struct json_value arguments,
		 struct chosen *out, char *err, size_t errlen);

/* Put a sentence into err.  Returns -EINVAL. */
__attribute__((format(printf, 3, 4)))
int call_refuse(char *err, size_t errlen, const char *fmt, ...);

#endif
