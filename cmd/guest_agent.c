// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
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
#include "collector/agent/agent.h"
#include "collector/clock.h"

#define ROUND_MS	1000	/* what came is written */
#define PROBE_FIRST_MS  20      /* of clock probes, at the beginning and the end */
#define PROBE_MS        2       /* of clock probes, in between */
#define COMMAND		"guest-agent"

static const char usage[] =
	"usage: spelunk guest-agent [OPTION ...]\n"
	"\n"
	"Run this in a guest, as root, while its host records: it writes what only the\n"
	"guest knows, so that `spelunk report` on the host can take the file, name the\n"
	"guest's programs and functions and put their times beside its own.\n"
	"\n"
	"  -o, --output FILE      where to (guest.data); - is standard output; a device,\n"
	"                         such as /dev/vport0p1 or /dev/ttyAMA1; vsock:CID:PORT\n"
	"      --duration TIME    end after that many seconds; 500ms, 5m and 1h are fine\n"
	"                         (without: at SIGINT or SIGTERM)\n"
	"      --beat TIME        how often the clock is shown: 2 ms of one CPU each time\n"
	"                         (1s); 0: never\n"
	"  -q, --quiet            only errors on standard error\n"
	"\n"
	"Exit status: 0 done; 1 the output could not be written; 2 usage.\n";

void guest_agent_help(FILE *out)
{
	fputs(usage, out);
}

struct guest_agent {
	const char *output;
	uint64_t duration, probe; /* ms; duration 0: no end; probe 0: none */
	bool quiet, help;
	struct host *host;
	struct agent *agent;
	int signals;			/* signalfd */
	int device;			/* a terminal that is the output, held open; -1: none */
	char err[256];
};

/* Command line */

static int fail(struct guest_agent *g, int code, const char *sentence)
{
	snprintf(g->err, sizeof(g->err), "%s", sentence);
	return code;
}

static int take_time(struct guest_agent *g, const char *option, const char *word, uint64_t *ms)
{
	static const struct { const char *name; uint64_t factor; } units[] = {
		{ "ms", 1 }, { "", 1000 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 },
	};
	char *end;

	errno = 0;
	*ms = strtoull(word, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && *word >= '0' && *word <= '9'; i++)
		if (!errno && !strcmp(end, units[i].name) && *ms < 1ull << 40) {
			*ms *= units[i].factor;
			return 0;
		}
	snprintf(g->err, sizeof(g->err), "--%s takes a time such as 10, 500ms or 5m", option);
	return -EINVAL;
}

static int parse(struct guest_agent *g, int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "duration", required_argument, NULL, 'd' },
		{ "beat", required_argument, NULL, 'b' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int opt, ret = 0;

	optind = 0;
	while (!ret && (opt = getopt_long(argc, argv, ":o:qh", options, NULL)) != -1) {
		switch (opt) {
		case 'o':	g->output = optarg; break;
		case 'q':	g->quiet = true; break;
		case 'h':	g->help = true; return 0;
		case 'd':	ret = take_time(g, "duration", optarg, &g->duration); break;
		case 'b':	ret = take_time(g, "beat", optarg, &g->probe); break;
		case ':':	return fail(g, -EINVAL, "the last option needs a value");
		default:	return fail(g, -EINVAL, "no such option (see --help)");
		}
	}
	if (!ret && optind < argc)
		return fail(g, -EINVAL, "it takes options only: -o names the output");
	return ret;
}

/* Output */

/* "vsock:CID:PORT" becomes standard output.  0 or -errno. */
static int connect_vsock(struct guest_agent *g)
{
	struct sockaddr_vm to = { .svm_family = AF_VSOCK };
	int fd, end = 0, ret = 0;

	if (sscanf(g->output, "vsock:%u:%u%n", &to.svm_cid, &to.svm_port, &end) != 2 ||
	    g->output[end])
		return fail(g, -EINVAL, "the output vsock:CID:PORT has two numbers: the host is CID 2");
	fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    dup2(fd, STDOUT_FILENO) < 0)
		ret = -errno;
	if (fd >= 0)
		close(fd);
	if (ret)
		snprintf(g->err, sizeof(g->err), "%s: %s; does something listen there?", g->output,
			 strerror(-ret));
	g->output = "-";
	return ret;
}

/* A serial line must change no byte, as long as anybody has it open. */
static void make_raw(struct guest_agent *g)
{
	struct termios t;
	int fd = !strcmp(g->output, "-") ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) :
		 !strncmp(g->output, "/dev/tty", 8) ? open(g->output, O_WRONLY | O_NOCTTY | O_CLOEXEC) :
		 -1;

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

	if (!strncmp(g->output, "vsock:", 6)) {
		ret = connect_vsock(g);
		if (ret)
			return ret;
	}
	if (!strcmp(g->output, "-") && isatty(STDOUT_FILENO) && g->device < 0 && !g->quiet)
		return fail(g, -EINVAL, "standard output is a terminal: name a file with -o, or "
			    "say -q if it is a serial line that carries the data");
	make_raw(g);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	g->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return g->signals < 0 ? fail(g, -errno, "signals cannot be caught") : 0;
}

/* Running */

static void announce(const struct guest_agent *g)
{
	struct agent_facts f;

	agent_facts(g->agent, &f);
	if (!f.symbols)
		cmd_error(COMMAND, NULL, "the kernel hides its addresses, so it will have no names: "
			  "be root, and see kernel.kptr_restrict");
	if (g->quiet)
		return;
	fprintf(stderr, "spelunk guest-agent: %s%s\n",
		f.events ?
			"tasks, maps and task switches as they come" :
			"the kernel gives no events: /proc is looked at each second, without times",
		f.probes && g->probe ? ", and the clock" : "");
}

/* A little earlier or later each time: no rhythm of the machine's hides behind it. */
static uint64_t next_probe(const struct guest_agent *g, uint64_t now)
{
	return now + g->probe - g->probe / 8 +
	       (uint64_t)(random() % (long)(g->probe / 4 + 1));
}

static int run(struct guest_agent *g)
{
	struct pollfd fd = { .fd = g->signals, .events = POLLIN };
	uint64_t begin = clock_now_ms(), now = begin, round = now + ROUND_MS,
		 probe = next_probe(g, now);
	int ret = g->probe ? agent_probe(g->agent, PROBE_FIRST_MS) : 0;

	while (!ret && (!g->duration || now - begin < g->duration)) {
		uint64_t wake = g->probe && probe < round ? probe : round;

		if (g->duration && begin + g->duration < wake)
			wake = begin + g->duration;
		if (poll(&fd, 1, wake > now ? (int)(wake - now) : 0) > 0)
			break;
		now = clock_now_ms();
		if (g->probe && now >= probe) {
			ret = agent_probe(g->agent, PROBE_MS);
			probe = next_probe(g, now);
		}
		if (now >= round) {
			ret = ret ?: agent_round(g->agent);
			round = now + ROUND_MS;
		}
	}
	return ret ?: g->probe ? agent_probe(g->agent, PROBE_FIRST_MS) : 0;
}

static int work(struct guest_agent *g, int argc, char **argv)
{
	struct agent_config cfg = { .output = g->output, .argc = argc, .argv = argv };
	int ret = prepare(g), err;

	if (ret)
		return ret;
	cfg.output = g->output;
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
		snprintf(g->err, sizeof(g->err), "writing ended early (%s): what was written before "
			 "can be read", strerror(-(ret ?: err)));
	return ret ?: err;
}

int cmd_guest_agent(int argc, char **argv)
{
	struct guest_agent g = {
		.output = "guest.data", .probe = 1000, .signals = -1, .device = -1
	};
	int ret = parse(&g, argc, argv);

	if (ret) {
		cmd_error(COMMAND, NULL, g.err);
		return EXIT_USAGE;
	}
	if (g.help) {
		guest_agent_help(stdout);
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
