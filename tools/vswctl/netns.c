// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network namespaces: by name as "ip netns" keeps them, by path, by the id
 * that the kernel uses for another one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "netns.h"
#include "nl.h"
#include "text.h"
#include "vswctl.h"

#define NETNS_DIR "/run/netns"
#define NETNS_SELF "/proc/self/ns/net"

/**
 * netns_name - the name of a network namespace, if it has one
 * @name: its name, or a path
 *
 * Return: the part of @name that is its name, or @name if that is another path.
 */
const char *netns_name(const char *name)
{
	static const char *const dirs[] = { NETNS_DIR "/", "/var" NETNS_DIR "/" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		size_t len = strlen(dirs[i]);

		if (!strncmp(name, dirs[i], len) && name[len] &&
		    !strchr(name + len, '/'))
			return name + len;
	}
	return name;
}

/**
 * netns_open - open a network namespace
 * @ctl: the run
 * @name: its name, or a path
 * @fd: set to a file of it, to be closed
 *
 * Return: an exit status.
 */
int netns_open(const struct ctl *ctl, const char *name, int *fd)
{
	char *path;
	int status;

	if (strchr(name, '/'))
		path = must(strdup(name));
	else
		path = text_format(NETNS_DIR "/%s", name);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (*fd >= 0)
		return STATUS_OK;
	status = errno == ENOENT ? STATUS_ABSENT : STATUS_SYSTEM;
	return ctl_fail(ctl, status, "network namespace \"%s\": %s", name,
			status == STATUS_ABSENT ? "there is none of this name" :
			strerror(errno));
}

static int go_into(const struct ctl *ctl, int fd)
{
	if (!setns(fd, CLONE_NEWNET))
		return STATUS_OK;
	if (errno == EINVAL)
		return ctl_fail(ctl, STATUS_SYSTEM, "not a network namespace");
	return ctl_fail(ctl, STATUS_SYSTEM,
			"cannot enter the network namespace: %s",
			errno == EPERM ? "this needs root or CAP_SYS_ADMIN" :
			strerror(errno));
}

/**
 * netns_enter - work in another network namespace from now on
 * @ctl: the run
 * @name: its name, or a path
 *
 * Return: an exit status.
 */
int netns_enter(const struct ctl *ctl, const char *name)
{
	int status, fd;

	status = netns_open(ctl, name, &fd);
	if (status)
		return status;
	status = go_into(ctl, fd);
	close(fd);
	return status;
}

/**
 * netns_socket - open an rtnetlink socket in another network namespace
 * @ctl: the run
 * @fd: a file of the namespace
 * @sock: set to the socket
 *
 * Return: an exit status.
 */
int netns_socket(struct ctl *ctl, int fd, struct nl_sock **sock)
{
	int home, status;

	*sock = NULL;
	home = open(NETNS_SELF, O_RDONLY | O_CLOEXEC);
	if (home < 0)
		return ctl_fail(ctl, STATUS_SYSTEM, NETNS_SELF ": %s",
				strerror(errno));
	status = go_into(ctl, fd);
	if (status)
		goto out;
	*sock = nl_open(NETLINK_ROUTE);
	if (!*sock)
		status = ctl_fail(ctl, STATUS_SYSTEM, "rtnetlink: %s",
				  strerror(errno));
	if (go_into(ctl, home)) {
		nl_close(*sock);
		*sock = NULL;
		status = STATUS_SYSTEM;
	}
out:
	close(home);
	return status;
}

static void read_id(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *nla;
	__s32 *id = data;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct rtgenmsg))
		return;
	mnl_attr_for_each(nla, nlh, sizeof(struct rtgenmsg))
		if (mnl_attr_get_type(nla) == NETNSA_NSID &&
		    mnl_attr_get_payload_len(nla) == sizeof(*id))
			memcpy(id, mnl_attr_get_payload(nla), sizeof(*id));
}

/* The id that our network namespace has for the one of a file. */
static __s32 id_of(struct ctl *ctl, int fd)
{
	const struct rtgenmsg header = { .rtgen_family = AF_UNSPEC };
	__s32 id = NETNSA_NSID_NOT_ASSIGNED;
	struct nl_error error;
	struct req req;

	req_start(&req, RTM_GETNSID, 0, &header, sizeof(header));
	req_u32(&req, NETNSA_FD, fd);
	nl_request(ctl->route, &req, read_id, &id, &error);
	return error.code ? NETNSA_NSID_NOT_ASSIGNED : id;
}

/**
 * netns_find - find the name of a network namespace
 * @ctl: the run
 * @id: the id that ours has for it
 * @name: set to the name, to be freed, or to NULL if it has none
 *
 * Return: an exit status.
 */
int netns_find(struct ctl *ctl, __s32 id, char **name)
{
	const struct dirent *entry;
	int status;
	DIR *dir;

	*name = NULL;
	status = nl_start_route(ctl);
	if (status || id < 0)
		return status;
	dir = opendir(NETNS_DIR);
	if (!dir)
		return STATUS_OK;
	while (!*name && (entry = readdir(dir))) {
		int fd;

		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (id_of(ctl, fd) == id)
			*name = must(strdup(entry->d_name));
		close(fd);
	}
	closedir(dir);
	return STATUS_OK;
}
