// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/options/help.h"

const struct help_page help_pages[NR_COMMANDS] = {
	[COMMAND_RECORD] = {
		"usage: spelunk record [options] [[--] COMMAND [ARG...]]\n"
		"       spelunk record --on HOST,... [options] [-o DIR] [[--] COMMAND [ARG...]]\n\n"
		"Record SPE samples of all CPUs until interrupted, or while COMMAND runs; or only\n"
		"of that command, of processes, or of a virtual machine.  With --on, record on\n"
		"other machines over ssh, which need no installation.\n",
		"\nExamples:\n"
		"  spelunk record -a --duration 10\n"
		"  spelunk record --vm web --exits --duration 1m -o web.data\n"
		"  spelunk record --only loads --min-latency 100 -- ./program\n"
		"  spelunk record --on root@web1,root@web2 -a --duration 10 -o today\n\n"
		"Exit status: that of COMMAND; else 0 done; 1 recording failed; 2 usage.  With\n"
		"--on 0 all hosts were recorded, 1 none, 2 some or usage.\n",
	},
	[COMMAND_REPORT] = {
		"usage: spelunk report [options] [FILE...]\n\n"
		"Report whose operations a recording sampled (host, world switch or guest), which\n"
		"functions they belong to, and what they cost.  Several recordings make one\n"
		"report, with the key host.\n",
		"\nExamples:\n"
		"  spelunk report\n"
		"      the default report of ./perf.data\n"
		"  spelunk report --by vm,vcpu,world\n"
		"      how many operations of each vCPU were sampled in which world\n"
		"  spelunk report --by symbol,object --filter 'world=switch' --sort total_p99\n"
		"      functions of the world switch, those with the longest latencies first\n"
		"  spelunk report --callers memcpy\n"
		"      who called memcpy, by the call chains of samples of cycles\n"
		"  spelunk report --format html -o report.html\n"
		"      the whole report as one page for a browser: for a ticket, or a colleague\n"
		"  spelunk report --guest 0=guest-vmlinux --format json -o report.json\n"
		"      everything, with the names of the guest, for a program to read\n"
		"  spelunk report --by host,symbol web1.data web2.data db1.data\n"
		"      functions of three machines\n\n"
		"Exit status: 0 done; 1 the recording could not be used; 2 usage, or one of\n"
		"several recordings could not be used.\n",
	},
	[COMMAND_ANNOTATE] = {
		"usage: spelunk annotate [options] [FUNCTION] [FILE]\n\n"
		"Show the instructions of a function with their samples, cost, jumps and source.\n"
		"Without FUNCTION, show the functions that cost most.\n",
		"\nExamples:\n"
		"  spelunk annotate --vmlinux vmlinux __schedule\n"
		"      a function of the host's kernel\n"
		"  spelunk annotate --guest guest-vmlinux --filter vm=web --format csv do_idle\n"
		"      a function of a guest, for a program to read\n"
		"  spelunk annotate -i perf.data --symfs root --limit 3\n"
		"      the three functions that cost most\n\n"
		"Exit status: 0 done; 1 the recording could not be used, or FUNCTION has no\n"
		"samples; 2 usage.\n",
	},
	[COMMAND_TUI] = {
		"usage: spelunk tui [options] [[BEFORE] FILE]\n\n"
		"Explore a recording in the terminal: whose operations were sampled, which\n"
		"functions they belong to, and what they cost.  Press ? for the keys.  With\n"
		"BEFORE, start with what changed from that recording to FILE.\n",
		"\nExit status: 0 done; 1 the recording could not be used; 2 usage, or no terminal.\n",
	},
	[COMMAND_KVM] = {
		"usage: spelunk kvm [report] [options] [FILE...]\n\n"
		"Report where the time of each vCPU went, what its exits cost and in which code\n"
		"of the host, which code of the guest caused them, who ran while it was\n"
		"preempted, and what stands out.  Of several recordings, report the time and the\n"
		"exits of all their VMs, by host.\n",
		"\nA complete report needs a recording of the whole machine with task switches,\n"
		"SPE, and kvm:kvm_entry, kvm_exit, kvm_userspace_exit, kvm_mmio, kvm_mmio_nisv,\n"
		"kvm_guest_fault, kvm_wfx_arm64, kvm_hvc_arm64, kvm_sys_access,\n"
		"vgic_update_irq_pending: `spelunk record -a --exits` makes one; spelunk-kvm(1)\n"
		"has the command for perf record.\n\n"
		"Examples:\n"
		"  spelunk kvm perf.data\n"
		"  spelunk kvm --guest 0=guest-kallsyms --limit 20 perf.data\n"
		"      with names of the guest functions that caused exits\n"
		"  spelunk kvm --format json perf.data | jq '.findings[0].text'\n\n"
		"Exit status: 0 done; 1 the recording could not be used; 2 usage, or one of\n"
		"several recordings could not be used.\n",
	},
	[COMMAND_SHARING] = {
		"usage: spelunk sharing [options] [FILE]\n\n"
		"Find cache lines that several threads use, of the host and of guests: who reads\n"
		"and writes which words of them, what that costs, and which look falsely shared,\n"
		"because threads write and use different words of one line.\n",
		"\nWhere records have physical addresses, lines are lines of physical memory:\n"
		"record as root with pa_enable=1, as `spelunk record` does.  Otherwise the\nsame "
		"memory has another address in each process and guest, and is not found.\n\n"
		"Examples:\n"
		"  spelunk sharing perf.data\n"
		"  spelunk sharing --filter vm=web perf.data\n"
		"      only the accesses of one VM\n"
		"  spelunk sharing --format csv --table accessors perf.data\n"
		"  spelunk report --filter 'pa_line=0x4c0049c0' perf.data\n"
		"      the code that uses a line\n\n"
		"Exit status: 0 done, whatever is shared; 1 the recording could not be used; 2\n"
		"usage.\n",
	},
	[COMMAND_TYPES] = {
		"usage: spelunk types [options] [FILE]\n\n"
		"Show the structs whose loads and stores cost most, with the samples, misses and\n"
		"latencies of each field, the threads that use it, and where cache lines end.\n",
		"\nTypes need files with debug information: of programs below --symfs, of the\n"
		"host's kernel with --vmlinux, of guests' kernels with --guest.\n\n"
		"Examples:\n"
		"  spelunk types --vmlinux vmlinux perf.data\n"
		"  spelunk types --filter 'type=\"struct rq\"' --vmlinux vmlinux perf.data\n"
		"      one struct\n"
		"  spelunk report --by symbol,field --filter 'type=\"struct rq\"' perf.data\n"
		"      the code that uses it\n\n"
		"Exit status: 0 done; 1 the recording could not be used; 2 usage.\n",
	},
	[COMMAND_DIFF] = {
		"usage: spelunk diff [options] A B\n"
		"       spelunk diff [options] A... -- B...\n\n"
		"Show what changed from recording A to recording B: whose operations were\n"
		"sampled, what they cost, what exits of VMs cost, and where the time of vCPUs\n"
		"went.  A * marks a significant change: its interval excludes zero.  With several\n"
		"recordings on a side, chance is estimated from how much these vary.\n",
		"\nOptions for symbols apply to all recordings; A= or B= before the value "
		"makes\nthem apply to that side only.\n\n"
		"Examples:\n"
		"  spelunk diff before.data after.data\n"
		"  spelunk diff --by world,vm before.data after.data\n"
		"  spelunk diff --format json before.data after.data | jq .exits.significant\n"
		"  spelunk diff last-week/*.data -- this-week/*.data\n\n"
		"Exit status: 0 done, whatever changed; 1 a recording could not be used; 2 usage,\n"
		"or one of several recordings could not be used;\n"
		"with --fail-above 3 it grew by more, 4 the recordings are too small to decide.\n",
	},
	[COMMAND_EXPORT] = {
		"usage: spelunk export --to KIND [options] [-o OUT] [FILE]\n\n"
		"Write a recording in the format of another tool.\n",
		"\nExamples:\n"
		"  spelunk export --to folded | flamegraph.pl > flame.svg\n"
		"  spelunk export --to speedscope --filter vm=web -o web.speedscope.json\n\n"
		"Exit status: 0 done; 1 the recording could not be used, or has nothing of that\n"
		"kind; 2 usage.\n",
	},
	[COMMAND_TOP] = {
		"usage: spelunk top [options] [[--] COMMAND [ARG...]]\n\n"
		"Record SPE samples and show every few seconds whose operations they are: on a\n"
		"terminal in the terminal UI (spelunk tui), elsewhere as rows of `spelunk\n"
		"report`.\n",
		"\nExamples:\n"
		"  spelunk top -a\n"
		"  spelunk top -a -d 5 --by vm,vcpu,symbol --filter world=guest --guest vmlinux\n"
		"  spelunk top -n 1 --format csv -- ./program\n\n"
		"Exit status: that of COMMAND; else 0 done; 1 recording failed; 2 usage.\n",
	},
	[COMMAND_DUMP] = {
		"usage: spelunk dump [--packets | --records | --samples | --fields F1,F2,...]\n"
		"                    [options] [FILE]\n\n"
		"Print the packets of a recording as the hardware wrote them, or its records, or\n"
		"its samples: records with their time, owner and symbol.\n",
		"\nExamples:\n"
		"  spelunk dump -i perf.data | less\n"
		"  spelunk dump --fields time,vm,symbol,op,total,events -i perf.data\n"
		"  spelunk dump --samples --format csv -i perf.data > samples.csv\n\n"
		"Exit status: 0 done; 1 the recording could not be used; 2 usage.\n",
	},
	[COMMAND_GUEST_AGENT] = {
		"usage: spelunk guest-agent [options]\n\n"
		"Run this as root in a guest while its host records.  It exports what only the\n"
		"guest knows: with the file, `spelunk report` on the host can name the guest's\n"
		"programs and functions, and put their times beside its own.\n",
		"\nExit status: 0 done; 1 the output could not be written; 2 usage.\n",
	},
	[COMMAND_MERGE] = {
		"usage: spelunk merge [options] HOST [VM=]GUEST ...\n\n"
		"Merge recordings made in guests (spelunk guest-agent, perf record) into the\n"
		"recording that their host made at the same time.  Every command that reads the\n"
		"result knows the processes and functions of the guests, as with --guest, and\n"
		"perf reads it as before.\n",
		"\nVM is its number in `spelunk report HOST`, pid:N or a name; with one VM it may\n"
		"be left out.  The offset between the clocks of guest and host is found in the\n"
		"recordings, and printed with its bound.\n\n"
		"Exit status: 0 done; 1 a recording could not be used, or the output not written;\n"
		"2 usage.\n",
	},
	[COMMAND_ARCHIVE] = {
		"usage: spelunk archive [options] [FILE]\n\n"
		"Pack the programs, libraries, modules and debug files that have samples into one\n"
		"file beside the recording.  Copy both to another machine: every command finds\n"
		"the symbols there.\n",
		"\nExamples:\n"
		"  spelunk archive\n"
		"      write perf.data.archive for perf.data\n"
		"  tar -xf perf.data.archive -C ~/.debug\n"
		"      use the same files with perf\n\n"
		"Exit status: 0 done; 1 the recording could not be used, no file was found, or\n"
		"the archive could not be written; 2 usage.\n",
	},
	[COMMAND_MCP] = {
		"usage: spelunk mcp [--root DIR]... [options]\n\n"
		"Serve the Model Context Protocol on standard input and output, so that an AI\n"
		"assistant or another program can explore recordings.  Only files below DIR are\n"
		"read, and no program is run.\n",
		"\nTools: open, summary, findings, report, annotate, kvm, diff, doctor.\n\n"
		"Example, in the configuration of a client:\n"
		"  { \"mcpServers\": { \"spelunk\": {\n"
		"      \"command\": \"spelunk\", \"args\": [\"mcp\", \"--root\", \"/srv/recordings\"] } } }\n\n"
		"Exit status: 0 the client closed the connection; 1 json-c is not installed, or\n"
		"reading failed; 2 usage.\n",
	},
	[COMMAND_DOCTOR] = {
		"usage: spelunk doctor [options]\n\n"
		"Check whether this machine can record SPE as this user: one line for each fact\n"
		"that decides it, and below a line that is not OK the reason and the fix.\n"
		"Nothing is changed.  Some facts only root can see: run it as the user who will\n"
		"record.  With --probe, run a guest and check what SPE samples in it.\n",
		"\nExit status: 0 SPE can be used; 3 it can, with warnings or unknowns; 1 it\n"
		"cannot; 2 usage.  With --probe: 0 nothing is bad; 1 something is; 2 usage, or the\n"
		"probe could not be run.\n\n"
		"Examples:\n"
		"  sudo spelunk doctor\n"
		"  sudo spelunk doctor --probe\n"
		"  spelunk doctor --json | jq '.checks[] | select(.verdict != \"ok\")'\n"
		"  spelunk doctor >/dev/null || [ $? = 3 ] && perf record ...\n",
	},
};
