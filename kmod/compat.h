/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the kernels that we build for, and nothing else. */
#ifndef _VSW_COMPAT_H
#define _VSW_COMPAT_H

#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/netlink.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <net/rtnetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "vswitch needs Linux 6.12 or later"
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define timer_container_of from_timer
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define VSW_ASSERT_CTX_FITS NL_ASSERT_DUMP_CTX_FITS
#else
#define VSW_ASSERT_CTX_FITS NL_ASSERT_CTX_FITS
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* What a netdev is made of became one structure; we need the netdev alone. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define VSW_NEWLINK(dev)	struct net *net, struct net_device *(dev), \
				struct nlattr *tb[], struct nlattr *data[]
#else
#define VSW_NEWLINK(dev)	struct net_device *(dev), \
				struct rtnl_newlink_params *params
#endif

/* The address that it takes became a longer one. */
static inline int vsw_set_mac_address(struct net_device *dev, const u8 *addr,
				      struct netlink_ext_ack *extack)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
	struct sockaddr sa = { .sa_family = dev->type };

	memcpy(sa.sa_data, addr, ETH_ALEN);
#else
	struct sockaddr_storage sa = { .ss_family = dev->type };

	memcpy(sa.__data, addr, ETH_ALEN);
#endif
	return dev_set_mac_address(dev, &sa, extack);
}

/* The namespace of KUnit's own symbols became a string. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define VSW_KUNIT_NS EXPORTED_FOR_KUNIT_TESTING
#else
#define VSW_KUNIT_NS "EXPORTED_FOR_KUNIT_TESTING"
#endif

#endif /* _VSW_COMPAT_H */
