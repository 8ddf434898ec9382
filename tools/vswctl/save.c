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
#include "device.h"
#include "load.h"
#include "netns.h"
#include "save.h"
#include "print.h"
#include "text.h"
#include "vswctl.h"

/**
 * save_path - the file of the saved configuration
 * @ctl: the run
 * @path: set to its name, to be freed
 *
 * That of a network namespace is where "ip netns exec" shows it as if it were in
 * /etc, so the namespace has to have a name.
 *
 * Return: an exit status.
 */
int save_path(const struct ctl *ctl, char **path)
{
	const char *name = ctl->netns ? netns_name(ctl->netns) : NULL;

	if (name && strchr(name, '/'))
		return ctl_fail(ctl, STATUS_USAGE,
				"the network namespace \"%s\" has no name to save it under",
				name);
	*path = name ? text_format("/etc/netns/%s/vswitch/vswitch.json", name) :
		text_format("/etc/vswitch/vswitch.json");
	return STATUS_OK;
}

/* Makes the folders on the way to a file.  Return: 0 or an errno. */
static int make_folders(char *path)
{
	int code = 0;
	char *at;

	for (at = path + 1; !code && (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (mkdir(path, 0755) && access(path, F_OK))
			code = errno;
		*at = '/';
	}
	return code;
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

	code = make_folders(copy);
	if (!code)
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

/*
 * The ports and uplinks that a file has and another document has not, since their
 * devices are not here.
 */
static void warn_of_absent(const struct ctl *ctl, const json_t *saved,
			   const json_t *doc, const json_t *names, enum kind kind)
{
	json_t *kept = config_index(doc, kind);
	const json_t *object;
	size_t index;

	json_array_foreach(json_object_get(saved, kinds[kind].word), index, object) {
		const char *dev = get_text(object, "dev");

		if (!json_object_get(names, dev) && !json_object_get(kept, dev))
			ctl_warn(ctl, "%s \"%s\" is not saved any more, as it is not here",
				 kinds[kind].word, dev);
	}
	json_decref(kept);
}

/**
 * save_leaves_out - warn of what was saved, and will not be since it is not here
 * @ctl: the run
 * @path: the file as it is
 * @doc: what will be in it
 */
void save_leaves_out(struct ctl *ctl, const char *path, const json_t *doc)
{
	json_t *saved = NULL, *names = NULL;
	char *said = NULL;
	struct ctl quiet = *ctl;

	quiet.held = &said;
	if (!access(path, F_OK) && !load_file(&quiet, path, &saved) &&
	    !device_names(&quiet, &names)) {
		warn_of_absent(ctl, saved, doc, names, KIND_UPLINK);
		warn_of_absent(ctl, saved, doc, names, KIND_PORT);
	}
	ctl->route = quiet.route;
	json_decref(names);
	json_decref(saved);
	free(said);
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
	json_t *doc = NULL, *steps = NULL;
	char *path = NULL, *said = NULL;
	struct ctl quiet = *ctl;
	bool differs = false;

	quiet.held = &said;
	if (!save_path(&quiet, &path) && !access(path, F_OK))
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
