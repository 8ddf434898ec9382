// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said on stderr.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"
#include "vswctl.h"

/* One line on stderr, whatever is in it; a failure may be held back. */
static void complain(const struct ctl *ctl, const char *kind, const char *fmt,
		     va_list ap)
{
	char **held = *kind ? NULL : ctl->held;
	char *line, *safe;
	size_t size;
	FILE *out;

	out = must(open_memstream(&line, &size));
	if (!held)
		fputs("vswctl: ", out);
	if (ctl->file && ctl->line)
		fprintf(out, "%s:%u: ", ctl->file, ctl->line);
	if (ctl->object) {
		fputs(ctl->object, out);
		if (ctl->command)
			fprintf(out, " %s", ctl->command);
		if (ctl->name)
			fprintf(out, " \"%s\"", ctl->name);
		fputs(": ", out);
	}
	fputs(kind, out);
	vfprintf(out, fmt, ap);
	fclose(out);
	if (held) {
		free(*held);
		*held = must(line);
		return;
	}
	safe = text_escape(must(line));
	fflush(stdout);
	fprintf(stderr, "%s\n", safe);
	free(safe);
	free(line);
}

/**
 * ctl_fail - say on stderr, in one line, why a command is not done
 * @ctl: the run
 * @status: exit status that it leads to
 * @fmt: as for printf
 *
 * Return: @status.
 */
int ctl_fail(const struct ctl *ctl, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(ctl, "", fmt, ap);
	va_end(ap);
	return status;
}

/**
 * ctl_warn - say something on stderr about a command that is done
 * @ctl: the run
 * @fmt: as for printf
 */
void ctl_warn(const struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(ctl, "warning: ", fmt, ap);
	va_end(ap);
}
