// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations in files: written whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "apply.h"
#include "config.h"
#include "load.h"
#include "save.h"
#include "text.h"
#include "vswctl.h"

/**
 * save_path - the file of the saved configuration
 * @ctl: the run
 *
 * Return: its name, to be freed. That of a network namespace is where "ip netns
 * exec" shows it as if it were in /etc.
 */
char *save_path(const struct ctl *ctl)
{
	if (ctl->netns && !strchr(ctl->netns, '/'))
		return text_format("/etc/netns/%s/vswitch/vswitch.json",
				   ctl->netns);
	return text_format("/etc/vswitch/vswitch.json");
}

/* Makes the folders on the way to a file. */
static void make_folders(char *path)
{
	char *at;

	for (at = path + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
}

static int write_file(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t done;

	while (len) {
		done = write(fd, text, len);
		if (done < 0 && errno != EINTR)
			return errno;
		if (done > 0) {
			text += done;
			len -= done;
		}
	}
	return fsync(fd) ? errno : 0;
}

/* A name in a folder lasts when the folder is on the disk. */
static int sync_folder(const char *path)
{
	char *copy = must(strdup(path));
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = fd < 0 || fsync(fd) ? errno : 0;

	if (fd >= 0)
		close(fd);
	free(copy);
	return code;
}

static int replace_file(const char *path, const char *text)
{
	char *temp = text_format("%s.XXXXXX", path);
	int code, fd;

	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		code = errno;
		free(temp);
		return code;
	}
	code = write_file(fd, text);
	if (!code && fchmod(fd, 0644))
		code = errno;
	close(fd);
	if (!code && rename(temp, path))
		code = errno;
	if (code)
		unlink(temp);
	else
		code = sync_folder(path);
	free(temp);
	return code;
}

/**
 * save_write - write a configuration to a file, or leave the file as it is
 * @ctl: the run
 * @path: the file; its folders are made
 * @doc: the configuration
 *
 * Return: an exit status.
 */
int save_write(const struct ctl *ctl, const char *path, const json_t *doc)
{
	json_t *public = config_public(doc);
	char *json = must(json_dumps(public, JSON_INDENT(4)));
	char *text = text_format("%s\n", json);
	char *copy = must(strdup(path));
	int code;

	make_folders(copy);
	code = replace_file(path, text);
	free(copy);
	free(text);
	free(json);
	json_decref(public);
	if (code)
		return ctl_fail(ctl, STATUS_SYSTEM, "%s is not written: %s", path,
				strerror(code));
	return STATUS_OK;
}

/**
 * save_differs - whether what runs is not what is saved
 * @ctl: the run
 *
 * Return: true if there is a saved configuration, and it is another one, or
 * not valid. A member whose device is not here makes no difference.
 */
bool save_differs(struct ctl *ctl)
{
	char *path = save_path(ctl), *said = NULL;
	json_t *doc = NULL, *steps = NULL;
	struct ctl quiet = *ctl;
	bool differs = false;

	quiet.held = &said;
	if (!access(path, F_OK))
		differs = load_file(&quiet, path, &doc) ||
			  (!config_resolve(&quiet, doc, true) &&
			   !apply_plan(&quiet, doc, &steps) &&
			   json_array_size(steps));
	ctl->genl = quiet.genl;
	ctl->route = quiet.route;
	ctl->family = quiet.family;
	json_decref(steps);
	json_decref(doc);
	free(said);
	free(path);
	return differs;
}
