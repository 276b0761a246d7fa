/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * A plain main() for a fuzz target: runs it on the given files and folders.  Prints the name of
 * each input first, so that a crash shows which one it was.
 */

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int run_file(const char *path, size_t len)
{
	/* Exactly as long as the input, so that a read beyond it is detected. */
	uint8_t *data = malloc(len ? len : 1);
	FILE *f = fopen(path, "rb");
	int ret = -1;

	if (f && data && fread(data, 1, len, f) == len) {
		printf("# %s\n", path);
		fflush(stdout);
		LLVMFuzzerTestOneInput(data, len);
		ret = 0;
	} else {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	}
	if (f)
		fclose(f);
	free(data);
	return ret;
}

static int run_path(const char *path, unsigned int *inputs);

static int run_folder(const char *path, unsigned int *inputs)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), ret = 0;

	if (n < 0) {
		perror(path);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		char *name;

		if (names[i]->d_name[0] != '.') {
			if (asprintf(&name, "%s/%s", path, names[i]->d_name) < 0)
				abort();
			ret |= run_path(name, inputs);
			free(name);
		}
		free(names[i]);
	}
	free(names);
	return ret;
}

static int run_path(const char *path, unsigned int *inputs)
{
	struct stat st;

	if (stat(path, &st)) {
		perror(path);
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return run_folder(path, inputs);
	(*inputs)++;
	return run_file(path, st.st_size);
}

int main(int argc, char **argv)
{
	unsigned int inputs = 0;
	int ret = 0;

	printf("1..1\n");
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		ret |= run_path(argv[i], &inputs);
	if (ret || !inputs)
		printf("not ok 1 - %u inputs\n", inputs);
	else
		printf("ok 1 - %u inputs\n", inputs);
	return ret || !inputs;
}
