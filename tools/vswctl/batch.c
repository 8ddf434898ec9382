// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file of commands, one a line, quoted as in a shell.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "batch.h"
#include "text.h"
#include "vswctl.h"

/* Words in a line; the longest command has fewer, but for its addresses. */
#define BATCH_WORDS 256

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Copies one word to @to without its quotes.  Return: what follows the word,
 * NULL if a quote or a backslash is left open.
 */
static char *take_word(char *from, char *to)
{
	char quote = '\0';

	for (; *from && (quote || !is_blank(*from)); from++) {
		if (quote ? *from == quote : *from == '"' || *from == '\'') {
			quote = quote ? '\0' : *from;
			continue;
		}
		if (*from == '\\' && quote != '\'' && !*++from)
			return NULL;
		*to++ = *from;
	}
	if (quote)
		return NULL;
	if (*from)
		from++;
	*to = '\0';
	return from;
}

/**
 * batch_split - split a line into words, in place
 * @ctl: the run
 * @line: the line
 * @argv: where to put the words, and a NULL after them
 * @max: room in @argv
 *
 * Return: an exit status.
 */
int batch_split(const struct ctl *ctl, char *line, char **argv, int max)
{
	int count = 0;

	for (;;) {
		char *word;

		while (is_blank(*line))
			line++;
		if (!*line || *line == '#')
			break;
		if (count == max - 1)
			return ctl_fail(ctl, STATUS_USAGE, "too many words");
		word = line;
		line = take_word(line, word);
		if (!line)
			return ctl_fail(ctl, STATUS_USAGE,
					"a quote or a backslash is left open");
		argv[count++] = word;
	}
	argv[count] = NULL;
	return STATUS_OK;
}

static int run_line(struct ctl *ctl, char *line, size_t len,
		    int (*run)(struct ctl *ctl, char **argv))
{
	char *argv[BATCH_WORDS];
	int status;

	if (strlen(line) < len)
		return ctl_fail(ctl, STATUS_USAGE, "a zero byte in the line");
	if (len && line[len - 1] == '\n')
		line[--len] = '\0';
	if (len && line[len - 1] == '\r')
		line[--len] = '\0';
	status = batch_split(ctl, line, argv, ARRAY_SIZE(argv));
	if (status || !argv[0])
		return status;
	if (argv[0][0] == '-')
		return ctl_fail(ctl, STATUS_USAGE,
				"\"%s\": options are for the command line", argv[0]);
	return run(ctl, argv);
}

static int read_fail(const struct ctl *ctl, const char *path)
{
	return ctl_fail(ctl, STATUS_SYSTEM, "%s: %s", path, strerror(errno));
}

/* Puts a copy of all that comes in the place of a file. */
static int read_whole(const struct ctl *ctl, const char *path, FILE **file)
{
	int fd = memfd_create("vswctl", MFD_CLOEXEC);
	FILE *copy = fd < 0 ? NULL : fdopen(fd, "w+");
	char buf[BUFSIZ];
	size_t len;

	if (!copy)
		return read_fail(ctl, path);
	while ((len = fread(buf, 1, sizeof(buf), *file)))
		if (fwrite(buf, 1, len, copy) < len)
			break;
	if (ferror(*file) || ferror(copy) || fflush(copy)) {
		fclose(copy);
		return read_fail(ctl, path);
	}
	rewind(copy);
	if (*file != stdin)
		fclose(*file);
	*file = copy;
	return STATUS_OK;
}

/**
 * batch_open - open a file of commands
 * @ctl: the run
 * @path: the file, "-" for standard input
 * @whole: wait for its end, so that nobody has to later
 * @file: set to the file
 *
 * Return: an exit status.
 */
int batch_open(const struct ctl *ctl, const char *path, bool whole, FILE **file)
{
	*file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	if (!*file)
		return ctl_fail(ctl, errno == ENOENT ? STATUS_ABSENT :
				STATUS_SYSTEM, "%s: %s", path, strerror(errno));
	return whole ? read_whole(ctl, path, file) : STATUS_OK;
}

/**
 * batch_run - run the commands of a file, up to the first that fails unless the
 * run is to keep going
 * @ctl: the run
 * @path: what it is called, "-" for standard input
 * @file: the file, of batch_open()
 * @run: runs one command
 *
 * Return: an exit status, that of the first command that failed.
 */
int batch_run(struct ctl *ctl, const char *path, FILE *file,
	      int (*run)(struct ctl *ctl, char **argv))
{
	int status = STATUS_OK, one;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	ctl->file = strcmp(path, "-") ? path : "stdin";
	while ((!status || ctl->keep_going) &&
	       (len = getline(&line, &size, file)) >= 0) {
		ctl->line++;
		one = run_line(ctl, line, len, run);
		status = status ? status : one;
		ctl->object = NULL;
		ctl->command = NULL;
		ctl->name = NULL;
	}
	ctl->file = NULL;
	if (ferror(file))
		status = read_fail(ctl, path);
	free(line);
	return status;
}
