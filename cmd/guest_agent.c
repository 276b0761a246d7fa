// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

#include "cmd/cmd.h"
#include "cmd/options/help.h"
#include "cmd/run.h"
#include "collector/agent/agent.h"
#include "collector/clock.h"

#define ROUND_MS	1000	/* interval of writing */
#define PROBE_FIRST_MS  20      /* duration of clock probes at the beginning and the end */
#define PROBE_MS        2       /* duration of clock probes in between */
#define COMMAND		"guest-agent"

struct guest_agent {
	struct agent_args args;
	struct host *host;
	struct agent *agent;
	int signals;			/* signalfd */
	int device;			/* a terminal used for output, kept open; -1: none */
	char err[256];
};

/* Command line */

static int fail(struct guest_agent *g, int code, const char *sentence)
{
	snprintf(g->err, sizeof(g->err), "%s", sentence);
	return code;
}

static int parse(struct guest_agent *g, int argc, char **argv)
{
	struct options o = {
		.command = COMMAND_GUEST_AGENT, .args = { [ARGS_agent] = &g->args },
		.err = g->err, .errlen = sizeof(g->err),
	};
	int ret = options_read(&o, argc, argv);

	g->args.help = o.help;
	if (!ret && !o.help && o.nr_rest)
		return options_fail(&o, "the agent takes options only, not '%.40s': name the "
				    "output with --output", *o.rest);
	return ret;
}

/* Output */

/* Redirect standard output to "vsock:CID:PORT".  0 or -errno. */
static int connect_vsock(struct guest_agent *g)
{
	struct sockaddr_vm to = { .svm_family = AF_VSOCK };
	int fd, end = 0, ret = 0;

	if (sscanf(g->args.output, "vsock:%u:%u%n", &to.svm_cid, &to.svm_port, &end) != 2 ||
	    g->args.output[end])
		return fail(g, -EINVAL, "the output vsock:CID:PORT has two numbers: the host is CID 2");
	fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    dup2(fd, STDOUT_FILENO) < 0)
		ret = -errno;
	if (fd >= 0)
		close(fd);
	if (ret)
		snprintf(g->err, sizeof(g->err), "%s: %s; is anything listening there?", g->args.output,
			 strerror(-ret));
	g->args.output = "-";
	return ret;
}

/* A serial line must not change any byte; the mode lasts while it is open. */
static void make_raw(struct guest_agent *g)
{
	struct termios t;
	int fd = !strcmp(g->args.output, "-") ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) :
		 !strncmp(g->args.output, "/dev/tty", 8) ?
		 open(g->args.output, O_WRONLY | O_NOCTTY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	if (!isatty(fd) || tcgetattr(fd, &t)) {
		close(fd);
		return;
	}
	cfmakeraw(&t);
	tcsetattr(fd, TCSANOW, &t);
	g->device = fd;
}

static int prepare(struct guest_agent *g)
{
	sigset_t set;
	int ret;

	if (!strncmp(g->args.output, "vsock:", 6)) {
		ret = connect_vsock(g);
		if (ret)
			return ret;
	}
	if (!strcmp(g->args.output, "-") && isatty(STDOUT_FILENO) && g->device < 0 && !g->args.quiet)
		return fail(g, -EINVAL, "standard output is a terminal: name a file with -o, or "
			    "add -q if it is a serial line that carries the data");
	make_raw(g);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	g->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return g->signals < 0 ? fail(g, -errno, "cannot set up signal handlers") : 0;
}

/* Running */

static void announce(const struct guest_agent *g)
{
	struct agent_facts f;

	agent_facts(g->agent, &f);
	if (!f.symbols)
		cmd_error(COMMAND, NULL, "the kernel hides its addresses, so its functions will "
			  "have no names: run as root, and check kernel.kptr_restrict");
	if (g->args.quiet)
		return;
	fprintf(stderr, "spelunk guest-agent: %s%s\n",
		f.events ?
			"tasks, maps and task switches as they come" :
			"the kernel provides no events: /proc is read every second, without "
				"timestamps",
		f.probes && g->args.probe ? ", and the clock" : "");
	if (f.cycles_freq)
		fprintf(stderr, "spelunk guest-agent: %s, %" PRIu64 " samples per second on each CPU, with "
			"callers\n", f.clock ? "the CPU's clock, because there is no PMU" : "CPU cycles",
			f.cycles_freq);
	else if (g->args.cycles_freq)
		cmd_error(COMMAND, NULL, "neither CPU cycles nor their clock can be sampled: the kernel "
			  "refuses");
}

/* Vary the interval, so that no periodic activity hides between probes. */
static uint64_t next_probe(const struct guest_agent *g, uint64_t now)
{
	return now + g->args.probe - g->args.probe / 8 +
	       (uint64_t)(random() % (long)(g->args.probe / 4 + 1));
}

static int run(struct guest_agent *g)
{
	struct pollfd fd = { .fd = g->signals, .events = POLLIN };
	uint64_t begin = clock_now_ms(), now = begin, round = now + ROUND_MS,
		 probe = next_probe(g, now);
	int ret = g->args.probe ? agent_probe(g->agent, PROBE_FIRST_MS) : 0;

	while (!ret && (!g->args.duration || now - begin < g->args.duration)) {
		uint64_t wake = g->args.probe && probe < round ? probe : round;

		if (g->args.duration && begin + g->args.duration < wake)
			wake = begin + g->args.duration;
		if (poll(&fd, 1, wake > now ? (int)(wake - now) : 0) > 0)
			break;
		now = clock_now_ms();
		if (g->args.probe && now >= probe) {
			ret = agent_probe(g->agent, PROBE_MS);
			probe = next_probe(g, now);
		}
		if (now >= round) {
			ret = ret ?: agent_round(g->agent);
			round = now + ROUND_MS;
		}
	}
	return ret ?: g->args.probe ? agent_probe(g->agent, PROBE_FIRST_MS) : 0;
}

static int work(struct guest_agent *g, int argc, char **argv)
{
	struct agent_config cfg = {
		.output = g->args.output, .cycles_freq = g->args.cycles_freq, .argc = argc, .argv = argv,
	};
	int ret = prepare(g), err;

	if (ret)
		return ret;
	cfg.output = g->args.output;
	cfg.host = g->host = host_new("");
	if (!g->host)
		return fail(g, -ENOMEM, "out of memory");
	ret = agent_open(&g->agent, &cfg, g->err, sizeof(g->err));
	if (ret)
		return ret;
	ret = agent_begin(g->agent);
	if (!ret) {
		announce(g);
		ret = run(g);
	}
	err = agent_close(g->agent);
	if (ret || err)
		snprintf(g->err, sizeof(g->err), "writing stopped early (%s): everything before "
			 "that can be read", strerror(-(ret ?: err)));
	return ret ?: err;
}

int cmd_guest_agent(int argc, char **argv)
{
	struct guest_agent g = {
		.args = { .output = "guest.data", .probe = 1000 }, .signals = -1, .device = -1,
	};
	int ret = parse(&g, argc, argv);

	if (ret) {
		cmd_error(COMMAND, NULL, g.err);
		return EXIT_USAGE;
	}
	if (g.args.help) {
		option_help(stdout, COMMAND_GUEST_AGENT, NULL);
		return EXIT_OK;
	}
	ret = work(&g, argc, argv);
	if (ret)
		cmd_error(COMMAND, NULL, g.err);
	host_free(g.host);
	if (g.signals >= 0)
		close(g.signals);
	if (g.device >= 0)
		close(g.device);
	return ret ? EXIT_UNUSABLE : EXIT_OK;
}

const struct command command_GUEST_AGENT = { .main = cmd_guest_agent };
