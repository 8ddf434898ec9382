/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_NETNS_H
#define VSWCTL_NETNS_H

#include <linux/types.h>

struct ctl;
struct nl_sock;

const char *netns_name(const char *name);
int netns_open(const struct ctl *ctl, const char *name, int *fd);
int netns_enter(const struct ctl *ctl, const char *name);
int netns_socket(struct ctl *ctl, int fd, struct nl_sock **sock);
int netns_find(struct ctl *ctl, __s32 id, char **name);

#endif /* VSWCTL_NETNS_H */
