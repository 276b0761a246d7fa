/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_REMOTE_IMPL_H
#define CMD_RECORD_REMOTE_IMPL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cmd/record/options.h"

/*
 * One ssh per host runs a shell script there.  What passes, in this order:
 *
 *   host -> here   "spelunk host MACHINE\n"		MACHINE: as uname -m prints it
 *   here -> host   "ARGS PROGRAM ARCHIVE\n"		lengths in bytes; 1: send an archive, 0: do not
 *                  ARGS bytes: the program's arguments, quoted for a POSIX shell
 *                  PROGRAM bytes: the static program
 *   host -> here   "spelunk recording STATUS SIZE\n"	the program's exit status
 *                  SIZE bytes: the recording
 *                  "spelunk archive STATUS SIZE\n"	likewise, if ARCHIVE is 1
 *                  SIZE bytes: the archive of its symbol files
 *
 * Lines before the host's first one are ignored: shells may print when they start.  Standard input
 * stays open until then: when it ends, the host stops recording.  Standard error has messages and
 * the output of a recorded command.
 */

/* A static program; its bytes are mapped. */
struct remote_program {
	const char *machine;
	const void *bytes;		/* NULL: not found yet */
	size_t size;
};

#define REMOTE_MACHINES	2

struct remote_programs {
	const struct word_list *given;	/* --program: borrowed */
	struct remote_program of[REMOTE_MACHINES];
};

/* Check --program.  0, or -errno with a sentence. */
int remote_programs_open(struct remote_programs *p, const struct word_list *given, char *err,
			 size_t errlen);
/* The program for a machine.  NULL: there is none, with a sentence. */
const struct remote_program *remote_programs_find(struct remote_programs *p, const char *machine,
						  char *err, size_t errlen);
void remote_programs_close(struct remote_programs *p);

/* The command for ssh: the script, as a word for any shell.  Owned by the caller; NULL: no memory. */
char *remote_command(bool sudo);
/* The arguments of the program there, quoted; likewise. */
char *remote_arguments(const struct record_args *a);

enum remote_state {
	REMOTE_CONNECTING,
	REMOTE_SENDING,		/* the program */
	REMOTE_RECORDING,
	REMOTE_PACKING,		/* it makes the archive */
	REMOTE_RECEIVING,	/* a file */
	REMOTE_DONE,		/* nothing more comes */
	REMOTE_FAILED,		/* why says why */
};

/* An unfinished line. */
struct remote_line {
	char text[1024];
	size_t len;
};

/* What a host sends. */
struct remote_file {
	const char *what;		/* "recording" */
	char *path, *partial;		/* name, and its name until it is complete; owned */
	uint64_t size, got;		/* bytes */
	int status;			/* exit status of the program that wrote it */
	bool whole;			/* it is complete, in path */
};

enum { REMOTE_FILE_RECORDING, REMOTE_FILE_ARCHIVE, REMOTE_FILES };

struct remote_host {
	const char *where, *name;	/* "user@name" and "name": owned, and within it */
	enum remote_state state;
	uint64_t since;			/* ms of CLOCK_MONOTONIC: start of the state */
	pid_t pid;			/* of ssh; 0: ended */
	int in, out, err;		/* pipes of ssh; -1: closed */
	struct remote_line answer, words;
	size_t noise;			/* bytes before the first line of the protocol */
	const struct remote_program *program;	/* borrowed; NULL: not known yet */
	char header[64];		/* "ARGS PROGRAM ARCHIVE\n" */
	size_t sent;			/* bytes of header, arguments and program */
	struct remote_file files[REMOTE_FILES];
	unsigned int nr_files;		/* that it sends */
	unsigned int at;		/* the file that comes, or comes next */
	int fd;				/* of that file; -1: not open */
	bool stopped;			/* the user asked for the end */
	char why[512];
};

struct remote_show {
	bool lines;			/* draw a line for each host: standard error is a terminal */
	bool quiet;
	size_t drawn;			/* lines on the screen */
	uint64_t next;			/* ms: when to draw again */
};

struct remote {
	const struct record_args *args;
	const char *command;		/* messages begin with it */
	struct remote_programs programs;
	struct remote_host *hosts;
	size_t nr_hosts;
	char *script, *arguments;
	size_t arguments_len;
	struct remote_show show;
};

/* Parse --on.  0, or -errno with a sentence. */
int remote_hosts_parse(struct remote *r, char *err, size_t errlen);
void remote_hosts_free(struct remote *r);

/* Start ssh. */
void remote_host_start(struct remote *r, struct remote_host *h);
/* Has ssh ended, and is there nothing more to do? */
bool remote_host_ended(const struct remote_host *h);
/* Descriptors to wait for; -1: none. */
#define REMOTE_FDS	3
void remote_host_fds(const struct remote_host *h, struct pollfd fds[REMOTE_FDS]);
/* Send and receive what is possible now. */
void remote_host_step(struct remote *r, struct remote_host *h, const struct pollfd fds[REMOTE_FDS]);
/* Reap ssh if it has ended. */
void remote_host_reap(struct remote *r, struct remote_host *h);
/* Stop recording, and receive what was recorded.  A host that is not recording yet ends. */
void remote_host_stop(struct remote_host *h);
/* A file is complete: go on to the next one, or finish. */
void remote_host_next(struct remote_host *h);
/* Nothing more is sent or received, so that ssh ends. */
void remote_host_finish(struct remote_host *h, enum remote_state state);
/* Likewise REMOTE_FAILED, with that reason; a file that is not worth keeping is removed. */
__attribute__((format(printf, 2, 3)))
void remote_host_fail(struct remote_host *h, const char *fmt, ...);
/* End ssh and what it started. */
void remote_host_kill(struct remote_host *h);

/* The file that comes: each fails the host; the end of the last file finishes it. */
void remote_file_open(struct remote_host *h);
void remote_file_write(struct remote_host *h, const char *data, size_t len);
/* Close it before it is complete: remove it, or say in .why what it has. */
void remote_file_abandon(struct remote_host *h);

void remote_show_start(struct remote_show *s, const struct record_args *a);
/* A line of that host's standard error, which is hostile. */
void remote_show_words(struct remote *r, const struct remote_host *h, const char *line);
/* A host's end. */
void remote_show_end(struct remote *r, const struct remote_host *h);
/* A line for each host that has not ended, if it is time. */
void remote_show_draw(struct remote *r);
/* Remove these lines. */
void remote_show_clear(struct remote_show *s);

#endif
