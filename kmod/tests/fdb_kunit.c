// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims to addresses (F1, S1). A case is a story: steps, and after each of
 * them what every port has. With each step, the lookups of all addresses in
 * all VLANs are held against that.
 */
#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/rtnetlink.h>

#include "util.h"
#include "../fdb.h"

#define PORTS		4
#define STEPS		8

/* Ranks, under names that fit into a table. */
enum {
	DECL = VSWITCH_ORIGIN_DECLARED,
	PEER = VSWITCH_ORIGIN_PEER,
	ADOPTED = VSWITCH_ORIGIN_ADOPTED
};

/* The portgroups that there are, and their names in tables. */
static const struct {
	char name;
	struct vsw_kunit_vlan vlan;
} portgroups[] = {
	{ 'n', { .vid = 0 } },
	{ '1', { .vid = 10 } },
	{ '2', { .vid = 20 } },
	{ 't', { .trunk = "10-20" } },
	{ 'u', { .trunk = "0,20-30" } },
	{ 'f', { .vid = 1 } },
	{ 'l', { .vid = 4094 } },
	{ 'e', { .trunk = "1,4094" } },
	{ '*', { .trunk = "0-4094" } },
};

/* VLANs on both sides of each border of these. */
static const u16 vlans[] = {
	0, 1, 2, 9, 10, 11, 19, 20, 21, 30, 31, 4093, 4094
};

enum op {
	END,
	CLAIM,		/* the administrator gives a port an address */
	YIELD,		/* a guest gives itself one */
	CHECK,		/* would the administrator's claim be let in? */
	ADOPT,		/* a port offers the source of a frame */
	RELEASE,	/* a port gives up what it has or waits for */
	MOVE,		/* a port moves to another portgroup */
	REVLAN,		/* a portgroup gets the VLANs of another one */
	BLOCK, UNBLOCK,	/* a port is blocked, or not any more */
	CUT, MEND,	/* a port loses its carrier, or gets it back */
	DOWN, UP	/* a port's device is set down or up */
};

/*
 * @who does @op with @what and @rank, which gives @err. @after has a character
 * for each port: the address that it holds as a capital letter; in small, the
 * one that it waits for; '!' if it could not adopt; '-' for none of these.
 */
struct step {
	enum op op;
	char who;
	char what;
	u8 rank;
	int err;
	const char *after;
};

/* @pgs: the portgroup of each port */
struct story {
	const char *desc;
	const char *pgs;
	struct step steps[STEPS];
};

static const struct story stories[] = {
	/* Ranks. */
	{ "F1: a port claims one address", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { CLAIM, 'a', 'Y', DECL, 0, "Y-" } } },
	{ "F1: an equal claim of the administrator fails", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { CHECK, 'b', 'X', DECL, -EEXIST, "X-" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X-" } } },
	{ "F1: a claim that fails leaves the port what it had", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { CLAIM, 'b', 'Y', DECL, 0, "XY" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "XY" } } },
	{ "F1: declared evicts peer", "11", {
	  { YIELD, 'a', 'X', PEER, 0, "X-" },
	  { CHECK, 'b', 'X', DECL, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, 0, "xX" } } },
	{ "F1: declared evicts adopted", "11", {
	  { ADOPT, 'a', 'X', 0, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, 0, "xX" } } },
	{ "F1: peer evicts adopted", "11", {
	  { ADOPT, 'a', 'X', 0, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "xX" } } },
	{ "F1: peer waits for declared", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" } } },
	{ "F1: peer waits for peer", "11", {
	  { YIELD, 'a', 'X', PEER, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" } } },
	{ "F1: adopted waits for declared, peer and adopted", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', ADOPTED, 0, "Xx" },
	  { YIELD, 'a', 'X', PEER, 0, "Xx" },
	  { YIELD, 'a', 'X', ADOPTED, 0, "Xx" } } },
	{ "F1: a guest that waits holds nothing, not even what it had", "11", {
	  { YIELD, 'a', 'X', PEER, 0, "X-" },
	  { YIELD, 'b', 'Y', PEER, 0, "XY" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { YIELD, 'b', 'Y', PEER, 0, "XY" } } },
	{ "F1: a port that waits can be given the address with more force", "11", {
	  { YIELD, 'a', 'X', PEER, 0, "X-" },
	  { YIELD, 'b', 'X', ADOPTED, 0, "Xx" },
	  { CLAIM, 'b', 'X', DECL, 0, "xX" } } },
	{ "F1: a new rank for what a port holds already", "11", {
	  { YIELD, 'a', 'X', ADOPTED, 0, "X-" },
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { RELEASE, 'b', 0, 0, 0, "X-" },
	  { YIELD, 'a', 'X', ADOPTED, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "xX" } } },

	/* Those who wait. */
	{ "F1: who waits takes the address at once", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { RELEASE, 'a', 0, 0, 0, "-X" } } },
	{ "F1: also if the holder changes its address", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { CLAIM, 'a', 'Y', DECL, 0, "YX" } } },
	{ "F1: also if the holder goes to wait for another address", "111", {
	  { YIELD, 'a', 'X', PEER, 0, "X--" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx-" },
	  { CLAIM, 'c', 'Y', DECL, 0, "XxY" },
	  { YIELD, 'a', 'Y', PEER, 0, "yXY" } } },
	{ "F1: the highest rank goes first", "111", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { YIELD, 'b', 'X', ADOPTED, 0, "Xx-" },
	  { YIELD, 'c', 'X', PEER, 0, "Xxx" },
	  { RELEASE, 'a', 0, 0, 0, "-xX" },
	  { RELEASE, 'c', 0, 0, 0, "-X-" } } },
	{ "F1: among equals the one that waits longest", "1111", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { YIELD, 'c', 'X', PEER, 0, "X-x-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xxx-" },
	  { YIELD, 'd', 'X', PEER, 0, "Xxxx" },
	  { RELEASE, 'a', 0, 0, 0, "-xXx" },
	  { RELEASE, 'c', 0, 0, 0, "-X-x" },
	  { RELEASE, 'b', 0, 0, 0, "---X" } } },
	{ "F1: who was evicted takes its place again", "11", {
	  { YIELD, 'a', 'X', PEER, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, 0, "xX" },
	  { RELEASE, 'b', 0, 0, 0, "X-" } } },
	{ "F1: who was evicted has waited only since then", "111", {
	  { YIELD, 'a', 'X', PEER, 0, "X--" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx-" },
	  { CLAIM, 'c', 'X', DECL, 0, "xxX" },
	  { RELEASE, 'c', 0, 0, 0, "xX-" } } },
	{ "F1: who gave up waiting gets nothing", "111", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx-" },
	  { YIELD, 'c', 'X', PEER, 0, "Xxx" },
	  { RELEASE, 'b', 0, 0, 0, "X-x" },
	  { RELEASE, 'a', 0, 0, 0, "--X" },
	  { RELEASE, 'a', 0, 0, 0, "--X" } } },
	{ "F1: who waits does not stand in the way of others", "1t2", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx-" },
	  { YIELD, 'c', 'X', PEER, 0, "XxX" },
	  { RELEASE, 'a', 0, 0, 0, "-xX" },
	  { RELEASE, 'c', 0, 0, 0, "-X-" } } },
	{ "F1: two who wait in different VLANs both get it", "t12", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx-" },
	  { YIELD, 'c', 'X', ADOPTED, 0, "Xxx" },
	  { RELEASE, 'a', 0, 0, 0, "-XX" } } },

	/* VLANs that meet, moves, and changes of VLANs. */
	{ "F1: claims collide only where both portgroups admit a VLAN", "12n", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX-" },
	  { CLAIM, 'c', 'X', DECL, 0, "XXX" } } },
	{ "F1: a trunk holds its address in all its VLANs", "t12u", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X---" },
	  { CLAIM, 'c', 'X', DECL, -EEXIST, "X---" },
	  { CLAIM, 'd', 'X', DECL, -EEXIST, "X---" } } },
	{ "F1: a trunk leaves the other VLANs to others", "un1*", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X---" },
	  { CLAIM, 'c', 'X', DECL, 0, "X-X-" },
	  { CLAIM, 'd', 'X', DECL, -EEXIST, "X-X-" } } },
	{ "F1: VLAN 0, VLAN 1 and VLAN 4094 are three", "nfl", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX-" },
	  { CLAIM, 'c', 'X', DECL, 0, "XXX" },
	  { MOVE, 'b', 'n', 0, -EEXIST, "XXX" },
	  { MOVE, 'b', 'l', 0, -EEXIST, "XXX" },
	  { CUT, 'c', 0, 0, 0, "XXX" } } },
	{ "F1: a trunk of VLAN 1 and VLAN 4094", "efln", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X---" },
	  { YIELD, 'c', 'X', PEER, 0, "X-x-" },
	  { CLAIM, 'd', 'X', DECL, 0, "X-xX" },
	  { REVLAN, 'e', 'f', 0, 0, "X-XX" },
	  { REVLAN, 'e', 'l', 0, 0, "X-xX" },
	  { REVLAN, 'e', 'n', 0, -EEXIST, "X-xX" } } },
	{ "F1: all VLANs have these, too", "*fl", {
	  { CLAIM, 'b', 'X', DECL, 0, "-X-" },
	  { CLAIM, 'c', 'Y', DECL, 0, "-XY" },
	  { CLAIM, 'a', 'X', DECL, -EEXIST, "-XY" },
	  { CLAIM, 'a', 'Y', DECL, -EEXIST, "-XY" },
	  { CLAIM, 'a', 'Z', DECL, 0, "ZXY" } } },
	{ "S1: adopted in VLAN 1 and in VLAN 4094", "flee", {
	  { ADOPT, 'a', 'X', 0, 0, "X---" },
	  { ADOPT, 'b', 'X', 0, 0, "XX--" },
	  { ADOPT, 'c', 'X', 0, -EEXIST, "XX!-" },
	  { ADOPT, 'd', 'Y', 0, 0, "XX!Y" } } },
	{ "F1: a claim evicts all who are in its way", "n12*", {
	  { YIELD, 'a', 'X', PEER, 0, "X---" },
	  { YIELD, 'b', 'X', PEER, 0, "XX--" },
	  { YIELD, 'c', 'X', ADOPTED, 0, "XXX-" },
	  { CLAIM, 'd', 'X', DECL, 0, "xxxX" },
	  { RELEASE, 'd', 0, 0, 0, "XXX-" } } },
	{ "F1: a claim that fails evicts nobody", "12t", {
	  { YIELD, 'a', 'X', PEER, 0, "X--" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX-" },
	  { CLAIM, 'c', 'X', DECL, -EEXIST, "XX-" } } },
	{ "F1: a claim that waits evicts nobody", "12t", {
	  { YIELD, 'a', 'X', ADOPTED, 0, "X--" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX-" },
	  { YIELD, 'c', 'X', PEER, 0, "XXx" } } },
	{ "F1: who waits needs all who are in its way to let go", "12t", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX-" },
	  { YIELD, 'c', 'X', PEER, 0, "XXx" },
	  { RELEASE, 'a', 0, 0, 0, "-Xx" },
	  { RELEASE, 'b', 0, 0, 0, "--X" } } },
	{ "F1: who waits evicts who is weaker once the equal lets go", "12t", {
	  { YIELD, 'a', 'X', PEER, 0, "X--" },
	  { YIELD, 'b', 'X', ADOPTED, 0, "XX-" },
	  { YIELD, 'c', 'X', PEER, 0, "XXx" },
	  { RELEASE, 'a', 0, 0, 0, "-xX" } } },
	{ "F1: a move to a VLAN where the address is taken fails", "12", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX" },
	  { MOVE, 'a', '2', 0, -EEXIST, "XX" },
	  { MOVE, 'a', '*', 0, -EEXIST, "XX" },
	  { MOVE, 'a', 'n', 0, 0, "XX" } } },
	{ "F1: a move evicts lower ranks and not higher ones", "12", {
	  { YIELD, 'a', 'X', PEER, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX" },
	  { MOVE, 'a', '2', 0, -EEXIST, "XX" },
	  { MOVE, 'b', 't', 0, 0, "xX" },
	  { MOVE, 'b', 'u', 0, 0, "XX" } } },
	{ "F1: a move away ends the waiting of those who stay", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { MOVE, 'a', '2', 0, 0, "XX" } } },
	{ "F1: a move away ends the waiting of who moves", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { MOVE, 'b', 't', 0, 0, "Xx" },
	  { MOVE, 'b', 'u', 0, 0, "XX" } } },
	{ "F1: a port without an address moves anywhere", "12", {
	  { CLAIM, 'b', 'X', DECL, 0, "-X" },
	  { MOVE, 'a', '2', 0, 0, "-X" },
	  { CLAIM, 'a', 'X', DECL, -EEXIST, "-X" } } },
	{ "F1: new VLANs where an address is taken are refused", "112", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { CLAIM, 'b', 'Y', DECL, 0, "XY-" },
	  { CLAIM, 'c', 'Y', DECL, 0, "XYY" },
	  { REVLAN, '1', '2', 0, -EEXIST, "XYY" },
	  { REVLAN, '1', 't', 0, -EEXIST, "XYY" },
	  { REVLAN, '1', 'n', 0, 0, "XYY" } } },
	{ "F1: new VLANs that are refused evict nobody", "1122", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { CLAIM, 'b', 'Y', DECL, 0, "XY--" },
	  { YIELD, 'c', 'X', PEER, 0, "XYX-" },
	  { CLAIM, 'd', 'Y', DECL, 0, "XYXY" },
	  { REVLAN, '1', '2', 0, -EEXIST, "XYXY" } } },
	{ "F1: new VLANs evict lower ranks", "1122", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { YIELD, 'b', 'Y', PEER, 0, "XY--" },
	  { YIELD, 'c', 'X', PEER, 0, "XYX-" },
	  { YIELD, 'd', 'Y', ADOPTED, 0, "XYXY" },
	  { REVLAN, '1', '*', 0, 0, "XYxy" },
	  { REVLAN, '1', 'n', 0, 0, "XYXY" } } },
	{ "F1: new VLANs end waiting on both sides", "1tn", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx-" },
	  { CLAIM, 'c', 'X', DECL, 0, "XxX" },
	  { REVLAN, 't', '2', 0, 0, "XXX" },
	  { REVLAN, 't', 'u', 0, -EEXIST, "XXX" },
	  { REVLAN, '1', '2', 0, 0, "XxX" },
	  { REVLAN, '1', 't', 0, 0, "XxX" },
	  { REVLAN, '1', '1', 0, 0, "XXX" } } },

	/* Holding without owning. */
	{ "F1: a port without carrier holds and does not own", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { CUT, 'a', 0, 0, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { MEND, 'a', 0, 0, 0, "Xx" } } },
	{ "F1: a port that is down holds and does not own", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { DOWN, 'a', 0, 0, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X-" },
	  { UP, 'a', 0, 0, 0, "X-" } } },
	{ "F1: a port that is blocked holds and does not own", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { BLOCK, 'a', 0, 0, 0, "X-" },
	  { CLAIM, 'b', 'X', DECL, -EEXIST, "X-" },
	  { YIELD, 'b', 'X', PEER, 0, "Xx" },
	  { UNBLOCK, 'a', 0, 0, 0, "Xx" } } },
	{ "F1: a port can claim while it is blocked", "11", {
	  { BLOCK, 'a', 0, 0, 0, "--" },
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { UNBLOCK, 'a', 0, 0, 0, "X-" } } },
	{ "F1: each owns the address in its own VLANs", "1un*", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { CLAIM, 'b', 'X', DECL, 0, "XX--" },
	  { CLAIM, 'd', 'Y', DECL, 0, "XX-Y" },
	  { CUT, 'a', 0, 0, 0, "XX-Y" },
	  { BLOCK, 'd', 0, 0, 0, "XX-Y" } } },

	/* Adoption. */
	{ "S1: a port adopts an address that nobody has", "11", {
	  { ADOPT, 'a', 'X', 0, 0, "X-" },
	  { ADOPT, 'b', 'Y', 0, 0, "XY" } } },
	{ "S1: what another port holds is not adopted", "111", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { ADOPT, 'b', 'X', 0, -EEXIST, "X!-" },
	  { ADOPT, 'b', 'Y', 0, 0, "XY-" },
	  { ADOPT, 'c', 'Y', 0, -EEXIST, "XY!" } } },
	{ "S1: what another port holds in another VLAN is adopted", "12t", {
	  { CLAIM, 'a', 'X', DECL, 0, "X--" },
	  { ADOPT, 'b', 'X', 0, 0, "XX-" },
	  { ADOPT, 'c', 'X', 0, -EEXIST, "XX!" } } },
	{ "S1: nor is what a port holds without owning it", "1111", {
	  { CLAIM, 'a', 'X', DECL, 0, "X---" },
	  { BLOCK, 'a', 0, 0, 0, "X---" },
	  { ADOPT, 'b', 'X', 0, -EEXIST, "X!--" },
	  { UNBLOCK, 'a', 0, 0, 0, "X!--" },
	  { DOWN, 'a', 0, 0, 0, "X!--" },
	  { ADOPT, 'c', 'X', 0, -EEXIST, "X!!-" } } },
	{ "S1: who could not adopt does not wait", "11", {
	  { CLAIM, 'a', 'X', DECL, 0, "X-" },
	  { ADOPT, 'b', 'X', 0, -EEXIST, "X!" },
	  { RELEASE, 'a', 0, 0, 0, "-!" },
	  { ADOPT, 'b', 'X', 0, 0, "-X" } } },
	{ "S1: what was adopted is a claim like others", "11", {
	  { ADOPT, 'a', 'X', 0, 0, "X-" },
	  { YIELD, 'b', 'X', ADOPTED, 0, "Xx" },
	  { CLAIM, 'b', 'X', DECL, 0, "xX" },
	  { RELEASE, 'b', 0, 0, 0, "X-" } } },
};

KUNIT_ARRAY_PARAM_DESC(story, stories, desc);

struct world {
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

	w->sw = vsw_kunit_switch(test);
	w->team = vsw_kunit_team(test, w->sw, VSWITCH_TEAMING_PORTID, "", "");
	for (i = 0; i < ARRAY_SIZE(portgroups); i++)
		w->pg[i] = vsw_kunit_add_portgroup(test, w->sw,
						   &portgroups[i].vlan, w->team);
	for (; *pgs; pgs++)
		vsw_kunit_add_port(test, w->pg[find_portgroup(*pgs)]);
}

static int adopt(struct kunit *test, struct vsw_port *port, u64 mac)
{
	bool adopted;

	port->flags |= VSW_PORT_ADOPTS;
	rcu_read_lock();
	adopted = vsw_fdb_adopt(port, mac);
	rcu_read_unlock();
	if (!adopted) {
		KUNIT_EXPECT_TRUE(test, port->flags & VSW_PORT_ADOPTS);
		return -EEXIST;
	}
	KUNIT_EXPECT_FALSE(test, port->flags & VSW_PORT_ADOPTS);
	KUNIT_EXPECT_EQ(test, port->initial, mac);
	return 0;
}

static struct vsw_snap *new_snap(struct kunit *test, const struct world *w,
				 const struct step *s)
{
	return vsw_kunit_snap(test, w->pg[find_portgroup(s->who)],
			      &portgroups[find_portgroup(s->what)].vlan,
			      w->team);
}

/* @snap is what REVLAN publishes. */
static int take_step(struct kunit *test, struct world *w, const struct step *s,
		     struct vsw_snap *snap)
{
	struct vsw_port *port = vsw_kunit_port(w->sw, s->who);
	u64 mac = vsw_kunit_mac(s->what);

	switch (s->op) {
	case END:
		break;
	case CLAIM:
		return vsw_fdb_claim(port, mac, s->rank, false, GFP_KERNEL);
	case YIELD:
		return vsw_fdb_claim(port, mac, s->rank, true, GFP_KERNEL);
	case CHECK:
		return vsw_fdb_check(port, rcu_access_pointer(port->pg), mac,
				     s->rank);
	case ADOPT:
		return adopt(test, port, mac);
	case RELEASE:
		vsw_fdb_release(port);
		break;
	case MOVE:
		return vsw_fdb_move(port, w->pg[find_portgroup(s->what)]);
	case REVLAN:
		return vsw_fdb_revlan(snap->pg, snap);
	case BLOCK:
		port->flags |= VSW_PORT_BLOCKED;
		break;
	case UNBLOCK:
		port->flags &= ~VSW_PORT_BLOCKED;
		break;
	case CUT:
	case MEND:
		vsw_kunit_carrier(port, s->op == MEND);
		break;
	case DOWN:
	case UP:
		assign_bit(__LINK_STATE_START, &port->dev->state, s->op == UP);
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

static char what_it_has(const struct vsw_port *port)
{
	if (port->held)
		return vsw_fdb_conflict(port) ? '?' : address_name(port->held);
	if (!vsw_fdb_conflict(port))
		return '-';
	return port->wanted ? tolower(address_name(port->wanted)) : '!';
}

/* Who should own @mac, by what each port holds. */
static struct vsw_port *model_owner(struct vsw_switch *sw, u64 mac, u16 vlan,
				    bool stag, int *holders)
{
	struct vsw_port *owner = NULL;
	const struct vsw_snap *snap;
	struct vsw_port *port;
	unsigned long i;

	xa_for_each(&sw->ports, i, port) {
		snap = vsw_port_snap(port);
		if (port->held != mac || !vsw_vlan_admits(snap, vlan, false))
			continue;
		++*holders;
		if (vsw_vlan_admits(snap, vlan, stag) &&
		    vsw_dev_live(port->dev) && !vsw_port_blocked(port))
			owner = port;
	}
	return owner;
}

static void check_owner(struct kunit *test, struct vsw_switch *sw, char name,
			u16 vlan, bool stag)
{
	const struct vsw_snap *snap = NULL;
	const struct vsw_snap *seen = NULL;
	struct vsw_port *owner, *model;
	const struct vsw_fdb_entry *e;
	u64 mac = vsw_kunit_mac(name);
	int holders = 0;

	rcu_read_lock();
	e = vsw_fdb_owner(&sw->fdb, mac, vlan, stag, true, &seen);
	owner = e ? e->port : NULL;
	model = model_owner(sw, mac, vlan, stag, &holders);
	if (owner)
		snap = vsw_port_snap(owner);
	rcu_read_unlock();

	KUNIT_EXPECT_EQ_MSG(test, vsw_kunit_name(owner), vsw_kunit_name(model),
			    "%c in VLAN %u, stag %d", name, vlan, stag);
	KUNIT_EXPECT_LE_MSG(test, holders, 1, "of %c in VLAN %u", name, vlan);
	if (owner)
		KUNIT_EXPECT_PTR_EQ(test, seen, snap);
}

static void check_state(struct kunit *test, struct world *w, int nr,
			const struct step *s)
{
	char has[PORTS + 1] = "";
	struct vsw_port *port;
	unsigned long n;
	int i, held = 0;

	xa_for_each(&w->sw->ports, n, port) {
		has[n - 1] = what_it_has(port);
		held += !!port->held;
		KUNIT_EXPECT_EQ(test, !!port->held, !!port->entry);
	}
	KUNIT_EXPECT_STREQ_MSG(test, has, s->after, "after step %d", nr);
	KUNIT_EXPECT_EQ_MSG(test, w->sw->fdb.count, held, "after step %d", nr);

	for (i = 0; i < ARRAY_SIZE(vlans); i++) {
		check_owner(test, w->sw, 'X', vlans[i], false);
		check_owner(test, w->sw, 'Y', vlans[i], false);
	}
	check_owner(test, w->sw, 'X', 0, true);
	check_owner(test, w->sw, 'Y', 0, true);
}

static void vsw_fdb_test_story(struct kunit *test)
{
	const struct story *story = test->param_value;
	struct vsw_snap *snap;
	struct vsw_port *port;
	const struct step *s;
	unsigned long n;
	struct world w;
	int i, err;

	KUNIT_ASSERT_LE(test, strlen(story->pgs), PORTS);
	make_world(test, &w, story->pgs);
	for (i = 0; i < STEPS && story->steps[i].op != END; i++) {
		s = &story->steps[i];
		snap = s->op == REVLAN ? new_snap(test, &w, s) : NULL;
		rtnl_lock();
		err = take_step(test, &w, s, snap);
		rtnl_unlock();
		KUNIT_EXPECT_EQ_MSG(test, err, s->err, "step %d", i + 1);
		check_state(test, &w, i + 1, s);
	}
	/* What was published last is freed before the ports are. */
	rtnl_lock();
	xa_for_each(&w.sw->ports, n, port)
		vsw_fdb_release(port);
	rtnl_unlock();
}

/* An owner by the state of its device and port, each bit of it. */
static const struct owner_case {
	const char *desc;
	unsigned long state;
	u16 flags;
	bool owns;
} owner_cases[] = {
	{ "F1: up, carrier", BIT(__LINK_STATE_START), 0, true },
	{ "F1: up, no carrier",
	  BIT(__LINK_STATE_START) | BIT(__LINK_STATE_NOCARRIER), 0, false },
	{ "F1: down, carrier", 0, 0, false },
	{ "F1: down, no carrier", BIT(__LINK_STATE_NOCARRIER), 0, false },
	{ "F1: up, carrier, dormant",
	  BIT(__LINK_STATE_START) | BIT(__LINK_STATE_DORMANT), 0, true },
	{ "S6: blocked", BIT(__LINK_STATE_START), VSW_PORT_BLOCKED, false },
	{ "F1: other flags do not matter", BIT(__LINK_STATE_START),
	  VSW_PORT_ADOPTS | VSW_PORT_CONFLICT, true },
};

KUNIT_ARRAY_PARAM_DESC(owner_state, owner_cases, desc);

static void vsw_fdb_test_owner_state(struct kunit *test)
{
	const struct owner_case *c = test->param_value;
	const struct vsw_fdb_entry *e;
	const struct vsw_snap *seen;
	struct vsw_port *port;
	struct world w;
	int err;

	make_world(test, &w, "1");
	port = vsw_kunit_port(w.sw, 'a');
	rtnl_lock();
	err = vsw_fdb_claim(port, vsw_kunit_mac('X'), DECL, false, GFP_KERNEL);
	rtnl_unlock();
	KUNIT_ASSERT_EQ(test, err, 0);
	port->dev->state = c->state;
	port->flags = c->flags;
	rcu_read_lock();
	e = vsw_fdb_owner(&w.sw->fdb, vsw_kunit_mac('X'), 10, false, true,
			  &seen);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ(test, e ? e->port : NULL, c->owns ? port : NULL);
}

static struct kunit_case vsw_fdb_cases[] = {
	KUNIT_CASE_PARAM(vsw_fdb_test_story, story_gen_params),
	KUNIT_CASE_PARAM(vsw_fdb_test_owner_state, owner_state_gen_params),
	{}
};

static struct kunit_suite vsw_fdb_suite = {
	.name = "vswitch_fdb",
	.test_cases = vsw_fdb_cases,
};

kunit_test_suite(vsw_fdb_suite);
