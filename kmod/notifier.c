// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to netdevs and addresses around us. Nothing here sets anything
 * on the device that the event is about.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>

#include "fdb.h"
#include "linkmon.h"
#include "member.h"
#include "netlink.h"
#include "notifier.h"
#include "port.h"
#include "switch.h"
#include "uplink.h"
#include "vmk.h"
#include "vnic.h"

static struct vsw_uplink *uplink_of(const struct net_device *dev)
{
	return container_of(vsw_member_port(dev), struct vsw_uplink, port);
}

/* M1: nothing is built on a member, and only vmks on a switch. */
static int veto_upper(struct net_device *dev,
		      const struct netdev_notifier_changeupper_info *info)
{
	struct netlink_ext_ack *extack = info->info.extack;

	if (!info->linking)
		return NOTIFY_DONE;
	if (vsw_member_is(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is a member of %s", dev->name,
				   vsw_member_port(dev)->sw->dev->name);
		return notifier_from_errno(-EBUSY);
	}
	if (vsw_switch_is(dev) && !vsw_vmk_is(info->upper_dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is a vSwitch; only vmks stand on it",
				   dev->name);
		return notifier_from_errno(-EOPNOTSUPP);
	}
	return NOTIFY_DONE;
}

/* M6: an uplink has the MTU of its switch, and only the switch sets it. */
static int veto_mtu(const struct net_device *dev)
{
	if (!vsw_member_is_uplink(dev) ||
	    vsw_member_port(dev)->sw->mtu_changing)
		return NOTIFY_DONE;
	return notifier_from_errno(-EBUSY);
}

/* F1: the address of a vmk is declared, so no other port may hold it. */
static int veto_changeaddr(const struct net_device *dev,
			   const struct netdev_notifier_pre_changeaddr_info *info)
{
	struct vsw_port *port = vsw_vmk_is(dev) ? vsw_vmk_port(dev) : NULL;
	u64 mac = vsw_mac(info->dev_addr);

	if (!port || !vsw_fdb_check(port, rtnl_dereference(port->pg), mac,
				    VSWITCH_ORIGIN_DECLARED))
		return NOTIFY_DONE;
	return notifier_from_errno(vsw_port_taken(port, mac,
						  info->info.extack));
}

/* C4: what one can see of a device of ours has changed. */
static void tell(struct net_device *dev)
{
	struct vsw_port *port = NULL;

	if (vsw_switch_is(dev))
		vsw_netlink_switch(netdev_priv(dev), VSWITCH_CMD_SWITCH_NTF);
	else if (vsw_member_is_uplink(dev))
		vsw_netlink_uplink(uplink_of(dev), VSWITCH_CMD_UPLINK_NTF);
	else if (vsw_member_is_vnic(dev))
		port = vsw_member_port(dev);
	else if (vsw_vmk_is(dev))
		port = vsw_vmk_port(dev);
	if (port)
		vsw_netlink_port(port, VSWITCH_CMD_PORT_NTF);
}

static void seen_event(struct net_device *dev, unsigned long event)
{
	switch (event) {
	case NETDEV_CHANGENAME:
		if (vsw_switch_is(dev)) {
			vsw_netlink_all(netdev_priv(dev));
			break;
		}
		fallthrough;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		tell(dev);
		break;
	case NETDEV_CHANGEMTU:
		if (!vsw_member_is(dev))
			tell(dev);
		break;
	case NETDEV_REGISTER:
		/* It has moved here; a new one is not a port yet. */
		if (vsw_vmk_is(dev))
			tell(dev);
		break;
	}
}

static int member_event(struct net_device *dev, unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		if (vsw_member_is_uplink(dev))
			vsw_linkmon_check(vsw_member_port(dev)->sw);
		else
			vsw_port_changed(vsw_member_port(dev));
		break;
	case NETDEV_CHANGENAME:
		if (vsw_member_is_uplink(dev))
			return vsw_uplink_rename(uplink_of(dev));
		break;
	case NETDEV_UNREGISTER:
		if (vsw_member_is_uplink(dev))
			vsw_uplink_vanish(uplink_of(dev));
		else
			vsw_vnic_del(vsw_member_port(dev));
		break;
	}
	return 0;
}

static void vmk_event(const struct net_device *dev, unsigned long event)
{
	struct vsw_port *port = vsw_vmk_port(dev);

	if (port && (event == NETDEV_UP || event == NETDEV_DOWN ||
		     event == NETDEV_CHANGE))
		vsw_port_changed(port);
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	int err = 0;

	switch (event) {
	case NETDEV_PRECHANGEUPPER:
		return veto_upper(dev, ptr);
	case NETDEV_PRECHANGEMTU:
		return veto_mtu(dev);
	case NETDEV_PRE_CHANGEADDR:
		return veto_changeaddr(dev, ptr);
	case NETDEV_PRE_TYPE_CHANGE:
		/* A bond takes after its first slave; a member is Ethernet (M1). */
		return vsw_member_is(dev) ? notifier_from_errno(-EBUSY) :
					    NOTIFY_DONE;
	case NETDEV_CHANGEADDR:
		vsw_vnic_peer_changed(dev);
		return NOTIFY_DONE;
	}
	if (vsw_member_is(dev))
		err = member_event(dev, event);
	else if (vsw_vmk_is(dev))
		vmk_event(dev, event);
	if (err)
		return notifier_from_errno(err);
	seen_event(dev, event);
	return NOTIFY_DONE;
}

/* M2: no address on a member or a switch. */
static int veto_address(const struct net_device *dev,
			struct netlink_ext_ack *extack)
{
	if (vsw_switch_is(dev))
		NL_SET_ERR_MSG_FMT(extack, "%s is a vSwitch; give the address to a vmk",
				   dev->name);
	else if (vsw_member_is(dev))
		NL_SET_ERR_MSG_FMT(extack, "%s is a member of %s; give the address to a vmk",
				   dev->name,
				   vsw_member_port(dev)->sw->dev->name);
	else
		return NOTIFY_DONE;
	return notifier_from_errno(-EBUSY);
}

static int inetaddr_event(struct notifier_block *nb, unsigned long event,
			  void *ptr)
{
	const struct in_validator_info *info = ptr;

	if (event != NETDEV_UP)
		return NOTIFY_DONE;
	return veto_address(info->ivi_dev->dev, info->extack);
}

static int inet6addr_event(struct notifier_block *nb, unsigned long event,
			   void *ptr)
{
	const struct in6_validator_info *info = ptr;

	if (event != NETDEV_UP)
		return NOTIFY_DONE;
	return veto_address(info->i6vi_dev->dev, info->extack);
}

/* First of all: IPv4 and IPv6 end a chain when they have no memory. */
static struct notifier_block netdev_notifier = {
	.notifier_call = netdev_event,
	.priority = INT_MAX,
};

static struct notifier_block inetaddr_notifier = {
	.notifier_call = inetaddr_event,
};

static struct notifier_block inet6addr_notifier = {
	.notifier_call = inet6addr_event,
};

/**
 * vsw_notifier_init() - listen to what happens
 *
 * Return: 0 or an error.
 */
int vsw_notifier_init(void)
{
	int err;

	err = register_netdevice_notifier(&netdev_notifier);
	if (err)
		return err;
	err = register_inetaddr_validator_notifier(&inetaddr_notifier);
	if (err)
		goto err_inet;
	err = register_inet6addr_validator_notifier(&inet6addr_notifier);
	if (err)
		goto err_inet6;
	return 0;

err_inet6:
	unregister_inetaddr_validator_notifier(&inetaddr_notifier);
err_inet:
	unregister_netdevice_notifier(&netdev_notifier);
	return err;
}

/**
 * vsw_notifier_exit() - listen no more; no member is left
 */
void vsw_notifier_exit(void)
{
	unregister_inet6addr_validator_notifier(&inet6addr_notifier);
	unregister_inetaddr_validator_notifier(&inetaddr_notifier);
	unregister_netdevice_notifier(&netdev_notifier);
}
