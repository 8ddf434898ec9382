/* SPDX-License-Identifier: GPL-2.0-only */
/* Watching the links of the uplinks (T2). */
#ifndef _VSW_LINKMON_H
#define _VSW_LINKMON_H

#include "types.h"

int vsw_linkmon_init(void);
void vsw_linkmon_exit(void);
void vsw_linkmon_start(struct vsw_switch *sw);
void vsw_linkmon_stop(struct vsw_switch *sw);
void vsw_linkmon_arm(struct vsw_switch *sw);
void vsw_linkmon_check(struct vsw_switch *sw);

#endif /* _VSW_LINKMON_H */
