/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_VSW_H
#define VSWCTL_VSW_H

#include <linux/types.h>
#include <jansson.h>

struct attr_set;
struct ctl;
struct nl_error;
struct req;

int vsw_say(const struct ctl *ctl);
int vsw_start(struct ctl *ctl, struct req *req, __u8 command,
	      const struct attr_set *set);
int vsw_do(struct ctl *ctl, struct req *req);
int vsw_get(struct ctl *ctl, struct req *req, json_t *list);
void vsw_try(struct ctl *ctl, struct req *req, json_t *list,
	     struct nl_error *error);
int vsw_dump(struct ctl *ctl, struct req *req, json_t *list);
int vsw_list(struct ctl *ctl, __u8 command, const struct attr_set *set,
	     json_t **list);
int vsw_show(struct ctl *ctl, __u8 command, const struct attr_set *set,
	     __u16 key, json_t **list);

#endif /* VSWCTL_VSW_H */
