// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay.c - a target of libFuzzer over the files it is given, or its corpus, once
 *
 *	replay_NAME [FILE|DIRECTORY]...		without: tests/fuzz/corpus/NAME
 *
 * What a target finds ends the program; the last line of `#` on stderr says where. What it prints goes
 * nowhere.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static unsigned int inputs;

static void replay_file(const char *path)
{
	FILE *f = fopen(path, "re");
	uint8_t *data = NULL;
	size_t size = 0;
	struct stat st;

	if (!f || fstat(fileno(f), &st)) {
		perror(path);
		exit(1);
	}
	data = malloc((size_t)st.st_size + 1);
	if (data)
		size = fread(data, 1, (size_t)st.st_size, f);
	fclose(f);
	fprintf(stderr, "# %s\n", path);
	fflush(NULL);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	inputs++;
}

static void replay(const char *path)
{
	struct dirent **list;
	char file[512];
	int n = scandir(path, &list, NULL, alphasort);

	if (n < 0) {
		replay_file(path);
		return;
	}
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			replay_file(file);
		free(list[i]);
	}
	free(list);
}

/* From here on standard output goes nowhere; a descriptor of where it went. */
static int hush(void)
{
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10), null = open("/dev/null", O_RDWR);

	if (out < 0 || null < 0 || dup2(null, STDOUT_FILENO) < 0)
		exit(1);
	close(null);
	return out;
}

int main(int argc, char **argv)
{
	const char *name = strstr(argv[0], "replay_");
	char corpus[128];
	int out;

	if (!name)
		return 1;
	name += strlen("replay_");
	out = hush();
	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	snprintf(corpus, sizeof(corpus), "tests/fuzz/corpus/%s", name);
	if (argc < 2)
		replay(corpus);
	fflush(NULL);
	dprintf(out, "ok %u inputs of %s\n%d passed, 0 failed, 0 skipped\n", inputs, name,
		!!inputs);
	return 0;
}
