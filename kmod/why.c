// SPDX-License-Identifier: GPL-2.0-only
/*
 * What would become of a frame now. It asks the very code that decides on
 * frames, so that the answer cannot differ from what happens.
 */
#include "kunit.h"
#include "why.h"

/* The rule behind each reason; no-uplink is that of the lookup. */
static const char *const rules[VSW_DROP_COUNT] = {
	[VSW_DROP_SWITCH_DOWN]		= "M6",
	[VSW_DROP_BLOCKED]		= "S6",
	[VSW_DROP_RUNT]			= "F12",
	[VSW_DROP_BAD_SOURCE]		= "F12",
	[VSW_DROP_LINK_LOCAL]		= "F8",
	[VSW_DROP_VLAN_INVALID]		= "L4",
	[VSW_DROP_VLAN_TAG]		= "L4",
	[VSW_DROP_VLAN_DENIED]		= "L4",
	[VSW_DROP_ADDRESS_CONFLICT]	= "S3",
	[VSW_DROP_FORGED]		= "S3",
	[VSW_DROP_MAC_LIMIT]		= "S5",
	[VSW_DROP_SHAPER]		= "Q1",
	[VSW_DROP_HAIRPIN]		= "F2",
	[VSW_DROP_NO_MEMBER]		= "F6",
	[VSW_DROP_UNKNOWN_UNICAST]	= "F4",
	[VSW_DROP_REVERSE_PATH]		= "F6",
	[VSW_DROP_REFLECTION]		= "F7",
	[VSW_DROP_MAC_CHANGES]		= "S2",
	[VSW_DROP_MTU]			= "F9",
	[VSW_DROP_DEVICE]		= "F10",
	[VSW_DROP_NO_MEMORY]		= "F10",
};

static void drop(struct vsw_why *why, enum vsw_drop reason)
{
	why->action = VSWITCH_ACTION_DROP;
	why->reason = reason;
	if (rules[reason])
		why->rule = rules[reason];
	/* The checks behind that of the VLAN, see F12. */
	why->has_vlan = reason >= VSW_DROP_VLAN_DENIED;
}

static void add(void *arg, struct vsw_port *port, const struct vsw_snap *seen)
{
	struct vsw_why *why = arg;
	struct vsw_why_receiver *to;

	if (why->n++ >= VSW_WHY_RECEIVERS)
		return;
	to = &why->to[why->n - 1];
	to->port = port;
	to->tagged = !why->frame.stag && vsw_vlan_tags(&why->frame, seen);
	to->refused = vsw_forward_refused(port, seen);
}

static void follow(const struct vsw_port *from,
		   const struct vsw_verdict *verdict, struct vsw_why *why)
{
	enum vsw_drop reason = verdict->reason;

	if (verdict->action == VSW_ACT_DROP) {
		drop(why, reason);
		return;
	}
	if (verdict->action == VSW_ACT_HOST) {
		why->action = VSWITCH_ACTION_HOST;
		why->rule = rules[VSW_DROP_LINK_LOCAL];
		return;
	}
	why->action = VSWITCH_ACTION_DELIVER;
	why->has_vlan = true;
	if (verdict->to)
		add(why, verdict->to, verdict->seen);
	if (verdict->also)
		add(why, verdict->also, NULL);
	if (verdict->action == VSW_ACT_FLOOD)
		reason = vsw_forward_flood(from->sw, &why->frame, from,
					   verdict, add, why);
	if (!why->n)
		drop(why, reason);
}

/* The one check that is not part of the decision, since it needs a lock (S1). */
static bool adoption_fails(const struct vsw_port *port,
			   const struct vsw_verdict *verdict, u64 mac)
{
	if (!(READ_ONCE(port->flags) & VSW_PORT_ADOPTS) ||
	    (verdict->action == VSW_ACT_DROP &&
	     verdict->reason < VSW_DROP_ADDRESS_CONFLICT))
		return false;
	return vsw_fdb_check(port, rtnl_dereference(port->pg), mac,
			     VSWITCH_ORIGIN_ADOPTED);
}

/**
 * vsw_why_port() - ask about a frame from a vnic or a vmk
 * @port: the port
 * @why: its frame is set; the rest is filled in
 *
 * Context: RTNL and RCU read side.
 */
void vsw_why_port(const struct vsw_port *port, struct vsw_why *why)
{
	struct vsw_verdict verdict;

	verdict = vsw_forward_from_port(port, vsw_port_snap(port),
					&why->frame);
	why->rule = why->frame.cast == VSW_UNICAST ? "F2" : "F3";
	if (adoption_fails(port, &verdict, why->frame.src))
		verdict = vsw_verdict_drop(VSW_DROP_ADDRESS_CONFLICT);
	follow(port, &verdict, why);
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_why_port);

/**
 * vsw_why_uplink() - ask about a frame from outside
 * @uplink: the uplink
 * @why: its frame is set; the rest is filled in
 *
 * Context: RTNL and RCU read side.
 */
void vsw_why_uplink(const struct vsw_uplink *uplink, struct vsw_why *why)
{
	struct vsw_verdict verdict;

	verdict = vsw_forward_from_uplink(uplink, &why->frame,
					  READ_ONCE(uplink->port.sw->watch));
	why->rule = why->frame.cast == VSW_UNICAST ? "F4" : "F6";
	follow(&uplink->port, &verdict, why);
	/* From outside the VLAN comes before the source. */
	if (why->action == VSWITCH_ACTION_DROP &&
	    why->reason == VSW_DROP_BAD_SOURCE)
		why->has_vlan = true;
}
EXPORT_SYMBOL_IF_VSW_KUNIT(vsw_why_uplink);
