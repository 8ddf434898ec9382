/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling the outside where addresses are (T4). */
#ifndef _VSW_ANNOUNCE_H
#define _VSW_ANNOUNCE_H

#include "types.h"

void vsw_announce_start(struct vsw_switch *sw);
void vsw_announce_stop(struct vsw_switch *sw);
void vsw_announce(struct vsw_port *port);
void vsw_announce_forget(struct vsw_port *port);
void vsw_announce_run(struct vsw_switch *sw);

#endif /* _VSW_ANNOUNCE_H */
