/* SPDX-License-Identifier: GPL-2.0-only */
/* What would become of a frame now: the decision asked, nothing done. */
#ifndef _VSW_WHY_H
#define _VSW_WHY_H

#include "forward.h"

/* Receivers that an answer names; it counts them all. */
#define VSW_WHY_RECEIVERS	64

/**
 * struct vsw_why_receiver - one who would get the frame
 * @port: the port or uplink; RTNL
 * @tagged: it would see the VLAN as a tag
 * @refused: VSW_PASS, or the reason why it would refuse the frame
 */
struct vsw_why_receiver {
	const struct vsw_port *port;
	bool tagged;
	int refused;
};

/**
 * struct vsw_why - the answer
 * @frame: the frame, with its VLAN
 * @action: VSWITCH_ACTION_*
 * @reason: why it would be dropped
 * @rule: the id of the rule that decides
 * @has_vlan: the decision came as far as its VLAN
 * @n: how many would get it
 * @to: the first of them
 */
struct vsw_why {
	struct vsw_frame frame;
	u32 action;
	enum vsw_drop reason;
	const char *rule;
	bool has_vlan;
	unsigned int n;
	struct vsw_why_receiver to[VSW_WHY_RECEIVERS];
};

void vsw_why_port(const struct vsw_port *port, struct vsw_why *why);
void vsw_why_uplink(const struct vsw_uplink *uplink, struct vsw_why *why);

#endif /* _VSW_WHY_H */
