// SPDX-License-Identifier: GPL-2.0-only
/*
 * All the ways to name a network device: its name, its alternative names, and
 * the address that its maker has given it.
 */
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "device.h"
#include "link.h"
#include "nl.h"
#include "schema.h"
#include "text.h"
#include "vswctl.h"

/* The first of two devices keeps a name; a name is worth more than an address. */
static void add_name(json_t *names, const char *alias, const json_t *name)
{
	if (name && !json_object_get(names, alias))
		json_object_set(names, alias, (json_t *)name);
}

static void add_others(json_t *names, const struct nlattr *list,
		       const json_t *name)
{
	const struct nlattr *nla;
	json_t *alias;

	mnl_attr_for_each_nested(nla, list) {
		if (mnl_attr_get_type(nla) != IFLA_ALT_IFNAME)
			continue;
		alias = schema_text(mnl_attr_get_payload(nla),
				    mnl_attr_get_payload_len(nla));
		add_name(names, json_string_value(alias), name);
		json_decref(alias);
	}
}

static void collect(const struct nlmsghdr *nlh, void *data)
{
	json_t *names = data, *name = NULL, *mac = NULL;
	const struct nlattr *nla, *others = NULL;

	if (!nlh) {
		json_object_clear(names);
		return;
	}
	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct ifinfomsg))
		return;
	mnl_attr_for_each(nla, nlh, sizeof(struct ifinfomsg)) {
		switch (mnl_attr_get_type(nla)) {
		case IFLA_IFNAME:
			name = schema_text(mnl_attr_get_payload(nla),
					   mnl_attr_get_payload_len(nla));
			break;
		case IFLA_PROP_LIST:
			others = nla;
			break;
		case IFLA_PERM_ADDRESS:
			if (mnl_attr_get_payload_len(nla) == ETH_ALEN)
				mac = schema_mac(mnl_attr_get_payload(nla));
			break;
		}
	}
	if (name)
		json_object_set(names, json_string_value(name), name);
	if (others)
		add_others(names, others, name);
	if (mac)
		add_name(names, json_string_value(mac), name);
	json_decref(name);
	json_decref(mac);
}

/**
 * device_names - all names of the network devices
 * @ctl: the run
 * @names: set to a new JSON object with the name of the device for each of
 *	them, to be released also on failure
 *
 * Return: an exit status.
 */
int device_names(struct ctl *ctl, json_t **names)
{
	struct nl_error error;
	struct req req;
	int status;

	*names = must(json_object());
	status = link_ask(ctl, &req);
	if (status)
		return status;
	nl_dump(ctl->route, &req, collect, *names, &error);
	return nl_report(ctl, &error);
}
