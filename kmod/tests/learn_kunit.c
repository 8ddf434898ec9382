// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ports hold by use (F1): allowed addresses (S3) and learned ones (S5). A
 * case is a story: steps, and after each of them what every port has. With
 * each step, the lookups of all addresses in all VLANs and the numbers of what
 * was learned are held against that.
 */
#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/rtnetlink.h>

#include "util.h"
#include "../forward.h"

#define STEPS		10
#define TEXT		64

/* Ranks, under names that fit into a table. */
enum {
	DECL = VSWITCH_ORIGIN_DECLARED,
	PEER = VSWITCH_ORIGIN_PEER
};

/*
 * The portgroups that there are, and their names in tables. Those with a
 * letter or '*' learn; '1' and '2' do not.
 */
static const struct {
	char name;
	struct vsw_kunit_vlan vlan;
	u8 flags;
} portgroups[] = {
	{ 'n', { .vid = 0 }, VSW_SNAP_LEARNS },
	{ '1', { .vid = 10 } },
	{ '2', { .vid = 20 } },
	{ 'p', { .vid = 10 }, VSW_SNAP_LEARNS },
	{ 'q', { .vid = 20 }, VSW_SNAP_LEARNS },
	{ 't', { .trunk = "10,20" }, VSW_SNAP_LEARNS },
	{ '*', { .trunk = "0-4094" }, VSW_SNAP_LEARNS },
};

static const u16 vlans[] = { 0, 1, 9, 10, 11, 20, 4094 };

enum op {
	END,
	SEND,		/* a port sends from an address, with a tag or 0 */
	ADOPT,		/* the same from a port that adopts */
	OUTSIDE,	/* an address is seen outside, in a VLAN */
	ALLOW,		/* a port gets an allowed list of one address, or none */
	CLAIM,		/* the administrator gives a port an address */
	YIELD,		/* a guest gives itself one */
	RELEASE,	/* a port gives up what it claims */
	MOVE,		/* a port moves to another portgroup */
	REVLAN,		/* a portgroup gets the VLANs of another one */
	REBUILD,	/* a portgroup gets a snapshot with the same VLANs */
	BLOCK, UNBLOCK,	/* a port is blocked, or not any more */
	CUT, MEND,	/* a port loses its carrier, or gets it back */
	LIMIT,		/* the mac-limit of a portgroup */
	AGE		/* so many seconds pass without a frame */
};

/*
 * @who does @op with @what and @n (a VLAN, a rank, a number), which gives
 * @res: VSW_PASS or a drop reason for frames, else 0 or an error. @after lists
 * what there is, port by port: "aX" a claims X, "ax" it waits for X, "aX10l" it
 * has learned X in VLAN 10, "aX10a" it holds that by its list.
 */
struct step {
	enum op op;
	char who;
	char what;
	u16 n;
	int res;
	const char *after;
};

/* @pgs: the portgroup of each port */
struct story {
	const char *desc;
	const char *pgs;
	struct step steps[STEPS];
};

#define CONFLICT	VSW_DROP_ADDRESS_CONFLICT
#define FULL		VSW_DROP_MAC_LIMIT

static const struct story stories[] = {
	/* Learning. */
	{ "S5: a source is learned in its VLAN", "p", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aX10l aY10l" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l aY10l" } } },
	{ "S5: a trunk learns in each VLAN apart", "t", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10l aX20l" } } },
	{ "L3: the border VLANs", "*", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX0l" },
	  { SEND, 'a', 'X', 1, VSW_PASS, "aX0l aX1l" },
	  { SEND, 'a', 'X', 4094, VSW_PASS, "aX0l aX1l aX4094l" },
	  { SEND, 'a', 'X', 4095, VSW_DROP_VLAN_INVALID,
	    "aX0l aX1l aX4094l" } } },
	{ "S5: a portgroup that does not learn", "1", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "" } } },
	{ "F1: what a port claims is not learned", "p", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX" } } },
	{ "S5: it changes over at once", "pp", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10l" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" } } },
	{ "S5: in one VLAN only", "tp", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10l aX20l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX20l bX10l" } } },
	{ "S3: not to a port that does not learn", "p1", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'b', 'X', 0, CONFLICT, "aX10l" },
	  { CUT, 'a', 0, 0, 0, "aX10l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX10l" } } },
	{ "F12: what is dropped before check 8 is not learned", "p", {
	  { SEND, 'a', 'X', 10, VSW_DROP_VLAN_TAG, "" },
	  { BLOCK, 'a', 0, 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_DROP_BLOCKED, "" },
	  { UNBLOCK, 'a', 0, 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" } } },

	/* Allowed addresses. */
	{ "S3: being allowed reserves nothing", "11", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { ALLOW, 'b', 'X', 0, 0, "" },
	  { CLAIM, 'b', 'X', DECL, 0, "bX" } } },
	{ "S3: the one that used it last holds it", "111", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { ALLOW, 'b', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10a" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { SEND, 'c', 'X', 0, CONFLICT, "aX10a" } } },
	{ "S3: in each VLAN apart", "t1", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { ALLOW, 'b', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10a" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10a aX20a" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX20a bX10a" } } },
	{ "S3: allowed takes over what was learned", "1p", {
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10l" },
	  { ALLOW, 'a', 'X', 0, 0, "bX10l" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { SEND, 'b', 'X', 0, CONFLICT, "aX10a" } } },
	{ "S5: nor is it learned when its holder does not own it", "1p", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { CUT, 'a', 0, 0, 0, "aX10a" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX10a" },
	  { MEND, 'a', 0, 0, 0, "aX10a" } } },
	{ "F1: allowed before learned, on the same port", "p", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { ALLOW, 'a', 'X', 0, 0, "aX10l" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { ALLOW, 'a', 0, 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" } } },
	{ "F1: off the list, gone in every VLAN", "t", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10a" },
	  { SEND, 'a', 'Y', 10, VSW_PASS, "aX10a aY10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10a aY10l aX20a" },
	  { ALLOW, 'a', 'X', 0, 0, "aX10a aY10l aX20a" },
	  { ALLOW, 'a', 'Y', 0, 0, "aY10l" },
	  { SEND, 'a', 'Y', 10, VSW_PASS, "aY10a" },
	  { ALLOW, 'a', 0, 0, 0, "" } } },
	{ "F1: off one list, not off another", "11", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { ALLOW, 'b', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { ALLOW, 'b', 0, 0, 0, "aX10a" } } },

	/* Claims. */
	{ "F1: a claim takes what was learned", "p1", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { CLAIM, 'b', 'X', DECL, 0, "bX" },
	  { SEND, 'a', 'X', 0, CONFLICT, "bX" } } },
	{ "F1: a claim takes what is held by a list", "11", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { YIELD, 'b', 'X', PEER, 0, "bX" },
	  { SEND, 'a', 'X', 0, CONFLICT, "bX" },
	  { RELEASE, 'b', 0, 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" } } },
	{ "F1: only in the VLANs that its portgroup admits", "t*1", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10l aX20l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX10l aX20l bX0l" },
	  { CLAIM, 'c', 'X', DECL, 0, "aX20l bX0l cX" } } },
	{ "F1: a trunk takes it from all", "tn*", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10l aX20l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX10l aX20l bX0l" },
	  { SEND, 'b', 'Y', 0, VSW_PASS, "aX10l aX20l bX0l bY0l" },
	  { CLAIM, 'c', 'X', DECL, 0, "bY0l cX" } } },
	{ "F1: even from the claimant itself", "t", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { YIELD, 'a', 'X', PEER, 0, "aX" } } },
	{ "F1: a claim that waits takes nothing", "2tq", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 10, VSW_PASS, "aX bX10l" },
	  { MOVE, 'c', 't', 0, 0, "aX bX10l" },
	  { YIELD, 'c', 'X', PEER, 0, "aX bX10l cx" },
	  { RELEASE, 'a', 0, 0, 0, "cX" } } },
	{ "F1: a claim that fails takes nothing", "2t*", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 10, VSW_PASS, "aX bX10l" },
	  { CLAIM, 'c', 'X', DECL, -EEXIST, "aX bX10l" } } },
	{ "F1: nothing by use over a claim, in use or not", "1p", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 0, CONFLICT, "aX" },
	  { CUT, 'a', 0, 0, 0, "aX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX" },
	  { ALLOW, 'b', 'X', 0, 0, "aX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX" },
	  { MEND, 'a', 0, 0, 0, "aX" },
	  { SEND, 'b', 'X', 0, CONFLICT, "aX" } } },
	{ "F1: nor over a trunk's", "tp", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { CUT, 'a', 0, 0, 0, "aX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX" } } },
	{ "F1: a claim in another VLAN is no claim", "1q", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX bX20l" } } },
	{ "F1: adopted over learned", "1p", {
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10l" },
	  { ADOPT, 'a', 'X', 0, VSW_PASS, "aX" },
	  { SEND, 'b', 'X', 0, CONFLICT, "aX" } } },
	{ "F1: adopted over allowed", "11", {
	  { ALLOW, 'b', 'X', 0, 0, "" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10a" },
	  { ADOPT, 'a', 'X', 0, VSW_PASS, "aX" } } },
	{ "S1: adopted, not learned", "p", {
	  { ADOPT, 'a', 'X', 0, VSW_PASS, "aX" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aX aY10l" } } },

	/* Moves and changes of VLANs. */
	{ "F1: a move forgets what is held by use", "pq", {
	  { CLAIM, 'a', 'Y', DECL, 0, "aY" },
	  { ALLOW, 'a', 'X', 0, 0, "aY" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aY aX10a" },
	  { SEND, 'a', 'Z', 0, VSW_PASS, "aY aX10a aZ10l" },
	  { SEND, 'b', 'Z', 0, VSW_PASS, "aY aX10a aZ10l bZ20l" },
	  { MOVE, 'a', 't', 0, 0, "aY bZ20l" } } },
	{ "F1: even where the VLANs are the same", "p", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { MOVE, 'a', '1', 0, 0, "" } } },
	{ "F1: a move that fails forgets nothing", "p2", {
	  { CLAIM, 'a', 'Y', DECL, 0, "aY" },
	  { CLAIM, 'b', 'Y', DECL, 0, "aY bY" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aY aX10l bY" },
	  { MOVE, 'a', 'q', 0, -EEXIST, "aY aX10l bY" } } },
	{ "F1: a claim that moves takes what is held by use there", "1q", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX bX20l" },
	  { MOVE, 'a', '2', 0, 0, "aX" } } },
	{ "F1: new VLANs forget what is held by use", "pt", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aX10a aY10l" },
	  { SEND, 'b', 'Z', 10, VSW_PASS, "aX10a aY10l bZ10l" },
	  { REVLAN, 'p', 't', 0, 0, "bZ10l" } } },
	{ "F1: even if they contain the old ones", "t", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { REVLAN, 't', '*', 0, 0, "" } } },
	{ "F1: new VLANs that are refused forget nothing", "p2", {
	  { CLAIM, 'a', 'Y', DECL, 0, "aY" },
	  { CLAIM, 'b', 'Y', DECL, 0, "aY bY" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aY aX10l bY" },
	  { REVLAN, 'p', '2', 0, -EEXIST, "aY aX10l bY" } } },
	{ "F1: the same VLANs forget nothing", "pt", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'b', 'X', 20, VSW_PASS, "aX10l bX20l" },
	  { REBUILD, 'p', 0, 0, 0, "aX10l bX20l" },
	  { REBUILD, 't', 0, 0, 0, "aX10l bX20l" } } },
	{ "F1: new VLANs of a claim take what is held by use there", "1q", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "aX bX20l" },
	  { REVLAN, '1', 't', 0, 0, "aX" } } },
	{ "F1: and nothing that is held by use elsewhere", "1*", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { SEND, 'b', 'X', 11, VSW_PASS, "aX bX11l" },
	  { SEND, 'b', 'Y', 20, VSW_PASS, "aX bX11l bY20l" },
	  { REVLAN, '1', 't', 0, 0, "aX bX11l bY20l" } } },
	{ "F1: nor what another portgroup claims elsewhere", "1t2", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { CLAIM, 'c', 'Y', DECL, 0, "aX cY" },
	  { SEND, 'b', 'Y', 10, VSW_PASS, "aX bY10l cY" },
	  { REVLAN, '1', 't', 0, 0, "aX bY10l cY" } } },

	/* Adopting, and waiting. */
	{ "S1: who is given an address adopts none any more", "11", {
	  { ADOPT, 'a', 'X', 0, VSW_PASS, "aX" },
	  { ADOPT, 'b', 'X', 0, CONFLICT, "aX" },
	  { CLAIM, 'b', 'Y', DECL, 0, "aX bY" },
	  { SEND, 'b', 'Y', 0, VSW_PASS, "aX bY" } } },
	{ "S1, F1: nor the one that it was waiting for", "11", {
	  { ADOPT, 'a', 'X', 0, VSW_PASS, "aX" },
	  { ADOPT, 'b', 'X', 0, CONFLICT, "aX" },
	  { CLAIM, 'b', 'X', DECL, 0, "ax bX" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "ax bX" } } },
	{ "F1: who waits for another address has waited from now on", "1111", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { CLAIM, 'b', 'Y', DECL, 0, "aX bY" },
	  { YIELD, 'c', 'X', PEER, 0, "aX bY cx" },
	  { YIELD, 'd', 'Y', PEER, 0, "aX bY cx dy" },
	  { YIELD, 'c', 'Y', PEER, 0, "aX bY cy dy" },
	  { RELEASE, 'b', 0, 0, 0, "aX cy dY" } } },

	/* Blocking, carrier and the outside. */
	{ "F1: blocking forgets what is held by use", "p", {
	  { CLAIM, 'a', 'Y', DECL, 0, "aY" },
	  { ALLOW, 'a', 'Z', 0, 0, "aY" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aY aX10l" },
	  { SEND, 'a', 'Z', 0, VSW_PASS, "aY aX10l aZ10a" },
	  { BLOCK, 'a', 0, 0, 0, "aY" },
	  { UNBLOCK, 'a', 0, 0, 0, "aY" } } },
	{ "F1: a loss of carrier does not", "p", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { CUT, 'a', 0, 0, 0, "aX10l" },
	  { MEND, 'a', 0, 0, 0, "aX10l" } } },
	{ "F7: what is outside is forgotten in that VLAN", "tp", {
	  { SEND, 'a', 'X', 10, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10l aX20l" },
	  { SEND, 'a', 'Y', 20, VSW_PASS, "aX10l aX20l aY20l" },
	  { OUTSIDE, 0, 'X', 20, 0, "aX10l aY20l" },
	  { OUTSIDE, 0, 'X', 20, 0, "aX10l aY20l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aX10l aY20l aX20l" } } },
	{ "F7: what is allowed, too, until it is used again", "1", {
	  { ALLOW, 'a', 'X', 0, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" },
	  { OUTSIDE, 0, 'X', 10, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10a" } } },
	{ "F7: what is claimed is not", "1", {
	  { CLAIM, 'a', 'X', DECL, 0, "aX" },
	  { OUTSIDE, 0, 'X', 10, 0, "aX" } } },

	/* Limits and ageing. */
	{ "S5: the limit, and what makes room", "p", {
	  { LIMIT, 'p', 0, 2, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aX10l aY10l" },
	  { SEND, 'a', 'Z', 0, FULL, "aX10l aY10l" },
	  { OUTSIDE, 0, 'X', 10, 0, "aY10l" },
	  { SEND, 'a', 'Z', 0, VSW_PASS, "aY10l aZ10l" } } },
	{ "S5: a limit that is lowered and raised", "p", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aX10l aY10l" },
	  { LIMIT, 'p', 0, 1, 0, "aX10l aY10l" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l aY10l" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aX10l aY10l" },
	  { SEND, 'a', 'Z', 0, FULL, "aX10l aY10l" },
	  { LIMIT, 'p', 0, 3, 0, "aX10l aY10l" },
	  { SEND, 'a', 'Z', 0, VSW_PASS, "aX10l aY10l aZ10l" } } },
	{ "S5: what passes to another makes room", "pp", {
	  { LIMIT, 'p', 0, 1, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'b', 'Y', 0, VSW_PASS, "aX10l bY10l" },
	  { SEND, 'b', 'X', 0, CONFLICT, "aX10l bY10l" },
	  { OUTSIDE, 0, 'Y', 10, 0, "aX10l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10l" },
	  { SEND, 'a', 'Z', 0, VSW_PASS, "aZ10l bX10l" } } },
	{ "S5: what a claim takes makes room", "p1", {
	  { LIMIT, 'p', 0, 1, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { CLAIM, 'b', 'X', DECL, 0, "bX" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aY10l bX" } } },
	{ "S5: what was not used for 300 s is forgotten", "t", {
	  { ALLOW, 'a', 'Z', 0, 0, "" },
	  { CLAIM, 'a', 'W', DECL, 0, "aW" },
	  { SEND, 'a', 'X', 10, VSW_PASS, "aW aX10l" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aW aX10l aX20l" },
	  { SEND, 'a', 'Z', 10, VSW_PASS, "aW aX10l aX20l aZ10a" },
	  { AGE, 'a', 0, 290, 0, "aW aX10l aX20l aZ10a" },
	  { SEND, 'a', 'X', 20, VSW_PASS, "aW aX10l aX20l aZ10a" },
	  { AGE, 'a', 0, 11, 0, "aW aX20l aZ10a" },
	  { AGE, 'a', 0, 279, 0, "aW aX20l aZ10a" },
	  { AGE, 'a', 0, 11, 0, "aW aZ10a" } } },
	{ "S5: what is forgotten makes room", "p", {
	  { LIMIT, 'p', 0, 1, 0, "" },
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'a', 'Y', 0, FULL, "aX10l" },
	  { AGE, 'a', 0, 301, 0, "" },
	  { SEND, 'a', 'Y', 0, VSW_PASS, "aY10l" },
	  { AGE, 'a', 0, 301, 0, "" } } },
	{ "S5: of each port what is old", "pq", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { SEND, 'b', 'Y', 0, VSW_PASS, "aX10l bY20l" },
	  { AGE, 'a', 0, 290, 0, "aX10l bY20l" },
	  { AGE, 'b', 0, 301, 0, "aX10l" },
	  { AGE, 'a', 0, 11, 0, "" } } },
	{ "S5: ageing begins anew at the new port", "pp", {
	  { SEND, 'a', 'X', 0, VSW_PASS, "aX10l" },
	  { AGE, 'a', 0, 200, 0, "aX10l" },
	  { SEND, 'b', 'X', 0, VSW_PASS, "bX10l" },
	  { AGE, 'b', 0, 200, 0, "bX10l" },
	  { AGE, 'b', 0, 101, 0, "" } } },
};

KUNIT_ARRAY_PARAM_DESC(story, stories, desc);

struct world {
	struct kunit *test;
	struct vsw_switch *sw;
	struct vsw_team *team;
	struct vsw_portgroup *pg[ARRAY_SIZE(portgroups)];
};

static int find_portgroup(char name)
{
	int i;

	for (i = 0; portgroups[i].name != name; i++)
		;
	return i;
}

static void make_world(struct kunit *test, struct world *w, const char *pgs)
{
	int i;

	w->test = test;
	w->sw = vsw_kunit_switch(test);
	w->team = vsw_kunit_team(test, w->sw, VSWITCH_TEAMING_PORTID, "", "");
	rtnl_lock();
	for (i = 0; i < ARRAY_SIZE(portgroups); i++) {
		w->pg[i] = vsw_kunit_add_portgroup(test, w->sw,
						   &portgroups[i].vlan, w->team);
		rtnl_dereference(w->pg[i]->snap)->flags |= portgroups[i].flags;
	}
	rtnl_unlock();
	for (; *pgs; pgs++)
		vsw_kunit_add_port(test, w->pg[find_portgroup(*pgs)]);
}

/* What the receive path does with the note of a frame, and nothing else. */
static int keep_note(struct vsw_port *port, const struct vsw_frame *f, int res)
{
	int err = 0;

	if (port->flags & VSW_PORT_ADOPTS && res == VSW_PASS)
		return vsw_fdb_adopt(port, f->src) ? VSW_PASS : CONFLICT;
	if (f->note == VSW_NOTE_ALLOWED)
		err = vsw_learn_use(port, f->src, f->vlan,
				    VSWITCH_ORIGIN_ALLOWED);
	else if (f->note == VSW_NOTE_LEARNED)
		err = vsw_learn_use(port, f->src, f->vlan,
				    VSWITCH_ORIGIN_LEARNED);
	return err ? FULL : res;
}

static int send(struct vsw_port *port, u64 mac, u16 tag)
{
	struct vsw_frame f = {
		.src = mac,
		.dst = vsw_kunit_mac('D'),
	};
	int res;

	if (tag)
		f.outer = (struct vsw_tag){ ETH_P_8021Q, tag, ETH_P_IP };
	rcu_read_lock();
	res = vsw_forward_admit(port, vsw_port_snap(port), &f,
				vsw_forward_known(port, &f));
	res = keep_note(port, &f, res);
	rcu_read_unlock();
	return res;
}

/* Let what a port holds by use get older. */
static void grow_old(struct vsw_port *port, unsigned int seconds)
{
	struct vsw_fdb_entry *e;

	list_for_each_entry(e, &port->by_use, by_use)
		e->used -= seconds * HZ;
}

static int revlan(struct world *w, const struct step *s)
{
	struct vsw_portgroup *pg = w->pg[find_portgroup(s->who)];
	int to = find_portgroup(s->op == REVLAN ? s->what : s->who);
	struct vsw_snap *old = rtnl_dereference(pg->snap);
	struct vsw_snap *snap;

	snap = vsw_kunit_snap(w->test, pg, &portgroups[to].vlan, w->team);
	snap->flags = old->flags;
	snap->mac_limit = old->mac_limit;
	return vsw_fdb_revlan(pg, snap);
}

static void set_state(struct vsw_port *port, enum op op)
{
	if (op == CUT || op == MEND) {
		vsw_kunit_carrier(port, op == MEND);
	} else if (op == BLOCK) {
		port->flags |= VSW_PORT_BLOCKED;
		vsw_learn_forget_all(port);
	} else {
		port->flags &= ~VSW_PORT_BLOCKED;
	}
}

static int take_step(struct world *w, const struct step *s)
{
	struct vsw_port *port = vsw_kunit_port(w->sw, s->who);
	u64 mac = vsw_kunit_mac(s->what);

	switch (s->op) {
	case END:
		break;
	case ADOPT:
		port->flags |= VSW_PORT_ADOPTS;
		fallthrough;
	case SEND:
		return send(port, mac, s->n);
	case OUTSIDE:
		vsw_learn_moved(w->sw, mac, s->n);
		break;
	case ALLOW:
		vsw_kunit_allow(port, (char[]){ s->what, '\0' });
		break;
	case CLAIM:
		return vsw_fdb_claim(port, mac, s->n, false, GFP_KERNEL);
	case YIELD:
		return vsw_fdb_claim(port, mac, s->n, true, GFP_KERNEL);
	case RELEASE:
		vsw_fdb_release(port);
		break;
	case MOVE:
		return vsw_fdb_move(port, w->pg[find_portgroup(s->what)]);
	case REVLAN:
	case REBUILD:
		return revlan(w, s);
	case BLOCK:
	case UNBLOCK:
	case CUT:
	case MEND:
		set_state(port, s->op);
		break;
	case LIMIT:
		rtnl_dereference(w->pg[find_portgroup(s->who)]->snap)->mac_limit = s->n;
		break;
	case AGE:
		grow_old(port, s->n);
		break;
	}
	return 0;
}

static char address_name(u64 mac)
{
	u8 addr[ETH_ALEN];

	vsw_mac_addr(mac, addr);
	return addr[ETH_ALEN - 1];
}

static void describe(const struct vsw_port *port, char *text)
{
	char name = vsw_kunit_name(port), mac = address_name(port->wanted);
	const struct vsw_fdb_entry *e;
	int n = strlen(text);

	if (port->wanted)
		n += scnprintf(text + n, TEXT - n, "%s%c%c", n ? " " : "", name,
			       port->held ? mac : tolower(mac));
	list_for_each_entry(e, &port->by_use, by_use)
		n += scnprintf(text + n, TEXT - n, "%s%c%c%u%c", n ? " " : "",
			       name, address_name(e->mac), e->vlan,
			       e->origin == VSWITCH_ORIGIN_ALLOWED ? 'a' : 'l');
}

/* Who should own @mac, by what each port has. */
static struct vsw_port *model_owner(struct vsw_switch *sw, u64 mac, u16 vlan,
				    int *holders)
{
	struct vsw_port *port, *holder = NULL;
	const struct vsw_fdb_entry *e;
	unsigned long i;

	xa_for_each(&sw->ports, i, port) {
		if (port->held == mac &&
		    vsw_vlan_admits(vsw_port_snap(port), vlan, false)) {
			holder = port;
			++*holders;
		}
		list_for_each_entry(e, &port->by_use, by_use) {
			if (e->mac == mac && e->vlan == vlan) {
				holder = port;
				++*holders;
			}
		}
	}
	return holder && vsw_port_owns(holder) ? holder : NULL;
}

static void check_owner(struct world *w, char name, u16 vlan)
{
	const struct vsw_snap *seen = NULL;
	struct vsw_port *owner, *model;
	const struct vsw_fdb_entry *e;
	u64 mac = vsw_kunit_mac(name);
	int holders = 0;

	rcu_read_lock();
	e = vsw_fdb_owner(&w->sw->fdb, mac, vlan, false, true, &seen);
	owner = e ? e->port : NULL;
	model = model_owner(w->sw, mac, vlan, &holders);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ_MSG(w->test, vsw_kunit_name(owner),
			    vsw_kunit_name(model), "%c in VLAN %u", name, vlan);
	KUNIT_EXPECT_LE_MSG(w->test, holders, 1, "of %c in VLAN %u", name,
			    vlan);
}

static void check_state(struct world *w, int nr, const struct step *s)
{
	const struct vsw_fdb_entry *e;
	unsigned int learned, sum = 0, holders = 0;
	struct vsw_port *port;
	char text[TEXT] = "";
	unsigned long i;

	xa_for_each(&w->sw->ports, i, port) {
		describe(port, text);
		learned = 0;
		list_for_each_entry(e, &port->by_use, by_use)
			learned += e->origin == VSWITCH_ORIGIN_LEARNED;
		KUNIT_EXPECT_EQ_MSG(w->test, port->n_learned, learned,
				    "after step %d", nr);
		sum += learned;
		holders += !!port->held;
	}
	KUNIT_EXPECT_STREQ_MSG(w->test, text, s->after, "after step %d", nr);
	KUNIT_EXPECT_EQ_MSG(w->test, w->sw->fdb.n_learned, sum,
			    "after step %d", nr);
	KUNIT_EXPECT_EQ_MSG(w->test, w->sw->fdb.count, holders,
			    "after step %d", nr);
	for (i = 0; i < ARRAY_SIZE(vlans); i++) {
		check_owner(w, 'X', vlans[i]);
		check_owner(w, 'Y', vlans[i]);
	}
}

static void vsw_learn_test_story(struct kunit *test)
{
	const struct story *story = test->param_value;
	const struct step *s;
	struct world w;
	int i, res;

	make_world(test, &w, story->pgs);
	for (i = 0; i < STEPS && story->steps[i].op != END; i++) {
		s = &story->steps[i];
		rtnl_lock();
		res = take_step(&w, s);
		rtnl_unlock();
		/* If the switch was going to look at it, it does so now. */
		if (s->op == AGE)
			flush_delayed_work(&w.sw->ageing);
		KUNIT_EXPECT_EQ_MSG(test, res, s->res, "step %d", i + 1);
		check_state(&w, i + 1, s);
	}
}

static struct kunit_case vsw_learn_cases[] = {
	KUNIT_CASE_PARAM(vsw_learn_test_story, story_gen_params),
	{}
};

static struct kunit_suite vsw_learn_suite = {
	.name = "vswitch_learn",
	.test_cases = vsw_learn_cases,
};

kunit_test_suite(vsw_learn_suite);
