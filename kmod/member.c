// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becoming a member of a switch does to a netdev, uplink or vnic. A
 * member is known by its rx_handler; we borrow no flag from anyone.
 */
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/dsa.h>

#include "member.h"
#include "rx.h"
#include "switch.h"
#include "vmk.h"

/**
 * vsw_member_is_vnic() - whether a netdev is a vnic of a switch
 * @dev: the netdev
 *
 * Return: true if so.
 */
bool vsw_member_is_vnic(const struct net_device *dev)
{
	return rcu_access_pointer(dev->rx_handler) == vsw_rx_vnic;
}

/**
 * vsw_member_is_uplink() - whether a netdev is an uplink of a switch
 * @dev: the netdev
 *
 * Return: true if so.
 */
bool vsw_member_is_uplink(const struct net_device *dev)
{
	return rcu_access_pointer(dev->rx_handler) == vsw_rx_uplink;
}

/**
 * vsw_member_is() - whether a netdev is a member of a switch
 * @dev: the netdev
 *
 * Return: true if so.
 */
bool vsw_member_is(const struct net_device *dev)
{
	return vsw_member_is_vnic(dev) || vsw_member_is_uplink(dev);
}

/**
 * vsw_member_port() - the port of a member
 * @dev: a member
 *
 * Context: RTNL.
 * Return: the port, that of an uplink too.
 */
struct vsw_port *vsw_member_port(const struct net_device *dev)
{
	void *data = rtnl_dereference(dev->rx_handler_data);

	if (vsw_member_is_uplink(dev))
		return &((struct vsw_uplink *)data)->port;
	return data;
}

static int check_kind(const struct vsw_switch *sw, struct net_device *dev,
		      struct netlink_ext_ack *extack)
{
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG_FMT(extack, "%s is a loopback device", dev->name);
		return -EINVAL;
	}
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN) {
		NL_SET_ERR_MSG_FMT(extack, "%s is not an Ethernet device",
				   dev->name);
		return -EINVAL;
	}
	if (vsw_switch_is(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is a vSwitch", dev->name);
		return -ELOOP;
	}
	if (vsw_vmk_is(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is a vmk", dev->name);
		return -ELOOP;
	}
	if (netdev_has_upper_dev(sw->dev, dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s stands on %s itself", dev->name,
				   sw->dev->name);
		return -ELOOP;
	}
	if (dev->priv_flags & IFF_DONT_BRIDGE) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s cannot carry frames of others (Wi-Fi?)",
				   dev->name);
		return -EOPNOTSUPP;
	}
	if (dev->priv_flags & IFF_NO_RX_HANDLER) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s lets nobody take its frames (ipvlan, VRF?)",
				   dev->name);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_use(struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct net_device *master = netdev_master_upper_dev_get(dev);

	if (vsw_member_is(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is already %s of %s", dev->name,
				   vsw_member_is_uplink(dev) ? "an uplink" :
							       "a vnic",
				   vsw_member_port(dev)->sw->dev->name);
		return -EBUSY;
	}
	if (master) {
		NL_SET_ERR_MSG_FMT(extack, "%s belongs to %s already",
				   dev->name, master->name);
		return -EBUSY;
	}
	if (netdev_uses_dsa(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is the conduit of a DSA switch",
				   dev->name);
		return -EBUSY;
	}
	if (vlan_uses_dev(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has VLAN devices on top",
				   dev->name);
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has another rx_handler (macvlan?)",
				   dev->name);
		return -EBUSY;
	}
	if (netdev_has_any_upper_dev(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has other devices on top",
				   dev->name);
		return -EBUSY;
	}
	return 0;
}

static bool has_ipv4(const struct net_device *dev)
{
	const struct in_device *in = __in_dev_get_rtnl(dev);

	return in && rtnl_dereference(in->ifa_list);
}

/* Count IPv6 addresses, the automatic link-local ones apart. */
static void count_ipv6(const struct net_device *dev, int *real, int *automatic)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;

	*real = 0;
	*automatic = 0;
	if (!idev)
		return;
	list_for_each_entry(ifa, &idev->addr_list, if_list) {
		if (ifa->ifa_proto == IFAPROT_KERNEL_LL)
			(*automatic)++;
		else
			(*real)++;
	}
}

/**
 * vsw_member_check() - whether a netdev may become a member (M1, M2)
 * @sw: the switch
 * @dev: the netdev
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, or -EINVAL, -ELOOP, -EOPNOTSUPP or -EBUSY.
 */
int vsw_member_check(struct vsw_switch *sw, struct net_device *dev,
		     struct netlink_ext_ack *extack)
{
	int real, automatic, err;

	err = check_kind(sw, dev, extack) ?: check_use(dev, extack);
	if (err)
		return err;
	count_ipv6(dev, &real, &automatic);
	if (has_ipv4(dev) || real) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s has an IP address; move it to a vmk first (vswctl vmk adopt)",
				   dev->name);
		return -EBUSY;
	}
	return 0;
}

/* Its rules tell programs that configure devices whose this one is (C3). */
static void tell_udev(struct net_device *dev)
{
	kobject_uevent(&dev->dev.kobj, KOBJ_CHANGE);
}

/* IPv6 has not looked at the device since, so it is told to. */
static void allow_addrconf(struct net_device *dev)
{
	dev->priv_flags &= ~IFF_NO_ADDRCONF;
	if (dev->reg_state == NETREG_REGISTERED)
		netdev_state_change(dev);
}

/**
 * vsw_member_link() - make a netdev a lower device of a switch, and up
 * @sw: the switch
 * @dev: the netdev; vsw_member_check() let it pass
 * @extack: says why not
 *
 * Automatic addresses go, for which the device is closed once if it has any:
 * addrconf has no other way out (M2).
 *
 * Context: RTNL.
 * Return: 0 or what the core said.
 */
int vsw_member_link(struct vsw_switch *sw, struct net_device *dev,
		    struct netlink_ext_ack *extack)
{
	int real, automatic, err;

	dev->priv_flags |= IFF_NO_ADDRCONF;
	count_ipv6(dev, &real, &automatic);
	if (automatic)
		dev_close(dev);
	err = dev_open(dev, extack);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "%s cannot be set up", dev->name);
		goto err_open;
	}
	err = netdev_master_upper_dev_link(dev, sw->dev, NULL, NULL, extack);
	if (err == -EMLINK)
		NL_SET_ERR_MSG_FMT(extack, "%s stands on too many other devices",
				   dev->name);
	if (err)
		goto err_open;
	tell_udev(dev);
	return 0;

err_open:
	allow_addrconf(dev);
	return err;
}

/**
 * vsw_member_unlink() - undo vsw_member_link(); the device stays up
 * @sw: the switch
 * @dev: the netdev
 *
 * Context: RTNL.
 */
void vsw_member_unlink(struct vsw_switch *sw, struct net_device *dev)
{
	netdev_upper_dev_unlink(dev, sw->dev);
	allow_addrconf(dev);
	if (dev->reg_state == NETREG_REGISTERED)
		tell_udev(dev);
}
